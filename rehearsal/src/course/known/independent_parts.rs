//! Divides a migration into parts: groups of statements that concern the same objects.
//!
//! A script stops at the first statement that fails, and a finding about one table says nothing
//! about another. If something is wrong with a migration, each part is tried on its own, so that no
//! fault hides another.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use migratory_core::sql::lexer::{self, Kind};

use super::skipped;
use crate::act::{Act, ActKind, Statement};
use crate::sandbox::Performance;
use crate::schema::{Name, Schema};
use migratory_analysis::CheckedScript;

/// How many parts a migration is divided into; the remainder is one more.
const MOST: usize = 12;

/// Functions that report on the previous statement, whatever table it wrote.
const OF_BEFORE: [&str; 3] = ["changes", "total_changes", "last_insert_rowid"];

/// A script, and what it did on empty tables.
#[derive(Clone, Copy)]
pub(crate) struct Done<'a> {
    pub(crate) script: &'a CheckedScript,
    pub(crate) performance: &'a Performance,
}

/// The statements of a migration that concern the same objects.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) up: CheckedScript,
    pub(crate) down: Option<CheckedScript>,
}

/// Divides a migration into parts, in the order of their first statements; returns none if it is a
/// single part.
pub(crate) fn parts(up: Done<'_>, down: Option<Done<'_>>) -> Vec<Part> {
    let scripts: Vec<_> = std::iter::once(up).chain(down).collect();
    let web = Web::of(&scripts);
    if scripts.iter().flat_map(|it| &it.performance.statements).any(tells_of_before) {
        return Vec::new();
    }
    let touched: Vec<Vec<_>> = scripts.iter().map(|done| web.touched(*done)).collect();
    let mut groups = Groups::default();
    for names in touched.iter().flatten().map(|(_, names)| names) {
        groups.join(names);
    }
    for (parent, children) in web.followers(&scripts) {
        groups.join(&children.into_iter().chain([parent]).collect());
    }
    let roots = touched.iter().flatten().filter_map(|(_, names)| groups.root(names.first()?));
    let mut seen: Vec<Name> = Vec::new();
    roots.for_each(|root| {
        if !seen.contains(&root) {
            seen.push(root);
        }
    });
    if seen.len() < 2 {
        return Vec::new();
    }
    let rest = seen.split_off(seen.len().min(MOST));
    let kinds = seen.into_iter().map(|root| BTreeSet::from([root]));
    let kinds = kinds.chain(Some(rest.into_iter().collect::<BTreeSet<_>>()));
    let kinds = kinds.filter(|roots| !roots.is_empty());
    kinds.map(|roots| part(&scripts, &touched, &groups, &roots)).collect()
}

fn part(
    scripts: &[Done<'_>],
    touched: &[Vec<(Range<usize>, BTreeSet<Name>)>],
    groups: &Groups,
    roots: &BTreeSet<Name>,
) -> Part {
    let is_in = |name: &Name| groups.root(name).is_some_and(|root| roots.contains(&root));
    let mut sliced = scripts.iter().zip(touched).map(|(done, touched)| {
        let others = touched.iter().filter(|(_, names)| names.first().is_some_and(|it| !is_in(it)));
        skipped::without(done.script, others.map(|(range, _)| range))
    });
    let up = sliced.next().unwrap_or_else(|| scripts[0].script.clone());
    Part { up, down: sliced.next() }
}

/// Whether a statement asks about the effect of the one before it.
fn tells_of_before(statement: &Statement) -> bool {
    statement.acts.iter().any(|act| match &act.kind {
        ActKind::Function(name) => OF_BEFORE.iter().any(|it| name.eq_ignore_ascii_case(it)),
        _ => false,
    })
}

/// Which names concern which others, over all schemas that exist while the scripts run.
#[derive(Default)]
struct Web {
    /// The table of an index, what a view reads, all that a trigger mentions; nothing for a table.
    objects: BTreeMap<Name, BTreeSet<Name>>,
    /// The tables that refer to a table.
    children: BTreeMap<Name, BTreeSet<Name>>,
}

impl Web {
    fn of(scripts: &[Done<'_>]) -> Self {
        let mut schemas: Vec<&Schema> = Vec::new();
        for schema in scripts.iter().flat_map(|done| &done.performance.schemas) {
            if schemas.last().is_none_or(|last| !std::ptr::eq(*last, &raw const **schema)) {
                schemas.push(schema);
            }
        }
        let mut web = Self::default();
        // Dependencies are read once all names are known.
        for schema in &schemas {
            let views = schema.views.keys().chain(schema.triggers.keys());
            for name in schema.tables.keys().chain(schema.indexes.keys()).chain(views) {
                if !web.objects.contains_key(name) {
                    web.objects.insert(name.clone(), BTreeSet::new());
                }
            }
        }
        for schema in schemas {
            web.note(schema);
        }
        web
    }

    fn note(&mut self, schema: &Schema) {
        let mut found: Vec<(Name, BTreeSet<Name>)> = Vec::new();
        for index in schema.indexes.values() {
            found.push((index.name.clone(), BTreeSet::from([index.table.clone()])));
        }
        for view in schema.views.values() {
            found.push((view.name.clone(), self.named(&view.sql)));
        }
        for trigger in schema.triggers.values() {
            let mut names = self.named(&trigger.sql);
            names.insert(trigger.table.clone());
            found.push((trigger.name.clone(), names));
        }
        for (name, names) in found {
            self.objects.entry(name).or_default().extend(names);
        }
        for table in schema.tables.values() {
            for key in &table.foreign_keys {
                self.children.entry(key.parent.clone()).or_default().insert(table.name.clone());
            }
        }
    }

    /// Returns the objects that a text names, also in quotes of any kind: `sqlite_sequence` holds
    /// table names as texts.
    fn named(&self, sql: &str) -> BTreeSet<Name> {
        let kinds = [Kind::Word, Kind::Name, Kind::Text];
        let named = lexer::meaningful(sql).filter(|token| kinds.contains(&token.kind));
        let named = named.map(|token| Name::new(token.unquoted()));
        named.filter(|name| self.objects.contains_key(name)).collect()
    }

    /// Returns the statements of a script, each with the objects that it concerns.
    fn touched(&self, done: Done<'_>) -> Vec<(Range<usize>, BTreeSet<Name>)> {
        let Done { script, performance } = done;
        let touched = performance.statements.iter().map(|statement| {
            let text = script.sql.get(statement.range.clone()).unwrap_or_default();
            let mut names = self.named(text);
            names.extend(statement.acts.iter().filter_map(object).cloned());
            (statement.range.clone(), self.closed(names))
        });
        touched.collect()
    }

    /// Returns these names and all that they depend on.
    fn closed(&self, names: BTreeSet<Name>) -> BTreeSet<Name> {
        let mut closed = BTreeSet::new();
        let mut open: Vec<_> = names.into_iter().collect();
        while let Some(name) = open.pop() {
            if closed.insert(name.clone()) {
                open.extend(self.objects.get(&name).into_iter().flatten().cloned());
            }
        }
        closed
    }

    /// Returns the tables that the scripts write or drop, each with all tables that refer to it,
    /// directly or not: what happens to its rows decides what happens to theirs.
    fn followers(&self, scripts: &[Done<'_>]) -> Vec<(Name, BTreeSet<Name>)> {
        let statements = scripts.iter().flat_map(|done| &done.performance.statements);
        let acts = statements.flat_map(|statement| &statement.acts);
        let written: BTreeSet<_> = acts.filter_map(written).collect();
        let followers = written.into_iter().map(|parent| {
            let mut all = BTreeSet::new();
            let mut open = vec![parent.clone()];
            while let Some(name) = open.pop() {
                for child in self.children.get(&name).into_iter().flatten() {
                    if all.insert(child.clone()) {
                        open.push(child.clone());
                    }
                }
            }
            (parent.clone(), all)
        });
        followers.filter(|(_, all)| !all.is_empty()).collect()
    }
}

/// Returns the object of an action.
fn object(act: &Act) -> Option<&Name> {
    match &act.kind {
        ActKind::CreateIndex { index: name, .. }
        | ActKind::DropIndex { index: name, .. }
        | ActKind::CreateTrigger { trigger: name, .. }
        | ActKind::DropTrigger { trigger: name, .. }
        | ActKind::CreateTable(name)
        | ActKind::CreateVirtualTable(name)
        | ActKind::CreateView(name)
        | ActKind::DropVirtualTable(name)
        | ActKind::DropView(name)
        | ActKind::Read { table: name, .. } => Some(name),
        _ => written(act),
    }
}

/// Returns the table whose rows an action may change or remove.
fn written(act: &Act) -> Option<&Name> {
    match &act.kind {
        ActKind::DropTable(table)
        | ActKind::AlterTable(table)
        | ActKind::Insert(table)
        | ActKind::Delete(table)
        | ActKind::Update { table, .. } => Some(table),
        _ => None,
    }
}

/// Groups of names: each name points to another one of its group, or to itself.
#[derive(Default)]
struct Groups(BTreeMap<Name, Name>);

impl Groups {
    fn join(&mut self, names: &BTreeSet<Name>) {
        let Some(first) = names.first() else { return };
        for name in names {
            let roots = [first, name].map(|name| self.root(name).unwrap_or_else(|| name.clone()));
            let [to, from] = roots;
            self.0.entry(name.clone()).or_insert_with(|| to.clone());
            self.0.insert(from, to);
        }
    }

    /// Returns the name that represents the group of this one.
    fn root(&self, name: &Name) -> Option<Name> {
        let mut root = self.0.get(name)?;
        while let Some(next) = self.0.get(root).filter(|next| *next != root) {
            root = next;
        }
        Some(root.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::checked;
    use crate::sandbox::Sandbox;
    use migratory_core::Direction;

    const BEFORE: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY, x); CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
        CREATE TABLE c (id INTEGER PRIMARY KEY, a REFERENCES a); CREATE TABLE d (id INTEGER PRIMARY KEY, c REFERENCES c);
        CREATE INDEX c_id ON c (id); CREATE VIEW v AS SELECT b.x FROM b JOIN d; CREATE TABLE log (x);
        CREATE TRIGGER g AFTER DELETE ON b BEGIN INSERT INTO log VALUES (old.x); END;";

    /// The statements of each part, by their first words and their indexes.
    fn described(up: &str, down: &str) -> Vec<String> {
        let mut sandbox = Sandbox::plain().expect("a database");
        sandbox.conn().execute_batch(BEFORE).expect("the schema before");
        let scripts = [(up, Direction::Up), (down, Direction::Down)];
        let [up, down] = scripts.map(|(sql, direction)| checked(sql, direction));
        let [did, undid] = [&up, &down].map(|script| {
            let performance = sandbox.perform(script, &mut |_, _| ()).expect("a performance");
            assert!(performance.outcome.is_ok(), "{:?}", performance.outcome);
            performance
        });
        let [up, down] = [(&up, &did), (&down, &undid)]
            .map(|(script, performance)| Done { script, performance });
        let place = |done: Done<'_>, range: &Range<usize>| {
            done.script
                .statements
                .iter()
                .position(|it| it == range)
                .expect("a statement")
                .to_string()
        };
        let parts = parts(up, Some(down));
        let told = parts.iter().map(|part| {
            let first = part.up.statements.iter().map(|it| place(up, it));
            let second = part.down.iter().flat_map(|script| &script.statements);
            let second = second.map(|it| place(down, it));
            format!("{}/{}", first.collect::<String>(), second.collect::<String>())
        });
        told.collect()
    }

    #[test]
    fn statements_on_related_objects_are_one_part() {
        let none: &[&str] = &[];
        for (up, down, expected) in [
            ("UPDATE a SET x = 1; UPDATE b SET x = 1;", "SELECT 1;", &["0/0", "1/0"][..]),
            ("UPDATE a SET x = 1; UPDATE a SET x = 2;", "SELECT 1;", none),
            ("UPDATE a SET x = (SELECT x FROM b); UPDATE b SET x = 1;", "SELECT 1;", none),
            // Tables that refer to a written table belong to its part, also through others.
            ("UPDATE a SET x = 1; UPDATE d SET c = NULL;", "SELECT 1;", none),
            ("UPDATE a SET x = 1; SELECT id FROM d;", "SELECT 1;", none),
            // A view or a trigger joins what it reads and writes.
            ("DROP VIEW v; UPDATE d SET c = NULL; UPDATE b SET x = 1;", "SELECT 1;", none),
            ("DELETE FROM b WHERE x = 1; UPDATE log SET x = 1;", "SELECT 1;", none),
            ("UPDATE b SET x = 1; DELETE FROM d;", "SELECT 1;", &["0/0", "1/0"]),
            // An index belongs to its table, and a rebuild is one part.
            ("DROP INDEX c_id; UPDATE c SET a = NULL; UPDATE b SET x = 1;", "SELECT 1;", &["01/0", "2/0"]),
            (
                "PRAGMA foreign_keys = OFF; CREATE TABLE n (id PRIMARY KEY, a); INSERT INTO n SELECT id, a FROM c; UPDATE b SET id = 1;
                 DROP TABLE c; ALTER TABLE n RENAME TO c; PRAGMA foreign_keys = ON;",
                "SELECT 1;",
                &["012456/0", "036/0"],
            ),
            (
                "PRAGMA foreign_keys = OFF; CREATE TABLE n (x); INSERT INTO n SELECT x FROM b; UPDATE c SET id = 1;
                 DROP TABLE n; PRAGMA foreign_keys = ON;",
                "CREATE TABLE n (x); DROP TABLE n; DELETE FROM d;",
                &["01245/01", "035/2"],
            ),
            // `sqlite_sequence` is a table of its own, which holds the names of others as texts.
            ("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'b'; UPDATE b SET x = 1;", "SELECT 1;", none),
            // A connection in the down alone joins the statements too.
            ("UPDATE b SET x = 1; UPDATE a SET x = 1;", "UPDATE a SET x = (SELECT max(x) FROM b);", none),
            ("UPDATE b SET x = 1; INSERT INTO a (x) VALUES (changes());", "SELECT 1;", none),
        ] {
            assert_eq!(described(up, down), expected, "{up} {down}");
        }
    }
}
