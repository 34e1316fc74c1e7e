//! What to do with a database that a newer program made.

/// What [`Runner::up`](crate::Runner::up) does with a database that has migrations which this program
/// does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NewerDatabase {
    /// An error that names them; nothing is changed.
    #[default]
    Refuse,
    /// They are reverted by the downs that the newer program stored in the database, the newest first, until
    /// only what this program knows is left.
    ///
    /// What their downs drop is gone: a backup is in place ([`Runner::backup`](crate::Runner::backup)). Where
    /// one of them is irreversible, or needs code of the newer program, it is an error and nothing is changed.
    ///
    /// A database file may come from anybody, so these downs run behind a list: they may change the schema and the rows
    /// of the main database, and call SQLite's functions and those that the set's own scripts call. No database may be
    /// attached meanwhile. They are tried first on an empty copy of the schema, in memory
    /// ([`Runner::scratch`](crate::Runner::scratch)), and have to end at the schema that this program's migrations make,
    /// apart from what [`Runner::ignore`](crate::Runner::ignore) declares. Anything else is an error, and nothing is
    /// changed.
    ///
    /// How long one takes on rows nobody can know before: an observer ([`Runner::observer`](crate::Runner::observer)), or
    /// an interrupt of the connection, stops it.
    RollBack,
    /// They are let be, if their authors marked them as fit for a program that knows no more than this one does,
    /// by `-- migratory: compatible-with <version>`, and if nothing is pending. Only for going up to the newest.
    Tolerate,
}
