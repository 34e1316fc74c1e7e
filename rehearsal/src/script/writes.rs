//! Lists the tables that a script writes to, as SQLite reported them in the rehearsal.

use std::collections::BTreeSet;

use migratory_runtime::Mode;

use crate::act::ActKind;
use crate::sandbox::Performance;
use crate::schema::Name;
use migratory_analysis::CheckedScript;

/// Returns the tables, one a line, that the script creates, alters, drops or writes to, also
/// through triggers and views, under all names that they have while it runs.
///
/// Returns `None` if they are not needed: foreign keys are checked after a script only if it runs
/// with keys off, and in all tables if it has a step in Rust. Also returns `None` if a name has a
/// line break in it.
pub(crate) fn writes(script: &CheckedScript, performance: &Performance) -> Option<String> {
    if script.mode != Mode::ForeignKeysOff || script.has_code() {
        return None;
    }
    let acts = performance.statements.iter().flat_map(|statement| &statement.acts);
    let mut tables: BTreeSet<Name> = acts.filter_map(|act| written(&act.kind)).cloned().collect();
    // For a renamed table, SQLite reports only the old name.
    for pair in performance.schemas.windows(2) {
        let is_new = |name: &&Name| !pair[0].tables.contains_key(name);
        tables.extend(pair[1].tables.keys().filter(is_new).cloned());
    }
    let names = tables.iter().map(Name::as_str).filter(|name| !name.starts_with("sqlite_"));
    let names: Vec<_> = names.collect();
    (!names.iter().any(|name| name.contains('\n'))).then(|| names.join("\n"))
}

/// Returns the table that an action changes, or the view whose trigger replaces the change.
fn written(act: &ActKind) -> Option<&Name> {
    match act {
        ActKind::CreateTable(table)
        | ActKind::CreateVirtualTable(table)
        | ActKind::CreateIndex { table, .. }
        | ActKind::DropTable(table)
        | ActKind::DropVirtualTable(table)
        | ActKind::DropIndex { table, .. }
        | ActKind::AlterTable(table)
        | ActKind::Insert(table)
        | ActKind::Delete(table)
        | ActKind::Update { table, .. } => Some(table),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness::checked;
    use crate::sandbox::Sandbox;
    use migratory_core::Direction;

    const SCHEMA: &str = "CREATE TABLE p (id INTEGER PRIMARY KEY, c); CREATE UNIQUE INDEX p_c ON p (c);
        CREATE TABLE c (x REFERENCES p); CREATE TABLE o (x); CREATE TABLE big (x); CREATE VIEW v AS SELECT x FROM big;
        CREATE TABLE log (x);
        CREATE TRIGGER on_o AFTER INSERT ON o BEGIN DELETE FROM p WHERE id = new.x; END;
        CREATE TRIGGER on_p AFTER DELETE ON p BEGIN INSERT INTO log VALUES (old.id); END;
        CREATE TRIGGER on_v INSTEAD OF DELETE ON v BEGIN UPDATE o SET x = 1; END;";

    fn written(sql: &str) -> Option<String> {
        let mut sandbox = Sandbox::plain().expect("a database");
        sandbox.conn().execute_batch(SCHEMA).expect("the schema");
        let script = checked(sql, Direction::Up);
        let performance = sandbox.perform(&script, &mut |_, _| ()).expect("a performance");
        assert!(performance.outcome.is_ok(), "{sql}: {:?}", performance.outcome);
        writes(&script, &performance).map(|tables| tables.replace('\n', " "))
    }

    #[test]
    fn the_tables_a_script_writes_are_listed() {
        for (sql, expected) in [
            ("SELECT 1;", ""),
            ("INSERT INTO log SELECT x FROM big;", "log"),
            ("INSERT INTO o VALUES (1); DROP TRIGGER on_o;", "log o p"),
            ("DELETE FROM p; DROP TABLE log;", "log p"),
            ("DELETE FROM v; DROP VIEW v;", "o v"),
            ("UPDATE c SET x = 1; REPLACE INTO big VALUES (1);", "big c"),
            ("DROP INDEX p_c; CREATE INDEX big_x ON big (x);", "big p"),
            ("ALTER TABLE c RENAME TO d; ALTER TABLE d RENAME TO e;", "c d e"),
            ("ALTER TABLE c ADD COLUMN y; ALTER TABLE big RENAME COLUMN x TO y;", "big c"),
            (
                "CREATE TABLE n (x REFERENCES p); INSERT INTO n SELECT x FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c;",
                "c n",
            ),
            ("CREATE TABLE a AS SELECT * FROM big; CREATE TEMP TABLE t (x); DROP TABLE t;", "a t"),
            (
                "CREATE TABLE s (i INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO s VALUES (1);",
                "s",
            ),
            ("WITH w AS (SELECT NULL AS x) INSERT INTO c SELECT x FROM w; ANALYZE;", "c"),
        ] {
            let sql = format!("PRAGMA foreign_keys = OFF; {sql} PRAGMA foreign_keys = ON;");
            assert_eq!(written(&sql).as_deref(), Some(expected), "{sql}");
        }
    }

    #[test]
    fn the_list_is_kept_only_if_it_is_needed() {
        assert_eq!(written("INSERT INTO c VALUES (NULL);"), None);
        assert_eq!(written("-- migratory: no-transaction\nINSERT INTO c VALUES (NULL);"), None);
        let code = "-- migratory: code\nPRAGMA foreign_keys = OFF; INSERT INTO c VALUES (NULL);";
        assert_eq!(written(code), None);
        assert_eq!(written("PRAGMA foreign_keys = OFF; CREATE TABLE \"a\nb\" (x);"), None);
    }
}
