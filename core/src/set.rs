//! A set of migrations, as the macro embeds it.

use crate::needs::Needs;
use crate::{Migration, Version};

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
    needs: Needs,
    /// Whether a script may defer a foreign key; only the macro reads the scripts for that.
    defers: bool,
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
        let mut needs = Needs::NONE;
        let mut at = 0;
        while at < migrations.len() {
            assert!(
                at == 0 || migrations[at - 1].version().get() < migrations[at].version().get(),
                "the versions of a set must ascend"
            );
            needs = needs.of_migration(&migrations[at]);
            at += 1;
        }
        Self { migrations, folder: None, min_sqlite: 0, foreign_keys: true, needs, defers: true }
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

    /// Declares that no script of the set names a deferred foreign key or defers one, so that a
    /// COMMIT finds no violation.
    #[doc(hidden)]
    #[must_use]
    pub const fn never_deferring(self) -> Self {
        Self { defers: false, ..self }
    }

    /// Returns what the scripts need from a runner.
    #[doc(hidden)]
    pub const fn needs(&self) -> Needs {
        Needs { foreign_keys: self.needs.foreign_keys || self.defers, ..self.needs }
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
    use crate::{Checksum, Down, Mode, Script, embedded};

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
