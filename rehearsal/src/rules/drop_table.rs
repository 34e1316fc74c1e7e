//! Reports the loss of a table's rows, when it is dropped.

use super::lineage::{Lineage, Origin};
use super::preserved_data::{Copied, is_carried, keeps_rows};
use super::{Facts, ScriptRule, Scripts, fresh};
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Table};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::DropTable,
    allow: Some(Rule::DropTable),
    scripts: Scripts::Ups,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let lineage = Lineage::new(facts);
    facts
        .done()
        .filter_map(|(at, statement)| {
            let table = lost(facts, &lineage, at, statement)?;
            Some(finding(facts, statement, table))
        })
        .collect()
}

/// Returns the table from before the script that is dropped here, if its rows are copied nowhere.
fn lost<'a>(
    facts: &Facts<'a>,
    lineage: &Lineage,
    at: usize,
    statement: &Statement,
) -> Option<&'a Table> {
    let Origin::Before(name) = lineage.origin(dropped(statement)?, at) else { return None };
    let table = facts.before().tables.get(&name).filter(|table| keeps_rows(table))?;
    let copied = Copied { table: &name, column: None, from: 0, until: at };
    let is_kept = is_carried(facts, lineage, copied) || is_filled_anew(facts, &name, at);
    (!is_kept).then_some(table)
}

/// Returns the table that the statement drops.
fn dropped(statement: &Statement) -> Option<&Name> {
    statement.own().find_map(|act| match act {
        ActKind::DropTable(table) | ActKind::DropVirtualTable(table) => Some(table),
        _ => None,
    })
}

/// Whether the script ends with another table of that name, filled from other tables: its content
/// is derived, and was computed again.
fn is_filled_anew(facts: &Facts<'_>, name: &Name, dropped: usize) -> bool {
    let fills = |statement: &Statement| {
        let writes = statement.own().any(|act| match act {
            ActKind::Insert(table) | ActKind::CreateTable(table) => table == name,
            _ => false,
        });
        writes
            && statement.own().any(|act| match act {
                ActKind::Read { table, .. } => table != name,
                _ => false,
            })
    };
    facts.after().tables.contains_key(name)
        && facts.done().any(|(at, statement)| at > dropped && fills(statement))
}

fn finding(facts: &Facts<'_>, statement: &Statement, table: &Table) -> Diagnostic {
    let name = &table.name;
    let message = if facts.after().tables.contains_key(name) {
        format!("`{name}` is dropped and created again, and none of its rows is copied")
    } else {
        format!("`{name}` is dropped, with all its rows")
    };
    let kept = fresh(facts, &format!("{name}_kept")).written();
    RULE.error(facts, [Subject::table(name)], message, statement.range.clone())
        .note(format!(
            "users lose every row that their databases hold in `{name}`, and no down restores it"
        ))
        .help(format!(
            "save the rows before this statement: `CREATE TABLE {kept} AS SELECT * FROM {};`",
            name.written()
        ))
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint_down, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE album (id INTEGER PRIMARY KEY, title TEXT);
        CREATE TABLE \"odd one\" (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
        CREATE TABLE track (id INTEGER PRIMARY KEY, title TEXT);
        CREATE VIRTUAL TABLE own USING fts5(title);
        CREATE VIRTUAL TABLE found USING fts5(title, content='album', content_rowid='id');
        CREATE VIRTUAL TABLE bare USING fts5(title, content='');
    ";

    #[test]
    fn a_table_that_is_dropped_is_reported() {
        for up in [
            "DROP TABLE album;",
            "drop table if exists main.[odd one]",
            "ALTER TABLE album RENAME TO gone; DROP TABLE gone;",
            "DROP TABLE own;",
            "CREATE TABLE n (x); INSERT INTO n SELECT count(*) FROM album; DROP TABLE album;",
            "CREATE TABLE n AS SELECT * FROM album; DROP TABLE n; DROP TABLE album;",
            "CREATE TEMP TABLE n AS SELECT * FROM album; DROP TABLE album;",
            "DROP TABLE album; CREATE TABLE n AS SELECT * FROM track;",
            "UPDATE track SET title = 'x' WHERE id IN (SELECT id FROM album); DROP TABLE album;",
            "INSERT INTO track (title) SELECT count(title) FROM album; DROP TABLE album;",
            "UPDATE track SET title = EXISTS (SELECT id FROM album WHERE album.id = track.id); \
             DROP TABLE album;",
        ] {
            lint_errors(BEFORE, up, &[Code::DropTable]);
        }
        lint_errors(BEFORE, "DROP TABLE album; DROP TABLE track", &[Code::DropTable; 2]);
        let anew = "DROP TABLE track; CREATE TABLE track (id INTEGER PRIMARY KEY, title TEXT);";
        lint_errors(BEFORE, anew, &[Code::DropTable]);
    }

    #[test]
    fn a_table_whose_rows_are_copied_is_not_reported() {
        for up in [
            "CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT); \
             INSERT INTO n (id, title) SELECT id, title FROM album; DROP TABLE album; \
             ALTER TABLE n RENAME TO album;",
            "ALTER TABLE album RENAME TO o; CREATE TABLE album (id INTEGER PRIMARY KEY, title TEXT);\
             INSERT INTO album (id, title) SELECT id, title FROM o; DROP TABLE o;",
            "CREATE TABLE kept AS SELECT * FROM album; DROP TABLE album;",
            "INSERT INTO track (title) SELECT title FROM album; DROP TABLE album;",
            "UPDATE track SET title = (SELECT title FROM album WHERE album.id = track.id) \
             WHERE id IN (SELECT id FROM album); DROP TABLE album;",
            "CREATE TEMP TABLE t AS SELECT * FROM track; DROP TABLE track; \
             CREATE TABLE track (id INTEGER PRIMARY KEY, title TEXT); \
             INSERT INTO track (id, title) SELECT id, title FROM t; DROP TABLE t;",
            "ALTER TABLE album RENAME TO record;",
            "CREATE TABLE scratch (x); DROP TABLE scratch;",
            "CREATE TEMP TABLE scratch (x); DROP TABLE scratch;",
            "DROP TABLE found; DROP TABLE bare;",
            "DROP TABLE own; CREATE VIRTUAL TABLE own USING fts5(title, tokenize='porter'); \
             INSERT INTO own (title) SELECT title FROM album;",
            "-- migratory: allow(drop_table): nobody reads it\nDROP TABLE album;",
        ] {
            lint_ok(BEFORE, up);
        }
        assert_eq!(lint_down(BEFORE, "DROP TABLE album;"), []);
    }
}
