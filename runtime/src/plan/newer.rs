//! The policy for a database that a newer program migrated.

/// What [`Runner::up`](crate::Runner::up) does with a database that has migrations this program
/// doesn't know.
///
/// See [`Runner::newer_database`](crate::Runner::newer_database) for an example that rolls back.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::{NewerDatabase, Runner};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # let [one, two] = migrations::MIGRATIONS.migrations() else { unreachable!() };
/// # let newer = [*one, two.compatible(migrations::V1_INITIAL_SCHEMA)];
/// # let newer = migratory::MigrationSet::new(&newer);
/// // 0002_add_tags.up.sql: -- migratory: compatible-with 1
/// Runner::new(&newer).up(&mut conn)?;
///
/// let runner = older_release::runner(); // the release before it
/// assert!(runner.up(&mut conn).is_err_and(|error| error.is_unknown_version())); // the default
/// let runner = runner.newer_database(NewerDatabase::Tolerate);
/// assert!(runner.up(&mut conn)?.is_empty()); // it has no use for tags, and works without
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NewerDatabase {
    /// Return an error that lists them, and change nothing.
    #[default]
    Refuse,
    /// Revert them with the downs that the newer program stored in the database, newest first,
    /// until only known migrations are left.
    ///
    /// Data that these downs drop is lost, so make a backup
    /// ([`Runner::backup`](crate::Runner::backup)). If one of the migrations is irreversible, or
    /// needs a step in Rust of the newer program, the run fails and changes nothing.
    ///
    /// A database file may come from anybody, so stored downs are restricted: they may change the
    /// schema and the rows of the main database, and call SQLite's functions and those that the
    /// set's own scripts call. No database may be attached meanwhile. They are rehearsed first on
    /// an empty copy of the schema, in memory ([`Runner::scratch`](crate::Runner::scratch)), and
    /// must produce the schema of this program's migrations, apart from objects that
    /// [`Runner::ignore`](crate::Runner::ignore) declares. Otherwise the run fails and changes
    /// nothing.
    ///
    /// The rehearsal has no rows, so it can't show how long a down takes on real ones. An observer
    /// ([`Runner::observer`](crate::Runner::observer)), or an interrupt of the connection, can stop
    /// it.
    ///
    /// ```
    /// # extern crate migratory_runtime as migratory;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
    /// use migratory::{ErrorKind, NewerDatabase, StoredDownFault};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut conn = rusqlite::Connection::open_in_memory()?;
    /// newer_release::runner().up(&mut conn)?; // the down of its migration 3 has a mistake
    ///
    /// let runner = migrations::runner().newer_database(NewerDatabase::RollBack);
    /// let error = runner.up(&mut conn).unwrap_err(); // found in memory, before it ran
    /// let ErrorKind::StoredDown { version, fault, .. } = error.kind() else { unreachable!() };
    /// let StoredDownFault::Failed { line, message } = fault else { unreachable!() };
    /// assert_eq!((version.get(), *line, message.as_str()), (3, 1, "no such table: covers"));
    /// # Ok(())
    /// # }
    /// ```
    RollBack,
    /// Tolerate them if nothing is pending and their authors marked them as compatible with the
    /// newest version that this program knows, using `-- migratory: compatible-with <version>`.
    /// This applies only when going up to the newest version.
    Tolerate,
}
