//! Where statements end.

#[allow(unused_imports, reason = "rusqlite 0.32 needs no trait for `Batch::next`")]
use fallible_iterator::FallibleIterator as _;
use migratory_core::sql::statements;
use rusqlite::{Batch, Connection};

/// Statements of a trigger's body with words that could be mistaken for its end.
const IN_BODIES: [&str; 14] = [
    "SELECT 1",
    "DELETE FROM a WHERE b = 1",
    "UPDATE a SET b = CASE b WHEN 1 THEN 2 END",
    "SELECT CASE WHEN 1 THEN CASE 2 WHEN 2 THEN 3 END ELSE CASE WHEN 4 THEN 5 END END",
    "INSERT INTO a SELECT CASE b WHEN 'END' THEN \"end\" END, 1 FROM a",
    "SELECT '; END; '",
    "SELECT \"end\", [end], `end`, end FROM a end",
    "SELECT b AS end FROM a /* ; END; */",
    "SELECT 1 -- ; END;\n",
    "SELECT end, NEW.end FROM a AS begin",
    "WITH c AS (SELECT CASE 1 WHEN 1 THEN 2 END) SELECT 1 FROM a",
    "SELECT RAISE(IGNORE) WHERE CASE WHEN NEW.b THEN 1 END",
    "VALUES (1), (CASE 1 WHEN 2 THEN 3 END)",
    "REPLACE INTO a VALUES (CASE 1 WHEN 2 THEN 3 END, 'it''s; END;')",
];

/// The beginnings of a trigger.
const HEADS: [&str; 5] = [
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN",
    "create temp trigger if not exists t before delete on a begin",
    "CREATE /* TRIGGER */ TEMPORARY\nTRIGGER t AFTER UPDATE OF end ON a WHEN CASE 1 WHEN 1 THEN 1 END BEGIN",
    "EXPLAIN CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW BEGIN",
    "EXPLAIN QUERY PLAN CREATE TRIGGER main.\"trigger\" AFTER INSERT ON a BEGIN",
];

/// Separators between two statements.
const BETWEEN: [&str; 3] = ["; ", ";;\n-- ; END;\n", " /* x */ ;"];

/// Returns the end of each statement of a script, as SQLite reports it while it compiles them.
fn ends(sql: &str) -> Vec<usize> {
    let conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch("CREATE TABLE a (b, end)").expect("a table");
    let mut batch = Batch::new(&conn, sql);
    let (mut at, mut ends) = (0, Vec::new());
    while let Some(statement) = batch.next().expect(sql) {
        at += statement.expanded_sql().expect("a text without parameters").len();
        ends.push(at);
    }
    ends
}

fn assert_same(sql: &str) {
    let ours: Vec<_> = statements::ranges(sql).map(|range| range.end).collect();
    assert_eq!(ours, ends(sql), "{sql}");
}

#[test]
fn a_trigger_ends_where_sqlite_says() {
    for head in HEADS {
        for one in IN_BODIES {
            for other in IN_BODIES {
                assert_same(&format!("{head} {one}; {other}; END; SELECT 2;"));
            }
        }
    }
}

#[test]
fn statements_end_where_sqlite_says() {
    for between in BETWEEN {
        for one in IN_BODIES.into_iter().filter(|one| !one.contains("NEW.")) {
            let trigger = format!("{} {one}; END", HEADS[1]);
            assert_same(&format!(";; {one}{between}{trigger}{between}{one}; PRAGMA user_version;"));
        }
    }
}
