//! The policy for a database that a newer program migrated.

/// What [`Runner::up`](crate::Runner::up) does with a database that has migrations this program
/// doesn't know.
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
    /// an interrupt of the connection, stops it.
    RollBack,
    /// Tolerate them if nothing is pending and their authors marked them as compatible with the
    /// newest version that this program knows, using `-- migratory: compatible-with <version>`.
    /// This applies only when going up to the newest version.
    Tolerate,
}
