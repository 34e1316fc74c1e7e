//! The columns and the options of a CREATE TABLE.

use migratory_core::sql::create_table::{CreateTable, Item};
use migratory_core::sql::names::Name;
use rusqlite::Connection;

/// Definitions of a table `t` with everything that one may contain.
const DEFINITIONS: [&str; 16] = [
    "CREATE TABLE t (a)",
    "create table main.\"t\"(a,b TEXT)",
    "CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY AUTOINCREMENT, b DECIMAL(10, 2) DEFAULT (1 + (2)))",
    "CREATE TABLE t (\"check\" INT, [unique] \"x (\" (1), `foreign`, 'constraint', \"primary\" TEXT, unique_ INT)",
    "CREATE TABLE t (\"a,(\" TEXT CHECK (\"a,(\" <> ',)' ), b /* , c */, d -- , e\n)",
    "CREATE TABLE t (a, CHECK (a > 0), UNIQUE (a), PRIMARY KEY (a), FOREIGN KEY (a) REFERENCES t (a))",
    "CREATE TABLE t (a, b, CONSTRAINT c CHECK (a) CONSTRAINT d UNIQUE (a, b) CHECK (b))",
    "CREATE TABLE t (a CONSTRAINT c CHECK (a IN (1, 2)) NOT NULL ON CONFLICT IGNORE, b REFERENCES t (a))",
    "CREATE TABLE t (a, b AS (max(a, 1)) STORED, c GENERATED ALWAYS AS (a) VIRTUAL)",
    "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE t (a INTEGER) STRICT",
    "CREATE TABLE t (a INT PRIMARY KEY, strict INT, rowid INT) strict , without\nrowid",
    "CREATE TABLE t (a INT, \"without rowid\" INT) -- WITHOUT ROWID, STRICT",
    "CREATE TABLE t (key, action TEXT, glob, generated, always)",
    "CREATE TABLE t (größe TEXT, a$b INT, _c)",
    "CREATE TABLE t AS SELECT 1 AS a, 'b, c' AS \"b, c\", 3 AS [d (e]",
];

#[test]
fn columns_and_options_match_sqlites() {
    for sql in DEFINITIONS {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(sql).expect(sql);
        let names = "SELECT group_concat(quote(name)) FROM pragma_table_xinfo('t')";
        let columns: String = conn.query_row(names, [], |row| row.get(0)).expect(sql);
        let options = "SELECT strict, wr, (SELECT sql FROM sqlite_schema WHERE name = 't') \
                       FROM pragma_table_list('t')";
        let options =
            conn.query_row(options, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        let (is_strict, is_without_rowid, stored): (bool, bool, String) = options.expect(sql);

        // Compare the text that SQLite stores: for CREATE TABLE .. AS SELECT it lists the columns.
        let ours = CreateTable::parse(&stored).expect(sql);
        let quoted = |name: Name| format!("'{name}'");
        let found: Vec<_> = ours.items.iter().filter_map(Item::column).map(quoted).collect();
        assert_eq!(found.join(","), columns, "{sql}");
        assert_eq!(
            (ours.is_strict(), ours.is_without_rowid()),
            (is_strict, is_without_rowid),
            "{sql}"
        );
    }
}
