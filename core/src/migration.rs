//! A migration: a script up, and its down.

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
