//! Finds rowids that are stored outside their table.
//!
//! Without an `INTEGER PRIMARY KEY`, a rowid is not a value of its row: a copy assigns new ones,
//! and whatever stores the old ones then finds other rows, or none.

use std::collections::{BTreeMap, BTreeSet};

use migratory_core::sql::lexer::{self, Token};
use migratory_core::sql::names;

use super::succession::Succession;
use crate::act::{Act, ActKind, Statement};
use crate::mention::Mention;
use crate::pack::{Packer, Unpacker};
use crate::schema::{Name, Schema, Table, TableKind};
use migratory_analysis::CheckedScript;

mod trigger;
mod view;

/// The tables whose rowids something stores, each with a description of what stores them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rowids(BTreeMap<Name, Mention>);

/// A script that has run.
#[derive(Clone, Copy)]
pub(crate) struct Done<'a> {
    script: &'a CheckedScript,
    statements: &'a [Statement],
    /// Maps each table to the one that holds its rows after the script.
    succession: &'a Succession,
}

impl<'a> Done<'a> {
    pub(crate) fn new(
        script: &'a CheckedScript,
        statements: &'a [Statement],
        succession: &'a Succession,
    ) -> Self {
        Self { script, statements, succession }
    }

    fn text(&self, statement: &Statement) -> &'a str {
        self.script.sql.get(statement.range.clone()).unwrap_or_default()
    }
}

impl Rowids {
    /// Returns what a script must keep: rowids that were stored before it, or that a trigger or a
    /// view of this schema uses, and that the script itself does not write again.
    pub(crate) fn before(&self, schema: &Schema, done: Done<'_>) -> Self {
        let Done { statements, succession, .. } = done;
        let mut all = self.0.clone();
        all.extend(schema.triggers.values().filter_map(|it| trigger::holds(it, schema)));
        all.extend(schema.views.values().flat_map(|it| view::holds(it, schema)));
        all.retain(|table, _| schema.tables.get(table).is_some_and(is_unnamed));
        all.extend(schema.triggers.values().flat_map(|it| trigger::numbers(it, schema)));
        for statement in statements {
            for table in written_down(statement, done.text(statement), schema) {
                let is_it = |held: &Name| {
                    let successor = succession.successor(held);
                    *held == table
                        || successor.is_some_and(|successor| successor.names.contains(&table))
                };
                all.retain(|held, _| !is_it(held) || is_copy(statement, held, succession));
            }
        }
        Self(all)
    }

    /// Returns the rowids that are stored after a script.
    pub(crate) fn after(&self, schema: &Schema, done: Done<'_>) -> Self {
        let Done { statements, succession, .. } = done;
        let successor =
            |table: &Name| succession.successor(table).map_or(table, |it| &it.table).clone();
        let mut held: BTreeMap<_, _> =
            self.0.iter().map(|(table, by)| (successor(table), by.clone())).collect();
        for statement in statements {
            let Some(into) = target(statement) else { continue };
            if schema.tables.get(&into).is_some_and(is_checked) {
                continue;
            }
            for table in written_down(statement, done.text(statement), schema) {
                if table != into && !is_copy(statement, &table, succession) {
                    let text = format!("`{into}` was filled with rowids of `{table}`");
                    held.insert(successor(&table), Mention::new(text, [&into, &table]));
                }
            }
        }
        held.retain(|table, _| schema.tables.get(table).is_some_and(is_unnamed));
        Self(held)
    }

    /// Describes what stores the rowids of a table.
    pub(crate) fn holder(&self, table: &Name) -> Option<&Mention> {
        self.0.get(table)
    }

    /// Returns the tables whose rowids something stores, including full-text indexes over such
    /// tables, each with a description.
    pub(crate) fn holders(&self, schema: &Schema) -> BTreeMap<Name, Mention> {
        let mut all = self.0.clone();
        for index in schema.tables.values() {
            let Some(content) = content(index) else { continue };
            if schema.tables.get(&content).is_some_and(is_unnamed) {
                let text = format!(
                    "the full-text index `{}` finds rows of `{content}` by rowid",
                    index.name
                );
                let holder = Mention::new(text, [&index.name, &content]);
                all.entry(content).or_insert(holder);
            }
        }
        all
    }

    /// Adds them to the state of a run.
    pub(crate) fn pack(&self, packer: &mut Packer) {
        packer.number(self.0.len());
        for (table, holder) in &self.0 {
            packer.text(table.as_str());
            holder.pack(packer);
        }
    }

    pub(crate) fn unpack(unpacker: &mut Unpacker<'_>) -> Option<Self> {
        let count = unpacker.number()?;
        let holder = |_| Some((Name::from(unpacker.text()?), Mention::unpack(unpacker)?));
        (0..count).map(holder).collect::<Option<_>>().map(Self)
    }

    /// Returns the tables.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Name> {
        self.0.keys()
    }
}

/// Whether the rowid of a table has no name, so that nothing preserves it.
pub(crate) fn is_unnamed(table: &Table) -> bool {
    let is_taken = table.columns.iter().any(|column| column.name == *"rowid");
    table.kind == TableKind::Ordinary
        && !table.is_without_rowid
        && !is_taken
        && table.rowid_alias().is_none()
}

/// Whether it is a full-text index whose content is another table: SQLite itself compares the two.
fn is_checked(table: &Table) -> bool {
    content(table).is_some()
}

/// Returns the table that is the content of a full-text index.
fn content(table: &Table) -> Option<Name> {
    let TableKind::Virtual(module) = &table.kind else { return None };
    if !module.to_ascii_lowercase().starts_with("fts") {
        return None;
    }
    let tokens: Vec<_> = lexer::meaningful(&table.sql).collect();
    let mut options = tokens.windows(3).filter(|three| {
        three[0].is_word("content") && three[1].text == "=" && !three[2].unquoted().is_empty()
    });
    options.next().map(|three| Name::new(three[2].unquoted()))
}

/// Whether the statement copies the rows of a table into its replacement.
fn is_copy(statement: &Statement, table: &Name, succession: &Succession) -> bool {
    let successor = succession.successor(table);
    target(statement)
        .is_some_and(|into| successor.is_some_and(|successor| successor.names.contains(&into)))
}

/// Returns the table that a statement adds rows to, or changes.
fn target(statement: &Statement) -> Option<Name> {
    statement.own().find_map(|act| match act {
        ActKind::Insert(table) | ActKind::CreateTable(table) | ActKind::Update { table, .. } => {
            Some(table.clone())
        }
        _ => None,
    })
}

/// Returns the tables whose rowids a statement stores.
fn written_down(statement: &Statement, text: &str, schema: &Schema) -> BTreeSet<Name> {
    if target(statement).is_none() {
        return BTreeSet::new();
    }
    let tokens: Vec<_> = lexer::meaningful(text).collect();
    let selects = selects_rowid(&tokens);
    let is_written = |act: &Act| match &act.accessor {
        None => selects,
        // SQLite reports reads in a WITH or a view under names of their own, which the statement
        // mentions; those in a trigger it does not mention.
        Some(name) if tokens.iter().any(|token| *name == *token.unquoted()) => {
            match schema.views.get(name) {
                Some(view) => view::rowid(view).is_some_and(|column| lists(&tokens, &column)),
                None => selects,
            }
        }
        Some(_) => false,
    };
    let read = statement.acts.iter().filter_map(|act| match &act.kind {
        ActKind::Read { table, column } if *column == *"rowid" && is_written(act) => {
            Some(table.clone())
        }
        _ => None,
    });
    read.collect()
}

/// Whether a rowid is between SELECT and FROM; in an ORDER BY, it is not stored.
fn selects_rowid(tokens: &[Token<'_>]) -> bool {
    selects(tokens, &is_rowid)
}

/// Whether this column, or `*`, is between SELECT and FROM.
fn lists(tokens: &[Token<'_>], column: &Name) -> bool {
    selects(tokens, &|token| token.text == "*" || *column == *token.unquoted())
}

fn selects(tokens: &[Token<'_>], is_it: &dyn Fn(&Token<'_>) -> bool) -> bool {
    let mut is_listed = false;
    tokens.iter().any(|token| {
        is_listed |= token.is_word("select");
        is_listed &= !token.is_word("from");
        is_listed && is_it(token)
    })
}

/// Whether a text may mention a rowid: most triggers and views do not, and need not be parsed.
fn may_mention(sql: &str) -> bool {
    lexer::has_any(sql, &["rowid", "oid"])
}

fn is_rowid(token: &Token<'_>) -> bool {
    names::is_rowid(&token.unquoted())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    const BEFORE: &str = "
        CREATE TABLE a (x); CREATE VIEW numbered AS SELECT x, rowid AS number FROM a; CREATE TABLE k (id INTEGER PRIMARY KEY, x); CREATE TABLE h (of);
        CREATE VIRTUAL TABLE own USING fts5 (x); CREATE VIRTUAL TABLE a_fts USING fts5 (x, content = 'a');";

    /// Returns what is stored after a script, and which of it the script had to keep.
    fn held(script: &str) -> String {
        harness::with_facts(BEFORE, script, |facts| {
            let succession = Succession::new(facts.statements, facts.schemas);
            let done = Done::new(facts.script, facts.statements, &succession);
            let after = Rowids::default().after(facts.after(), done);
            let mut kept = after.clone();
            kept.0.extend(Rowids::default().before(facts.after(), done).0);
            let told = |(table, by): (&Name, &Mention)| format!("{table}: {}", by.text);
            kept.0.iter().map(told).collect::<Vec<_>>().join("; ")
        })
    }

    #[test]
    fn stored_rowids_are_found() {
        let filled = "a: `h` was filled with rowids of `a`";
        let triggered = "a: the trigger `t` stores rowids of `a`";
        let found = "a: the trigger `t` finds rows of `h` by rowids of `a`";
        let joined = "a: the view `v` finds rows of `a` by rowid";
        for (script, expected) in [
            ("INSERT INTO h (of) SELECT rowid FROM a;", filled),
            ("INSERT INTO h SELECT a._rowid_ FROM a JOIN k ON k.id = a.rowid;", filled),
            ("UPDATE h SET of = (SELECT max(oid) FROM a);", filled),
            ("INSERT INTO h WITH c AS (SELECT rowid AS r FROM a) SELECT r FROM c;", filled),
            ("WITH c AS (SELECT rowid AS r FROM a) INSERT INTO h SELECT r FROM c;", filled),
            ("INSERT INTO h SELECT number FROM numbered;", filled),
            ("INSERT INTO h SELECT v.number FROM numbered AS v WHERE x > 1;", filled),
            (
                "CREATE TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM h WHERE of = OLD.rowid; END;",
                found,
            ),
            (
                "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE h SET of = of WHERE NEW.oid = of; END;",
                found,
            ),
            ("CREATE VIEW v AS SELECT h.of, b.x FROM h JOIN a AS b ON b.rowid = h.of;", joined),
            ("CREATE VIEW v AS SELECT a.x FROM h LEFT JOIN main.a ON (h.of = a._rowid_);", joined),
            ("CREATE VIEW v AS SELECT b.x FROM a b, h WHERE h.of = b.oid;", joined),
            (
                "INSERT INTO own (rowid, x) SELECT rowid, x FROM a;",
                "a: `own` was filled with rowids of `a`",
            ),
            (
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO h VALUES (NEW.rowid); END;",
                triggered,
            ),
            ("CREATE TRIGGER t AFTER DELETE ON a BEGIN UPDATE h SET of = OLD.oid; END;", triggered),
            (
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO own (rowid, x) VALUES (NEW.rowid, NEW.x); END;",
                "a: the trigger `t` stores rowids of `a`; own: the trigger `t` gives the rows of `own` the rowids of others",
            ),
        ] {
            assert_eq!(held(script), expected, "{script}");
        }
    }

    #[test]
    fn rowids_that_are_not_stored_are_not_found() {
        for script in [
            "INSERT INTO h (of) SELECT x FROM a ORDER BY rowid;",
            "INSERT INTO h (of) SELECT rowid FROM k;",
            "DELETE FROM a WHERE rowid NOT IN (SELECT min(rowid) FROM a GROUP BY x);",
            "INSERT INTO a_fts (rowid, x) SELECT rowid, x FROM a;",
            "CREATE TABLE n (x); INSERT INTO n (rowid, x) SELECT rowid, x FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = 1 WHERE rowid = NEW.rowid; END;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO h SELECT x FROM a WHERE rowid = NEW.rowid; END;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE h SET of = (SELECT x FROM a WHERE rowid = NEW.rowid); END;",
            "CREATE TRIGGER t AFTER INSERT ON k BEGIN DELETE FROM h WHERE of = NEW.rowid; END;",
            "CREATE VIEW v AS SELECT rowid, x FROM a WHERE a.rowid = 1 ORDER BY a.rowid;",
            "CREATE VIEW v AS SELECT k.x FROM h JOIN k ON k.rowid = h.of;",
            "INSERT INTO h SELECT x FROM numbered;",
            "INSERT INTO h WITH c AS (SELECT x FROM a ORDER BY rowid) SELECT x FROM c;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO a_fts (rowid, x) VALUES (NEW.rowid, NEW.x); END;",
        ] {
            assert_eq!(held(script), "", "{script}");
        }
    }
}
