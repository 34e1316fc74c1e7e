//! A migration, and the set of migrations that the macro embeds.

use crate::{Checksum, Mode, Version};

/// One migration: a script that brings a database up to a version, and the down that reverts it.
///
/// `embed_migrations!` creates these values at compile time.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::{Checksum, Down, Migration, Mode, Script, Version};
///
/// let up = Script::new("1_a.up.sql", "CREATE TABLE a (b);", Mode::Transaction);
/// let down = Down::Script(Script::new("1_a.down.sql", "DROP TABLE a;", Mode::Transaction));
/// let (version, checksum) = (Version::new(1), Checksum::of_script(up.sql()));
/// let chain = Checksum::chained(None, version, checksum);
/// let migration = Migration::new(version, "a", up, down, checksum, chain);
///
/// assert_eq!((migration.version(), migration.name()), (version, "a"));
/// assert_eq!((migration.up(), migration.down()), (&up, &down));
/// assert_eq!((migration.checksum(), migration.chain()), (checksum, chain));
/// assert_eq!((migration.schema(), migration.compatible_with()), (None, None));
/// assert_eq!(migration.proven(checksum).schema(), Some(checksum));
/// assert_eq!(migration.compatible(version).compatible_with(), Some(version));
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
    /// Creates a migration from its parts; `chain` covers all previous migrations and this one.
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

    /// Adds the fingerprint of the schema that the rehearsal found after this migration.
    #[must_use]
    pub const fn proven(self, schema: Checksum) -> Self {
        Self { schema: Some(schema), ..self }
    }

    /// Declares that programs whose newest migration is `with` or a later one can work with a
    /// database that has this migration.
    #[must_use]
    pub const fn compatible(self, with: Version) -> Self {
        Self { compatible_with: Some(with), ..self }
    }

    /// Returns the version: the number that the file name begins with.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Returns the name in the file name, such as `initial_schema`.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// Returns the script that applies the migration.
    pub const fn up(&self) -> &Script<'a> {
        &self.up
    }

    /// Returns the down, or the reason why there is none.
    pub const fn down(&self) -> &Down<'a> {
        &self.down
    }

    /// Returns the checksum of the up, which ignores line ends and comments.
    pub const fn checksum(&self) -> Checksum {
        self.checksum
    }

    /// Returns the fingerprint of the schema after this migration; `None` if it was not rehearsed.
    pub const fn schema(&self) -> Option<Checksum> {
        self.schema
    }

    /// Returns the oldest version that a program must know to work with a database that has this
    /// migration; `None` if the author declared none.
    ///
    /// The history stores it, and `NewerDatabase::Tolerate` reads it there.
    pub const fn compatible_with(&self) -> Option<Version> {
        self.compatible_with
    }

    /// Returns the chain of the set up to and including this migration.
    pub const fn chain(&self) -> Checksum {
        self.chain
    }
}

/// Creates a migration as the macro embeds it: `digests` holds the checksum, the chain and, after a
/// rehearsal, the schema's fingerprint.
///
/// One call with few arguments keeps the expansion small: rustc takes time for each token, and a
/// set may have thousands of migrations.
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

/// The text of a migration file, and how to run it.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::{Mode, Script};
///
/// let sql = "-- migratory: code\nALTER TABLE a ADD COLUMN c;";
/// let script = Script::new("2_a.up.sql", sql, Mode::of_script(sql)).with_code();
/// assert_eq!((script.file(), script.sql()), ("2_a.up.sql", sql));
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
    /// Creates a script; `file` is the path that messages show.
    pub const fn new(file: &'a str, sql: &'a str, mode: Mode) -> Self {
        Self { file, sql, mode, code: false, writes: None }
    }

    /// Declares a step in Rust, which the program supplies with `Runner::code`.
    #[must_use]
    pub const fn with_code(self) -> Self {
        Self { code: true, ..self }
    }

    /// Adds the tables that the script wrote to, created, altered or dropped in its rehearsal, also
    /// through triggers and views.
    ///
    /// `tables` holds one name per line. After a script that runs with foreign keys off, the runner
    /// checks these tables and those that refer to them. Without the list, it checks every table
    /// that the script's text mentions.
    ///
    /// ```
    /// # extern crate migratory_core as migratory;
    /// use migratory::{Mode, Script};
    ///
    /// let sql = "PRAGMA foreign_keys = OFF; DELETE FROM artist;";
    /// let script = Script::new("2_a.up.sql", sql, Mode::ForeignKeysOff).with_writes("artist\nlog");
    /// assert!(script.writes().is_some_and(|tables| tables.lines().eq(["artist", "log"])));
    /// ```
    #[must_use]
    pub const fn with_writes(self, tables: &'a str) -> Self {
        Self { writes: Some(tables), ..self }
    }

    /// Returns the path of the file, relative to the package that embeds it, with `/` as separator.
    pub const fn file(&self) -> &'a str {
        self.file
    }

    /// Returns the SQL text.
    pub const fn sql(&self) -> &'a str {
        self.sql
    }

    /// Returns how the script runs with regard to the runner's transaction.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Returns whether the script has a step in Rust.
    pub const fn has_code(&self) -> bool {
        self.code
    }

    /// Returns the tables that the script wrote to in its rehearsal, one per line; `None` if
    /// unknown.
    ///
    /// See [`with_writes`](Self::with_writes) for an example.
    pub const fn writes(&self) -> Option<&'a str> {
        self.writes
    }
}

/// The down of a migration, or the reason why it has none.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::{Down, Mode, Script};
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
    /// A script that undoes the up. It has no statements if the up leaves nothing to undo.
    Script(Script<'a>),
    /// The migration can't be reverted, for the reason that its author gave.
    Irreversible(&'a str),
    /// The set is up-only and has no downs.
    UpOnly,
}

/// A set of migrations, in ascending order of version.
///
/// `embed_migrations!` emits one as `migrations::MIGRATIONS`.
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::{Migration, MigrationSet, Version};
///
/// # use migratory::{Checksum, Down, Mode, Script};
/// # let migration = |number, name, file, sql| {
/// #     let (version, checksum) = (Version::new(number), Checksum::of_script(sql));
/// #     let up = Script::new(file, sql, Mode::Transaction);
/// #     Migration::new(version, name, up, Down::UpOnly, checksum, checksum)
/// # };
/// # let migrations = [
/// #     migration(1, "items", "1_items.sql", "CREATE TABLE item (title);"),
/// #     migration(2, "tags", "2_tags.sql", "CREATE TABLE tag (name);"),
/// # ];
/// # let set = MigrationSet::new(&migrations);
/// // With `migrations::MIGRATIONS` as the set: what a release contains, for its notes.
/// for migration in set.migrations() {
///     println!("{} {}", migration.version(), migration.name());
/// }
/// assert_eq!(set.latest().map(Migration::version), Some(Version::new(2)));
/// assert_eq!(set.get(Version::new(1)).map(Migration::name), Some("items"));
/// assert!(set.get(Version::new(3)).is_none() && set.has_foreign_keys());
/// // As from `embed_migrations!("migrations", min_sqlite = "3.35.0", foreign_keys = off)`:
/// let set = set.needing(3_035_000).foreign_keys(false);
/// assert!(set.min_sqlite() == 3_035_000 && !set.has_foreign_keys());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MigrationSet<'a> {
    migrations: &'a [Migration<'a>],
    folder: Option<Folder<'a>>,
    min_sqlite: i32,
    foreign_keys: bool,
}

/// The folder that a set was read from, where a debug build looks for files added since.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Folder<'a> {
    /// The folder of the package that embeds the set.
    pub package: &'a str,
    /// The folder of migrations, relative to the package.
    pub path: &'a str,
}

impl<'a> MigrationSet<'a> {
    /// Creates a set from migrations in ascending order of version.
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

    /// Sets the oldest SQLite that the set runs on, as an SQLite version number: 3.35.2 is 3035002.
    #[must_use]
    pub const fn needing(self, min_sqlite: i32) -> Self {
        Self { min_sqlite, ..self }
    }

    /// Returns the oldest SQLite that the set runs on; 0 if unknown.
    pub const fn min_sqlite(&self) -> i32 {
        self.min_sqlite
    }

    /// Sets whether the migrations run with foreign keys on, as they did in the rehearsal (default:
    /// on).
    ///
    /// The runner changes the connection's setting for a run, and restores it afterwards.
    #[must_use]
    pub const fn foreign_keys(self, foreign_keys: bool) -> Self {
        Self { foreign_keys, ..self }
    }

    /// Returns whether the migrations run with foreign keys on.
    pub const fn has_foreign_keys(&self) -> bool {
        self.foreign_keys
    }

    /// Makes the runner compare the set with its folder before each run. `folder` is the package's
    /// folder and the path below it.
    #[doc(hidden)]
    #[must_use]
    pub const fn watching(self, folder: Option<(&'a str, &'a str)>) -> Self {
        let folder = match folder {
            Some((package, path)) => Some(Folder { package, path }),
            None => None,
        };
        Self { folder, ..self }
    }

    /// Returns the folder that the runner compares with the set, if any.
    #[doc(hidden)]
    pub const fn folder(&self) -> Option<Folder<'a>> {
        self.folder
    }

    /// Returns the migrations, oldest first.
    pub const fn migrations(&self) -> &'a [Migration<'a>] {
        self.migrations
    }

    /// Returns the migration of a version; `None` if the set doesn't have it.
    pub fn get(&self, version: Version) -> Option<&'a Migration<'a>> {
        let at = self.migrations.binary_search_by_key(&version, Migration::version).ok()?;
        self.migrations.get(at)
    }

    /// Returns the newest migration; `None` if the set is empty.
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
    fn an_embedded_set_returns_the_values_it_was_created_with() {
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
