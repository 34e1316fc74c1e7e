// What the examples in the documentation need and don't show. They include this file, since this
// crate can't depend on the macro, which depends on it.

/// A module like the one that `embed_migrations!` emits.
pub mod migrations {
    use std::sync::LazyLock;

    use ::migratory_runtime::{MigrationSet, Runner, Version};

    pub const V1_INITIAL_SCHEMA: Version = Version::new(1);
    pub const V2_ADD_TAGS: Version = Version::new(2);
    pub const LATEST: Version = V2_ADD_TAGS;

    pub static MIGRATIONS: LazyLock<MigrationSet<'static>> = LazyLock::new(|| {
        *super::set(&[
            (
                "initial_schema",
                "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT NOT NULL);",
                "DROP TABLE item;",
            ),
            (
                "add_tags",
                "CREATE TABLE tag (item_id INTEGER NOT NULL REFERENCES item (id), name TEXT NOT NULL);",
                "DROP TABLE tag;",
            ),
        ])
    });

    pub fn runner() -> Runner<'static> {
        Runner::new(&MIGRATIONS)
    }
}

/// The module of the release before `V2_ADD_TAGS`.
pub mod older_release {
    use ::migratory_runtime::{MigrationSet, Runner};

    pub fn runner() -> Runner<'static> {
        let migrations: &'static [_] = super::migrations::MIGRATIONS.migrations();
        Runner::new(Box::leak(Box::new(MigrationSet::new(&migrations[..1]))))
    }
}

/// The module of a release with a third migration, whose down has a mistake.
pub mod newer_release {
    use ::migratory_runtime::{Down, Runner};

    pub fn runner() -> Runner<'static> {
        let sql = |down: &Down<'static>| match down {
            Down::Script(down) => down.sql(),
            _ => "",
        };
        let both = super::migrations::MIGRATIONS.migrations().iter();
        let mut files: Vec<_> = both.map(|it| (it.name(), it.up().sql(), sql(it.down()))).collect();
        files.push(("add_covers", "CREATE TABLE cover (image BLOB);", "DROP TABLE covers;"));
        Runner::new(super::set(&files))
    }
}

/// Returns a set whose second migration stops half-way, after it has created the table `tag`.
pub fn halting(conn: &mut rusqlite::Connection) -> ::migratory_runtime::Runner<'static> {
    let items = ("initial_schema", "CREATE TABLE item (title);", "");
    let tags = "-- migratory: no-transaction\n\
        CREATE TABLE tag (name UNIQUE); INSERT INTO tag SELECT title FROM item;";
    let runner = ::migratory_runtime::Runner::new(set(&[items, ("add_tags", tags, "")]));
    runner.to(conn, migrations::V1_INITIAL_SCHEMA).expect("the first migration is sound");
    conn.execute_batch("INSERT INTO item VALUES ('a'), ('a')").expect("two rows");
    runner
}

/// Returns the set of these names, ups and downs, with versions from 1. A migration without the
/// text of a down is irreversible.
pub fn set(
    files: &[(&'static str, &'static str, &'static str)],
) -> &'static ::migratory_runtime::MigrationSet<'static> {
    let numbered =
        files.iter().zip(1..).map(|(&(name, up, down), version)| (version, name, up, down));
    self::numbered(&numbered.collect::<Vec<_>>())
}

/// Returns the set of these versions, names, ups and downs.
pub fn numbered(
    files: &[(i64, &'static str, &'static str, &'static str)],
) -> &'static ::migratory_runtime::MigrationSet<'static> {
    use ::migratory_runtime::{Checksum, Down, Migration, MigrationSet, Mode, Script, Version};

    let script = |version, name, word, sql: &'static str| {
        let file: &'static str = format!("migrations/{version}_{name}.{word}.sql").leak();
        let script = Script::new(file, sql, Mode::of_script(sql));
        if sql.contains("-- migratory: code") { script.with_code() } else { script }
    };
    let mut chain = None;
    let migrations = files.iter().map(|&(version, name, up, down)| {
        let checksum = Checksum::of_script(up);
        let next = Checksum::chained(chain, Version::new(version), checksum);
        chain = Some(next);
        let down = match down {
            "" => Down::Irreversible("the rows are gone"),
            sql => Down::Script(script(version, name, "down", sql)),
        };
        let up = script(version, name, "up", up);
        Migration::new(Version::new(version), name, up, down, checksum, next)
    });
    let migrations: &'static [Migration<'static>] = migrations.collect::<Vec<_>>().leak();
    Box::leak(Box::new(MigrationSet::new(migrations)))
}

/// A folder for a database, removed on drop.
pub struct Folder(std::path::PathBuf);

impl Folder {
    /// Creates a folder for the example of this name.
    pub fn new(name: &str) -> std::io::Result<Self> {
        let name = format!("migratory-example-{name}-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Returns the path of a file in it.
    pub fn file(&self, name: &str) -> std::path::PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
