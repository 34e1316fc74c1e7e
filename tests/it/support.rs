//! Sets created from texts, and databases in files.

use std::fs;
use std::path::PathBuf;

use migratory::{Checksum, Down, Migration, MigrationSet, Mode, Runner, Script, Version};
use migratory_analysis::{Findings, Options};
use migratory_rehearsal::check;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tempfile::TempDir;

/// Creates a set of these ups and downs, numbered from 1, which lives as long as the tests.
pub(crate) fn set(scripts: &[(&str, &str)]) -> &'static MigrationSet<'static> {
    let numbered: Vec<_> =
        scripts.iter().zip(1..).map(|(&(up, down), version)| (version, up, Some(down))).collect();
    numbered_set(&numbered)
}

/// Returns the findings of a set of these files, named without `.sql`.
pub(crate) fn findings(files: &[(&str, &str)], options: &Options) -> Findings {
    let package = TempDir::new().unwrap();
    let folder = package.path().join("migrations");
    fs::create_dir_all(folder.join("rehearsal")).unwrap();
    for (name, sql) in files {
        fs::write(folder.join(format!("{name}.sql")), sql).unwrap();
    }
    match check(package.path(), "migrations", options) {
        Ok(checked) => checked.warnings().clone(),
        Err(findings) => findings,
    }
}

/// Creates a set of these versions, ups and downs.
pub(crate) fn numbered_set(
    scripts: &[(i64, &str, Option<&str>)],
) -> &'static MigrationSet<'static> {
    let mut chain = None;
    let migrations: Vec<_> = scripts
        .iter()
        .map(|&(number, up, down)| {
            let (version, checksum) = (Version::new(number), Checksum::of_script(up));
            let linked = Checksum::chained(chain, version, checksum);
            chain = Some(linked);
            let down = down.map_or(Down::Irreversible("there is no way back"), |down| {
                Down::Script(script(number, "down", down))
            });
            let up_script = script(number, "up", up);
            let migration = Migration::new(version, "step", up_script, down, checksum, linked);
            match directive_value(up, "compatible-with ") {
                Some(with) => migration.compatible(Version::new(with.parse().expect("a version"))),
                None => migration,
            }
        })
        .collect();
    Box::leak(Box::new(MigrationSet::new(Box::leak(migrations.into_boxed_slice()))))
}

fn script(number: i64, direction: &str, sql: &str) -> Script<'static> {
    let file = format!("migrations/{number}_step.{direction}.sql");
    let (file, mode) = (Box::leak(file.into_boxed_str()), Mode::of_script(sql));
    let script = Script::new(file, Box::leak(sql.into()), mode);
    if directive_value(sql, "code").is_some() { script.with_code() } else { script }
}

/// Returns what follows `-- migratory: <key>` in the header, as the macro reads it.
fn directive_value<'a>(sql: &'a str, key: &str) -> Option<&'a str> {
    let mut directives = sql.lines().map_while(|line| line.strip_prefix("-- migratory: "));
    directives.find_map(|directive| directive.strip_prefix(key))
}

/// Creates a runner of a set of these ups and downs.
pub(crate) fn runner(scripts: &[(&str, &str)]) -> Runner<'static> {
    Runner::new(set(scripts))
}

/// A database file in a temporary folder, which is deleted when this is dropped.
pub(crate) struct Database {
    folder: TempDir,
}

impl Database {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// Creates a database in which these statements have run.
    pub(crate) fn with(sql: &str) -> Self {
        let database = Self::new();
        database.open().execute_batch(sql).expect("statements that run");
        database
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("app.db")
    }

    pub(crate) fn open(&self) -> Connection {
        Connection::open(self.path()).expect("a database file")
    }
}

/// Returns the first column of the first row, as text.
pub(crate) fn value(conn: &Connection, sql: &str) -> String {
    conn.query_row(sql, [], |row| Ok(as_text(row.get_ref(0)?)))
        .unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn as_text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("{bytes:02x?}"),
    }
}

/// Dumps the database except the history: the schema, and every row of every table.
pub(crate) fn dump(conn: &Connection) -> String {
    let rows = |sql: &str| -> Vec<String> {
        let mut statement = conn.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let columns = statement.column_count();
        let row =
            |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get_ref(at).map(as_text)).collect();
        let found = statement.query_map([], row).expect("rows");
        found.map(|row: Result<Vec<_>, _>| row.expect("a row").join(" | ")).collect()
    };
    let mut dump = rows(
        "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name <> 'migratory_history' ORDER BY 1, 2",
    );
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migratory_history' \
                  ORDER BY name";
    let mut statement = conn.prepare(tables).expect("the tables");
    let names: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .expect("the tables")
        .map(|name| name.expect("a name"))
        .collect();
    for name in names {
        dump.push(format!("-- {name}"));
        dump.extend(rows(&format!("SELECT * FROM \"{name}\" ORDER BY 1")));
    }
    dump.join("\n")
}
