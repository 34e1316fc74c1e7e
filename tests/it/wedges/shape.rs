//! The scripts that are disturbed, in both directions.

use migratory::{Report, Result, Runner, Target, Version};
use rusqlite::Connection;

use super::{BASE, open};
use crate::support::{Database, dump, runner};

/// A run over a no-transaction script, the second of three migrations.
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) is_down: bool,
    /// Whether another connection can continue it.
    pub(super) is_resumable: bool,
    up: &'static str,
    down: &'static str,
    /// The content of the database after the script, and at the end.
    after: String,
    expected: String,
}

/// Name, up and down. An update that runs twice must show in the rows.
const SCRIPTS: [(&str, &str, &str); 12] = [
    ("one statement", "UPDATE t SET n = n * 2 + 1;", "UPDATE t SET n = (n - 1) / 2;"),
    (
        "several statements",
        "UPDATE t SET n = n * 2 + 1; CREATE INDEX t_n ON t (n); INSERT INTO t (n) SELECT max(n) + 1 FROM t;",
        "DELETE FROM t WHERE n = (SELECT max(n) FROM t); DROP INDEX t_n; UPDATE t SET n = (n - 1) / 2;",
    ),
    ("vacuum", "VACUUM;", "VACUUM;"),
    ("pragmas", "PRAGMA auto_vacuum = FULL; VACUUM;", "PRAGMA auto_vacuum = NONE; VACUUM;"),
    (
        "another journal mode",
        "UPDATE t SET n = n * 3; PRAGMA journal_mode = WAL; UPDATE t SET n = n + 5; PRAGMA journal_mode = DELETE;",
        "PRAGMA journal_mode = DELETE; UPDATE t SET n = n - 5; PRAGMA journal_mode = WAL; UPDATE t SET n = n / 3;",
    ),
    (
        "obstructive pragmas",
        "UPDATE t SET n = n * 3; PRAGMA query_only = ON;",
        "UPDATE t SET n = n / 3; PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = 1;",
    ),
    (
        "mixed",
        "PRAGMA auto_vacuum = FULL; UPDATE t SET n = n * 3; VACUUM; UPDATE t SET n = n + 5; PRAGMA optimize;",
        "SELECT 1; UPDATE t SET n = n - 5; VACUUM; UPDATE t SET n = n / 3",
    ),
    (
        "a transaction of its own",
        "BEGIN; UPDATE t SET n = n * 3; UPDATE t SET n = n + 5; COMMIT; UPDATE t SET n = n * 7;",
        "UPDATE t SET n = n / 7; BEGIN IMMEDIATE; UPDATE t SET n = n - 5; UPDATE t SET n = n / 3; END;",
    ),
    (
        "savepoints and a rollback",
        "SAVEPOINT a; UPDATE t SET n = n * 3; SAVEPOINT b; DELETE FROM t; ROLLBACK TO b; RELEASE b; RELEASE a; \
         BEGIN; DELETE FROM t; ROLLBACK; UPDATE t SET n = n + 1;",
        "BEGIN; DELETE FROM t; ROLLBACK; UPDATE t SET n = n - 1; UPDATE t SET n = n / 3;",
    ),
    (
        "temporary tables",
        "CREATE TEMP TABLE kept AS SELECT max(n) AS m FROM t; UPDATE t SET n = n + (SELECT m FROM kept); \
         UPDATE t SET n = n * 2; DROP TABLE kept;",
        "CREATE TEMP TABLE kept AS SELECT 3 AS m; UPDATE t SET n = n / 2; \
         UPDATE t SET n = n - (SELECT m FROM kept); DROP TABLE kept;",
    ),
    (
        "changes",
        "UPDATE t SET n = n * 2 + 1; INSERT INTO t (n) SELECT changes() * 1000;",
        "DELETE FROM t WHERE n = 3000; UPDATE t SET n = (n - 1) / 2;",
    ),
    (
        "the last rowid",
        "INSERT INTO t (n) VALUES (5); UPDATE t SET n = n + 1000 WHERE id = last_insert_rowid();",
        "DELETE FROM t WHERE n = 1005; INSERT INTO t (n) VALUES (8); DELETE FROM t WHERE id = last_insert_rowid();",
    ),
];
const LAST: (&str, &str) = ("INSERT INTO t (n) VALUES (77);", "DELETE FROM t WHERE n = 77;");

pub(super) fn all() -> impl Iterator<Item = Shape> {
    let both = |&(name, up, down)| [false, true].map(|is_down| Shape::new(name, up, down, is_down));
    SCRIPTS.iter().flat_map(both)
}

pub(super) fn named(name: &str) -> Shape {
    let (script, direction) = name.split_once(", ").expect("a script and a direction");
    let found = SCRIPTS.iter().find(|(name, ..)| *name == script).expect("a script");
    Shape::new(found.0, found.1, found.2, direction == "down")
}

fn outside(script: &str) -> &'static str {
    Box::leak(format!("-- migratory: no-transaction\n{script}").into_boxed_str())
}

impl Shape {
    fn new(name: &str, up: &str, down: &str, is_down: bool) -> Self {
        let mut shape = Self {
            name: format!("{name}, {}", if is_down { "down" } else { "up" }),
            is_down,
            is_resumable: !["temp", "changes", "the last rowid"]
                .iter()
                .any(|it| name.starts_with(it)),
            up: outside(up),
            down: outside(down),
            after: String::new(),
            expected: String::new(),
        };
        let mut conn = Connection::open_in_memory().expect("a database");
        shape.prepare(&mut conn);
        let script = Version::new(if is_down { 1 } else { 2 });
        shape.runner().to(&mut conn, script).expect("a run that nothing disturbs");
        shape.after = dump(&conn);
        shape.run(&shape.runner(), &mut conn).expect("a run that nothing disturbs");
        shape.expected = dump(&conn);
        shape
    }

    pub(super) fn runner(&self) -> Runner<'static> {
        runner(&[BASE, (self.up, self.down), LAST])
    }

    /// Returns whether a backup is made before the run.
    pub(super) fn has_backup(&self) -> bool {
        self.name.starts_with("one")
    }

    /// Executes the run that is disturbed, and each one after it.
    pub(super) fn run(&self, runner: &Runner<'_>, conn: &mut Connection) -> Result<Report> {
        let target = if self.is_down { Version::new(1).into() } else { Target::Latest };
        runner.to(conn, target)
    }

    fn prepare(&self, conn: &mut Connection) {
        let start = if self.is_down { 3 } else { 1 };
        self.runner().to(conn, Version::new(start)).expect("a run that nothing disturbs");
    }

    pub(super) fn start(&self, journal: &str) -> Database {
        let database = Database::new();
        self.prepare(&mut open(&database, journal, std::time::Duration::ZERO));
        database
    }

    pub(super) fn expected(&self) -> &str {
        &self.expected
    }

    /// Does what the message asks for: leaves all rows as they should be after the script.
    pub(super) fn finish_by_hand(&self, conn: &Connection) {
        let rows = self.after.lines().filter_map(|line| line.split_once(" | "));
        conn.execute_batch("DELETE FROM t").expect("rows that go");
        for (id, n) in rows.filter(|(id, _)| id.parse::<i64>().is_ok()) {
            conn.execute("INSERT INTO t (id, n) VALUES (?1, ?2)", [id, n]).expect("a row");
        }
        assert_eq!(dump(conn), self.after);
    }
}
