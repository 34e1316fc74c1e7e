//! A database file together with the world that it should represent.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use super::predict::Refusal;
use super::world::World;

/// A file in use, a copy of it, and a backup, each with its expected content.
pub(super) struct File {
    folder: TempDir,
    /// Which of the two files is in use.
    nth: usize,
    pub(super) conn: Connection,
    pub(super) world: World,
    other: Option<World>,
    pub(super) backup: Option<(PathBuf, World)>,
    /// The number of operations per outcome.
    pub(super) outcomes: BTreeMap<String, usize>,
    /// All rows of the history after the last operation.
    rows: Vec<Vec<Value>>,
}

impl File {
    pub(super) fn new(journal: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let conn = open(&folder, 0);
        let file = Self {
            folder,
            nth: 0,
            conn,
            world: World::default(),
            other: None,
            backup: None,
            outcomes: BTreeMap::new(),
            rows: Vec::new(),
        };
        file.execute(&format!("PRAGMA journal_mode = {journal}"));
        file
    }

    pub(super) fn backup_path(&self) -> PathBuf {
        self.folder.path().join("backup")
    }

    pub(super) fn execute(&self, sql: &str) {
        self.conn.execute_batch(sql).expect("statements that run");
    }

    pub(super) fn reopen(&mut self) {
        let conn = open(&self.folder, self.nth);
        drop(std::mem::replace(&mut self.conn, conn));
    }

    /// Continues with a copy of the file.
    pub(super) fn copy(&mut self) {
        let in_memory = Connection::open_in_memory().expect("a database in memory");
        let conn = std::mem::replace(&mut self.conn, in_memory);
        conn.close().map_err(|(_, error)| error).expect("a connection that closes");
        let to = 1 - self.nth;
        std::fs::copy(path(&self.folder, self.nth), path(&self.folder, to)).expect("a copy");
        self.other = Some(self.world.clone());
        self.nth = to;
        self.conn = open(&self.folder, to);
    }

    /// Switches to the other file: the original or its copy.
    pub(super) fn switch(&mut self) {
        if let Some(other) = self.other.take() {
            self.other = Some(std::mem::replace(&mut self.world, other));
            self.nth = 1 - self.nth;
            self.conn = open(&self.folder, self.nth);
        }
    }

    /// Checks that the outcome is the expected one, and that the database is as this world says. After a refusal,
    /// the whole history must be unchanged.
    pub(super) fn compare(
        &mut self,
        world: World,
        outcome: Result<(), Refusal>,
        expected: Result<(), Refusal>,
    ) {
        assert_eq!(outcome, expected);
        let changed = if world == self.world { "" } else { ", changed" };
        *self.outcomes.entry(format!("{outcome:?}{changed}")).or_default() += 1;
        let is_refused = outcome.is_err() && world == self.world;
        self.world = world;
        let before = std::mem::take(&mut self.rows);
        self.check();
        assert!(!is_refused || self.rows == before, "a refusal changed the history");
    }

    /// Checks that the database is as the world says.
    pub(super) fn check(&mut self) {
        assert!(self.conn.is_autocommit());
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migratory_history' ORDER BY name";
        let names: Vec<String> = self.rows(names).into_iter().map(|row| text(&row[0])).collect();
        let expected: Vec<_> = self.world.tables.keys().cloned().collect();
        assert_eq!(names, expected, "the tables");
        for (name, table) in &self.world.tables {
            let found = self.rows(&format!("SELECT n FROM {name} ORDER BY n"));
            let mut rows = table.rows.clone();
            rows.sort_unstable();
            let rows: Vec<_> = rows.into_iter().map(|row| vec![Value::Integer(row)]).collect();
            assert_eq!(found, rows, "the rows of {name}");
        }
        self.check_history();
        if self.world.user_version != 0 {
            let found = self.rows("PRAGMA user_version");
            assert_eq!(found, [[Value::Integer(self.world.user_version.into())]]);
        }
    }

    fn check_history(&mut self) {
        if !self.world.has_history {
            let history = self.rows("SELECT 1 FROM sqlite_schema WHERE name = 'migratory_history'");
            assert!(history.is_empty(), "a history that nothing made");
            self.rows = Vec::new();
            return;
        }
        let history =
            "SELECT version, checksum, state, progress FROM migratory_history ORDER BY version";
        let expected: Vec<_> = self
            .world
            .applied
            .iter()
            .map(|it| {
                let applied = Value::Text("applied".to_owned());
                vec![
                    Value::Integer(it.version),
                    Value::Text(it.checksum.clone()),
                    applied,
                    Value::Null,
                ]
            })
            .collect();
        assert_eq!(self.rows(history), expected, "the history");
        self.rows = self.rows("SELECT * FROM migratory_history ORDER BY version");
    }

    fn rows(&self, sql: &str) -> Vec<Vec<Value>> {
        let mut statement = self.conn.prepare(sql).expect("a query");
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get(at)).collect();
        let rows = statement.query_map([], row).expect("rows");
        rows.map(|row: Result<Vec<_>, _>| row.expect("a row")).collect()
    }
}

fn path(folder: &TempDir, nth: usize) -> PathBuf {
    folder.path().join(["one.db", "other.db"][nth])
}

fn open(folder: &TempDir, nth: usize) -> Connection {
    let conn = Connection::open(path(folder, nth)).expect("a database file");
    conn.execute_batch("PRAGMA synchronous = OFF").expect("a pragma");
    conn
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        value => format!("{value:?}"),
    }
}
