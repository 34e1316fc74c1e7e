//! The runs that are disturbed, and what must be true afterwards.

use migratory::{Report, Result, Runner, State, Target, Version};
use rusqlite::Connection;

use crate::sample;
use crate::support::{dump, runner, value};

/// A run from one version of a set to another.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) runner: Runner<'static>,
    /// The versions before and after; 0 is an empty database.
    pub(super) from: i64,
    pub(super) to: i64,
    /// The content of the database at each version in between.
    states: Vec<(i64, String)>,
}

/// Tables that reference each other, a rebuild with foreign keys off, a script outside a transaction, and steps in
/// Rust.
const MIXED: [(&str, &str); 5] = [
    (
        "CREATE TABLE a (id INTEGER PRIMARY KEY, n); CREATE TABLE b (a INTEGER REFERENCES a ON DELETE CASCADE, n);
         INSERT INTO a (n) VALUES (1), (2), (3); INSERT INTO b SELECT id, n FROM a;
         CREATE INDEX b_a ON b (a);",
        "DROP TABLE b; DROP TABLE a;",
    ),
    (
        "PRAGMA foreign_keys = OFF; CREATE TABLE c (id INTEGER PRIMARY KEY, n NOT NULL); INSERT INTO c SELECT id, n FROM a;
         DROP TABLE a; ALTER TABLE c RENAME TO a;",
        "PRAGMA foreign_keys = OFF; CREATE TABLE c (id INTEGER PRIMARY KEY, n); INSERT INTO c SELECT id, n FROM a;
         DROP TABLE a; ALTER TABLE c RENAME TO a;",
    ),
    (
        "-- migratory: no-transaction\nUPDATE b SET n = n * 2; VACUUM; UPDATE b SET n = n * 5;",
        "-- migratory: no-transaction\nBEGIN; UPDATE b SET n = n / 5; SELECT 1; COMMIT; UPDATE b SET n = n / 2;",
    ),
    (
        "-- migratory: code\nALTER TABLE b ADD COLUMN text;",
        "-- migratory: code\nALTER TABLE b DROP COLUMN text;",
    ),
    ("DELETE FROM b WHERE n = 10;", "INSERT INTO b (a, n, text) VALUES (1, 10, 'again');"),
];

/// Returns the sample set and a mixed one, up from nothing and from halfway, and all the way down.
pub(super) fn all() -> Vec<Case> {
    let mixed = runner(&MIXED)
        .code(Version::new(4), |tx| {
            tx.execute("UPDATE b SET text = 'n is ' || n", [])?;
            Ok(())
        })
        .code_down(Version::new(4), |tx| {
            tx.execute("UPDATE b SET n = substr(text, 6) WHERE text LIKE 'n is%'", [])?;
            Ok(())
        });
    vec![
        Case::new("sample, fresh", sample::migrations::runner(), 0, 12),
        Case::new("sample, upgrade", sample::migrations::runner(), 6, 12),
        Case::new("sample, down", sample::migrations::runner(), 12, 0),
        Case::new("mixed, fresh", mixed.clone(), 0, 5),
        Case::new("mixed, upgrade", mixed.clone(), 1, 5),
        Case::new("mixed, down", mixed, 5, 0),
    ]
}

fn target(version: i64) -> Target {
    if version == 0 { Target::Empty } else { Version::new(version).into() }
}

impl Case {
    fn new(name: &'static str, runner: Runner<'static>, from: i64, to: i64) -> Self {
        let mut case = Self { name, runner, from, to, states: Vec::new() };
        let mut conn = Connection::open_in_memory().expect("a database");
        case.prepare(&mut conn);
        let path: Vec<i64> =
            if from < to { (from..=to).collect() } else { (to..=from).rev().collect() };
        for version in path {
            case.runner.to(&mut conn, target(version)).expect("a run that nothing disturbs");
            case.states.push((version, dump(&conn)));
        }
        case
    }

    /// Migrates an empty database to where the case begins, so that a down reverts what was applied here.
    pub(super) fn prepare(&self, conn: &mut Connection) {
        self.runner.to(conn, target(self.from)).expect("a run that nothing disturbs");
    }

    /// Executes the run of this case.
    pub(super) fn run(&self, conn: &mut Connection) -> Result<Report> {
        self.runner.to(conn, target(self.to))
    }

    fn state(&self, version: i64) -> &str {
        let found = self.states.iter().find(|(it, _)| *it == version);
        &found.unwrap_or_else(|| panic!("{}: {version} is not on the way", self.name)).1
    }

    /// Checks a database after the run, whether it completed or not.
    pub(super) fn check(&self, conn: &mut Connection, is_done: bool, what: &dyn std::fmt::Display) {
        let name = self.name;
        assert_eq!(value(conn, "PRAGMA integrity_check"), "ok", "{name}: {what}");
        let dangling = "SELECT count(*) FROM pragma_foreign_key_check";
        assert_eq!(value(conn, dangling), "0", "{name}: {what}");
        // Nothing may wait for a process that is gone.
        conn.busy_timeout(std::time::Duration::ZERO).expect("no timeout");
        let status = self.runner.status(conn).expect("a status");
        let version = status.current().map_or(0, Version::get);
        // A script outside a transaction may be half-way. Its progress shows after the rerun, since none of its
        // statements may run twice.
        let is_half = status.migrations().iter().any(|it| it.state == State::Dirty);
        let matches_history = is_half || dump(conn) == self.state(version);
        assert!(matches_history, "{name}: {what}: the history says {version}:\n{}", dump(conn));
        assert!(!is_done || version == self.to, "{name}: {what}: it reported success");
        self.run(conn).unwrap_or_else(|error| panic!("{name}: {what}: the rerun: {error}"));
        assert_eq!(dump(conn), self.state(self.to), "{name}: {what}: after the rerun");
        assert!(self.run(conn).expect("nothing to do").is_empty());
    }
}
