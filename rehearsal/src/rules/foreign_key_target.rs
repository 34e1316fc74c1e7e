//! Reports a foreign key to a table that does not exist, or to columns that do not identify a row.

use std::ops::Range;

use super::lineage::{END, Lineage, Origin};
use super::{Facts, ScriptRule, Scripts, columns, fresh, phrase, place, rename_first};
use crate::act::{ActKind, Statement};
use crate::schema::{ForeignKey, Name, Schema, Table, TableKind};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

/// The schema that a down restores was judged when an up made it.
pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::ForeignKeyTarget,
    allow: Some(Rule::ForeignKeyTarget),
    scripts: Scripts::Ups,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    if !facts.is_complete() {
        return Vec::new();
    }
    let lineage = Lineage::new(facts);
    let strayed = rename_first::strayed_references(facts, &lineage);
    let mut found = Vec::new();
    for table in facts.after().tables.values() {
        for key in &table.foreign_keys {
            let is_reported = strayed.iter().any(|strayed| strayed.to == key.parent);
            if let Some(fault) = fault(facts.after(), key) {
                if !is_reported && !was_so(facts, &lineage, table, key) {
                    found.push(finding(facts, &lineage, table, key, &fault));
                }
            }
        }
    }
    found
}

/// What is wrong with a foreign key.
enum Fault {
    NoTable,
    /// It refers to a view or a virtual table, which identifies no row.
    NoRows(&'static str),
    NoColumn(Name),
    /// It has another number of columns than the parent's key, which has this many.
    Count(usize),
    NotUnique,
}

fn fault(schema: &Schema, key: &ForeignKey) -> Option<Fault> {
    let Some(parent) = schema.tables.get(&key.parent) else {
        let is_view = schema.views.contains_key(&key.parent);
        return Some(if is_view { Fault::NoRows("view") } else { Fault::NoTable });
    };
    if parent.kind != TableKind::Ordinary {
        return Some(Fault::NoRows("virtual table"));
    }
    if key.parent_columns.is_empty() {
        let count = parent.primary_key.len();
        return (count != key.columns.len()).then_some(Fault::Count(count));
    }
    let missing = key.parent_columns.iter().find(|column| parent.column(column).is_none());
    if let Some(missing) = missing {
        return Some(Fault::NoColumn(missing.clone()));
    }
    if key.parent_columns.len() != key.columns.len() {
        return Some(Fault::Count(key.parent_columns.len()));
    }
    (!is_unique(schema, parent, &key.parent_columns)).then_some(Fault::NotUnique)
}

/// Whether the columns, in any order, identify a row by a constraint or an index over all rows.
fn is_unique(schema: &Schema, table: &Table, columns: &[Name]) -> bool {
    let are_these = |others: &[Name]| {
        others.len() == columns.len() && columns.iter().all(|column| others.contains(column))
    };
    let mut indexes = schema
        .indexes
        .values()
        .filter(|index| index.table == table.name && index.is_unique && !index.is_partial);
    are_these(&table.primary_key)
        || table.uniques.iter().any(|unique| are_these(unique))
        || indexes.any(|index| {
            let named: Option<Vec<Name>> = index.columns.iter().cloned().collect();
            named.is_some_and(|named| are_these(&named))
        })
}

/// Whether the same foreign key was equally wrong before the script.
fn was_so(facts: &Facts<'_>, lineage: &Lineage, table: &Table, key: &ForeignKey) -> bool {
    let Origin::Before(name) = lineage.origin(&table.name, END) else { return false };
    let Some(before) = facts.before().tables.get(&name) else { return false };
    let mut keys = before.foreign_keys.iter();
    keys.any(|old| {
        old.columns == key.columns
            && old.parent == key.parent
            && old.parent_columns == key.parent_columns
            && fault(facts.before(), old).is_some()
    })
}

fn finding(
    facts: &Facts<'_>,
    lineage: &Lineage,
    table: &Table,
    key: &ForeignKey,
    fault: &Fault,
) -> Diagnostic {
    let (child, parent) = (&table.name, &key.parent);
    let list = columns(&key.parent_columns);
    let what = match fault {
        Fault::NoTable => format!("the table `{parent}`, which does not exist"),
        Fault::NoRows(kind) => format!("`{parent}`, which is a {kind}"),
        Fault::NoColumn(column) => format!("`{column}` of `{parent}`, which has no such column"),
        Fault::Count(0) => format!("the primary key of `{parent}`, which has none"),
        Fault::Count(_) => format!("`{parent}` with a different number of columns than its key"),
        Fault::NotUnique => {
            format!("`{parent} ({list})`, which is neither its primary key nor unique")
        }
    };
    let help = match fault {
        Fault::NoTable => format!(
            "create `{parent}` in this migration or in one before it, or fix the name after REFERENCES"
        ),
        Fault::NotUnique => format!(
            "make it unique: `CREATE UNIQUE INDEX {} ON {} ({list});`",
            fresh(facts, &format!("{parent}_key")).written(),
            parent.written()
        ),
        Fault::NoRows(_) => "refer to a table".to_owned(),
        Fault::NoColumn(_) | Fault::Count(_) => {
            format!("write the columns of the key of `{parent}` after REFERENCES")
        }
    };
    let message = format!("a foreign key of `{child}` refers to {what}");
    RULE
        .error(facts, [child, parent].map(Subject::table), message, culprit(facts, lineage, table, key))
        .mentioning(&key.parent_columns)
        .note(format!(
            "SQLite accepts the definition and refuses the rows: the first INSERT into `{child}` fails, \
             where foreign keys are enforced"
        ))
        .help(help)
}

/// Returns where the key was written, or where its parent was changed, or else the whole script.
fn culprit(facts: &Facts<'_>, lineage: &Lineage, table: &Table, key: &ForeignKey) -> Range<usize> {
    let concerns = |at: usize, statement: &Statement| {
        let own: Vec<_> = statement.own().collect();
        own.iter().any(|act| match act {
            ActKind::CreateTable(name) | ActKind::AlterTable(name) | ActKind::DropTable(name) => {
                *name == key.parent || lineage.name(name, at, END) == Some(&table.name)
            }
            ActKind::DropIndex { table, .. } => *table == key.parent,
            _ => false,
        })
    };
    let written = facts.done().find_map(|(_, statement)| reference(facts, statement, key));
    let changed = || {
        let last = facts.done().rev().find(|(at, statement)| concerns(*at, statement));
        last.or_else(|| facts.done().last()).map(|(_, statement)| statement.range.clone())
    };
    written.or_else(changed).unwrap_or(0..0)
}

/// Returns the parent's name after REFERENCES, in a statement that defines columns.
fn reference(facts: &Facts<'_>, statement: &Statement, key: &ForeignKey) -> Option<Range<usize>> {
    let tokens: Vec<_> = phrase::meaningful(facts.text(statement)).collect();
    let pair = tokens
        .windows(2)
        .find(|pair| pair[0].is_word("references") && key.parent == *pair[1].unquoted().as_ref())?;
    Some(place(statement.range.start, &pair[1]))
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_down, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT, code TEXT UNIQUE);
        CREATE TABLE pair (a INT, b INT, PRIMARY KEY (b, a));
        CREATE TABLE bare (x TEXT);
        CREATE TABLE part (x TEXT, y TEXT);
        CREATE UNIQUE INDEX part_x ON part (x) WHERE y IS NOT NULL;
        CREATE UNIQUE INDEX part_y ON part (y);
        CREATE TABLE wrong (x REFERENCES nowhere);
        CREATE VIEW v AS SELECT 1 AS id;
        CREATE TABLE child (y TEXT REFERENCES part (y));
    ";

    #[test]
    fn a_foreign_key_to_nothing_is_reported() {
        for up in [
            "CREATE TABLE n (a INT REFERENCES artists (id));",
            "create table n (a int, foreign key (a) references \"art ist\")",
            "ALTER TABLE bare ADD COLUMN a REFERENCES gone;",
            "CREATE TABLE n (a TEXT REFERENCES artist (name));",
            "CREATE TABLE n (a TEXT REFERENCES part (x));",
            "CREATE TABLE n (a TEXT REFERENCES artist (title));",
            "CREATE TABLE n (a INT REFERENCES pair);",
            "CREATE TABLE n (a INT, b INT, FOREIGN KEY (a, b) REFERENCES artist);",
            "CREATE TABLE n (a REFERENCES bare);",
            "CREATE TABLE n (a REFERENCES v (id));",
            "DROP INDEX part_y;",
            "ALTER TABLE wrong RENAME TO w; ALTER TABLE w ADD COLUMN z REFERENCES lost;",
        ] {
            lint_errors(BEFORE, up, &[Code::ForeignKeyTarget]);
        }
        let dropped = "-- migratory: allow(drop_table): unused\nDROP TABLE part;";
        lint_errors(BEFORE, dropped, &[Code::ForeignKeyTarget]);
    }

    #[test]
    fn the_name_after_references_is_shown() {
        let up = "CREATE TABLE n (a INT REFERENCES artists (id));";
        let range = lint(BEFORE, up)[0].labels[0].range.clone();
        assert_eq!(range.map(|range| &up[range]), Some("artists"));
    }

    #[test]
    fn a_foreign_key_to_a_key_is_not_reported() {
        for up in [
            "CREATE TABLE n (a INT REFERENCES artist, b INT REFERENCES ARTIST (\"id\"));",
            "CREATE TABLE n (a TEXT REFERENCES artist (code));",
            "CREATE TABLE n (a INT, b INT, FOREIGN KEY (a, b) REFERENCES pair (a, b));",
            "CREATE TABLE n (a INT, b INT, FOREIGN KEY (a, b) REFERENCES pair);",
            "CREATE TABLE n (a TEXT REFERENCES part (y));",
            "CREATE TABLE m (n REFERENCES n); CREATE TABLE n (id INTEGER PRIMARY KEY, m REFERENCES m2);\
             CREATE TABLE m2 (id INTEGER PRIMARY KEY);",
            "CREATE TABLE n (id INTEGER PRIMARY KEY, up REFERENCES n);",
            "CREATE TABLE n (a TEXT REFERENCES bare (x)); CREATE UNIQUE INDEX i ON bare (x);",
            "ALTER TABLE wrong ADD COLUMN y;",
            "ALTER TABLE wrong RENAME TO w;",
            "-- migratory: allow(foreign_key_target): the next migration makes it\n\
             CREATE TABLE n (a INT REFERENCES later (id));",
            "ALTER TABLE artist RENAME TO band; CREATE TABLE n (a REFERENCES band);",
        ] {
            lint_ok(BEFORE, up);
        }
        assert_eq!(lint_down(BEFORE, "DROP INDEX part_y;"), []);
    }
}
