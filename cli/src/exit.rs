//! The exit codes, for scripts and deployments.

use std::process::ExitCode;

macro_rules! exits {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// The outcome of a command. The numbers never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Exit {
            $($(#[$doc])* $name = $code,)*
        }

        impl From<Exit> for ExitCode {
            fn from(exit: Exit) -> Self {
                Self::from(exit as u8)
            }
        }
    };
}

exits! {
    /// Success; for `status`, the database is up to date.
    Done = 0,
    /// The command failed.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The set of migrations has findings.
    Findings = 3,
    /// Migrations are pending.
    Pending = 4,
    /// The schema isn't the one that the migrations produce.
    Drift = 5,
    /// A migration stopped half-way, was edited, or is out of order.
    Dirty = 6,
    /// The database has migrations that the set lacks.
    Newer = 7,
    /// The database is in use by another process.
    Busy = 8,
    /// A committed file, such as `schema.sql`, is out of date.
    Stale = 9,
    /// Confirmation was denied, or needed and not possible.
    Declined = 10,
    /// Ctrl-C; the database is unchanged.
    Interrupted = 130,
}
