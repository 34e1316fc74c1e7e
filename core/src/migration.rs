//! A migration and the set of them, as the macro writes them down.

use crate::{Checksum, Mode, Version};

/// One migration: a script that brings a database up to a version, and the way back.
///
/// `embed_migrations!` writes the values, at compile time.
///
/// ```
/// use migratory_core::{Checksum, Down, Migration, Mode, Script, Version};
///
/// let up = Script::new("1_a.up.sql", "CREATE TABLE a (b);", Mode::Transaction);
/// let down = Down::Script(Script::new("1_a.down.sql", "DROP TABLE a;", Mode::Transaction));
/// let (version, checksum) = (Version::new(1), Checksum::of_script(up.sql()));
/// let chain = Checksum::chained(None, version, checksum);
/// let migration = Migration::new(version, "a", up, down, checksum, chain);
/// assert_eq!((migration.name(), migration.schema()), ("a", None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration<'a> {
    version: Version,
    name: &'a str,
    up: Script<'a>,
    down: Down<'a>,
    checksum: Checksum,
    chain: Checksum,
    schema: Option<Checksum>,
    compatible_with: Option<Version>,
}

impl<'a> Migration<'a> {
    /// A migration of these parts; `chain` is over all that came before and this one.
    pub const fn new(
        version: Version,
        name: &'a str,
        up: Script<'a>,
        down: Down<'a>,
        checksum: Checksum,
        chain: Checksum,
    ) -> Self {
        Self { version, name, up, down, checksum, chain, schema: None, compatible_with: None }
    }

    /// With the fingerprint of the schema that a rehearsal found after it.
    #[must_use]
    pub const fn proven(self, schema: Checksum) -> Self {
        Self { schema: Some(schema), ..self }
    }

    /// With the author's word that programs whose newest migration is this one, or a later one, may
    /// work with a database that has it.
    #[must_use]
    pub const fn compatible(self, with: Version) -> Self {
        Self { compatible_with: Some(with), ..self }
    }

    /// The number that its file name begins with.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The name in its file name, as `initial_schema`.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The script that applies it.
    pub const fn up(&self) -> &Script<'a> {
        &self.up
    }

    /// The way back.
    pub const fn down(&self) -> &Down<'a> {
        &self.down
    }

    /// The checksum of its up, blind to line ends and comments.
    pub const fn checksum(&self) -> Checksum {
        self.checksum
    }

    /// The fingerprint of the schema after it, as the rehearsal proved it; `None` if there was none.
    pub const fn schema(&self) -> Option<Checksum> {
        self.schema
    }

    /// The oldest set that a program may know and still work with a database that has this migration;
    /// `None` if the author did not say.
    ///
    /// It is kept in the history, where `NewerDatabase::Tolerate` asks for it.
    pub const fn compatible_with(&self) -> Option<Version> {
        self.compatible_with
    }

    /// The chain of the set up to and with this migration.
    pub const fn chain(&self) -> Checksum {
        self.chain
    }
}

/// A migration as the macro writes it down: its checksum, its chain and, if it was rehearsed, its schema are the digests.
///
/// Macros and rustc take their time for each token, and a set may have thousands of migrations.
#[doc(hidden)]
pub const fn embedded<'a>(
    version: Version,
    name: &'a str,
    up: Script<'a>,
    down: Down<'a>,
    digests: &[&[u8; 32]],
) -> Migration<'a> {
    let (checksum, chain) = (Checksum::new(*digests[0]), Checksum::new(*digests[1]));
    let migration = Migration::new(version, name, up, down, checksum, chain);
    if digests.len() > 2 { migration.proven(Checksum::new(*digests[2])) } else { migration }
}

/// The text of a file, and how it is run.
///
/// ```
/// use migratory_core::{Mode, Script};
///
/// let sql = "-- migratory: code\nALTER TABLE a ADD COLUMN c;";
/// let script = Script::new("2_a.up.sql", sql, Mode::of_script(sql)).with_code();
/// assert!(script.has_code() && script.mode() == Mode::Transaction);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script<'a> {
    file: &'a str,
    sql: &'a str,
    mode: Mode,
    code: bool,
    writes: Option<&'a str>,
}

impl<'a> Script<'a> {
    /// The script `sql` of the file `file`, which is named as people know it.
    pub const fn new(file: &'a str, sql: &'a str, mode: Mode) -> Self {
        Self { file, sql, mode, code: false, writes: None }
    }

    /// With a step in Rust that the program supplies, by `Runner::code`.
    #[must_use]
    pub const fn with_code(self) -> Self {
        Self { code: true, ..self }
    }

    /// With the tables that the script wrote to, created, altered or dropped in its rehearsal, through triggers and
    /// views too.
    ///
    /// The names stand one a line. After a script that runs with foreign keys off, these tables are checked, and those that
    /// refer to them. Without this, every table counts that its text mentions.
    ///
    /// ```
    /// use migratory_core::{Mode, Script};
    ///
    /// let sql = "PRAGMA foreign_keys = OFF; DELETE FROM artist;";
    /// let script = Script::new("2_a.up.sql", sql, Mode::ForeignKeysOff).with_writes("artist\nlog");
    /// assert!(script.writes().is_some_and(|tables| tables.lines().eq(["artist", "log"])));
    /// ```
    #[must_use]
    pub const fn with_writes(self, tables: &'a str) -> Self {
        Self { writes: Some(tables), ..self }
    }

    /// The file, relative to the package that embeds it, with `/`.
    pub const fn file(&self) -> &'a str {
        self.file
    }

    /// The text.
    pub const fn sql(&self) -> &'a str {
        self.sql
    }

    /// How it stands to the runner's transaction.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether a step in Rust belongs to it.
    pub const fn has_code(&self) -> bool {
        self.code
    }

    /// The tables that it wrote to in its rehearsal, one a line; `None` if that is not known.
    pub const fn writes(&self) -> Option<&'a str> {
        self.writes
    }
}

/// The way back from a migration.
///
/// ```
/// use migratory_core::{Down, Mode, Script};
///
/// let say = |down: Down<'_>| match down {
///     Down::Script(script) => format!("run {}", script.file()),
///     Down::Irreversible(reason) => format!("none: {reason}"),
///     Down::UpOnly => "none".to_owned(),
/// };
/// assert_eq!(say(Down::Script(Script::new("1.down.sql", "", Mode::Transaction))), "run 1.down.sql");
/// assert_eq!(say(Down::Irreversible("the rows are gone")), "none: the rows are gone");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Down<'a> {
    /// A script that undoes the up; one without a statement where the up left nothing to undo.
    Script(Script<'a>),
    /// There is none, for the reason that the author gave.
    Irreversible(&'a str),
    /// There is none, since the set goes up only.
    UpOnly,
}

/// A set of migrations, in ascending order of their versions.
///
/// `embed_migrations!` emits one as `migrations::MIGRATIONS`.
///
/// ```
/// use migratory_core::{MigrationSet, Version};
///
/// let empty = MigrationSet::new(&[]).needing(3_035_000).foreign_keys(false);
/// assert!(empty.latest().is_none() && empty.get(Version::new(1)).is_none());
/// assert!(empty.min_sqlite() == 3_035_000 && !empty.has_foreign_keys());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MigrationSet<'a> {
    migrations: &'a [Migration<'a>],
    folder: Option<Folder<'a>>,
    min_sqlite: i32,
    foreign_keys: bool,
}

/// Where a set was read from, so that a debug build can tell that a file was added since.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Folder<'a> {
    /// The folder of the package that embeds the set.
    pub package: &'a str,
    /// The folder of migrations, below that of the package.
    pub path: &'a str,
}

impl<'a> MigrationSet<'a> {
    /// Creates a set of migrations in ascending order of their versions.
    ///
    /// # Panics
    /// If the versions do not ascend. A set that `embed_migrations!` emits is a constant: it is checked while it compiles.
    pub const fn new(migrations: &'a [Migration<'a>]) -> Self {
        let mut at = 1;
        while at < migrations.len() {
            assert!(
                migrations[at - 1].version.get() < migrations[at].version.get(),
                "the versions of a set must ascend"
            );
            at += 1;
        }
        Self { migrations, folder: None, min_sqlite: 0, foreign_keys: true }
    }

    /// With the oldest SQLite that it runs on, as SQLite numbers its versions: 3.35.2 is 3035002.
    #[must_use]
    pub const fn needing(self, min_sqlite: i32) -> Self {
        Self { min_sqlite, ..self }
    }

    /// The oldest SQLite that it runs on; 0 if that was not said.
    pub const fn min_sqlite(&self) -> i32 {
        self.min_sqlite
    }

    /// With foreign keys on or off, as its migrations were rehearsed; on by default.
    ///
    /// The runner sets them so for a run, whatever the connection has, and restores them after it.
    #[must_use]
    pub const fn foreign_keys(self, foreign_keys: bool) -> Self {
        Self { foreign_keys, ..self }
    }

    /// Whether its migrations run with foreign keys on.
    pub const fn has_foreign_keys(&self) -> bool {
        self.foreign_keys
    }

    /// Has the runner compare a folder, given as that of the package and the path below it, with the
    /// set before it does anything.
    #[doc(hidden)]
    #[must_use]
    pub const fn watching(self, folder: Option<(&'a str, &'a str)>) -> Self {
        let folder = match folder {
            Some((package, path)) => Some(Folder { package, path }),
            None => None,
        };
        Self { folder, ..self }
    }

    /// Where the set was read from, if the runner is to look there.
    #[doc(hidden)]
    pub const fn folder(&self) -> Option<Folder<'a>> {
        self.folder
    }

    /// The migrations, the oldest first.
    pub const fn migrations(&self) -> &'a [Migration<'a>] {
        self.migrations
    }

    /// The migration of this version, if the set holds it.
    pub fn get(&self, version: Version) -> Option<&'a Migration<'a>> {
        let at = self.migrations.binary_search_by_key(&version, Migration::version).ok()?;
        self.migrations.get(at)
    }

    /// The newest migration; `None` of an empty set.
    pub const fn latest(&self) -> Option<&'a Migration<'a>> {
        self.migrations.last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "the versions of a set must ascend")]
    fn a_set_out_of_order_is_a_fault_of_the_program() {
        let migration = |version| {
            let up = Script::new("x.up.sql", "", Mode::Transaction);
            let checksum = Checksum::new([0; 32]);
            Migration::new(Version::new(version), "x", up, Down::UpOnly, checksum, checksum)
        };
        let _ = MigrationSet::new(&[migration(1), migration(3), migration(3)]);
    }

    #[test]
    fn an_embedded_set_gives_back_what_it_was_made_of() {
        let digests = [[1; 32], [2; 32], [3; 32]];
        let [checksum, chain, schema] = digests.map(Checksum::new);
        let up = Script::new("1_a.up.sql", "SELECT 1;", Mode::NoTransaction);
        let down = Down::Script(up.with_code().with_writes("a"));
        let version = Version::new(1);
        let untried = embedded(version, "a", up, down, &[&digests[0], &digests[1]]);
        assert_eq!(untried, Migration::new(version, "a", up, down, checksum, chain));
        assert_eq!((untried.schema(), untried.compatible_with()), (None, None));
        let digests = [&digests[0], &digests[1], &digests[2]];
        let later = Version::new(2);
        let migrations = [untried, embedded(later, "b", up, down, &digests).compatible(version)];

        let set = MigrationSet::new(&migrations).watching(Some(("package", "migrations")));
        assert!(set.has_foreign_keys() && set.min_sqlite() == 0);
        let folder = set.folder().map(|folder| (folder.package, folder.path));
        assert_eq!(folder, Some(("package", "migrations")));
        assert_eq!((set.get(version), set.get(Version::new(3))), (Some(&untried), None));
        let last = set.latest().expect("the second");
        assert_eq!((last.version(), last.name(), *last.down()), (later, "b", down));
        assert_eq!((last.checksum(), last.chain()), (checksum, chain));
        assert_eq!((last.schema(), last.compatible_with()), (Some(schema), Some(version)));
        let script = last.up();
        assert_eq!((script.file(), script.sql()), ("1_a.up.sql", "SELECT 1;"));
        assert!(script.mode() == Mode::NoTransaction && !script.has_code());
        assert_eq!(script.writes(), None);
    }
}
