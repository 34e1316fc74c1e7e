//! What the exit code says, so that scripts and deploys can ask.

use std::process::ExitCode;

macro_rules! exits {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// How a command ends. The numbers keep their meaning.
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
    /// It was done; of `status`: the database is up to date.
    Done = 0,
    /// It could not be done.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The set of migrations has findings.
    Findings = 3,
    /// Migrations are pending.
    Pending = 4,
    /// The schema is not what the migrations make.
    Drift = 5,
    /// A migration is half-way, was changed, or is out of order.
    Dirty = 6,
    /// The database has migrations that the set does not.
    Newer = 7,
    /// The database is in use by another process.
    Busy = 8,
    /// A committed file, such as `schema.sql`, is not what it should be.
    Stale = 9,
    /// The person who was asked said no, or nobody could be asked.
    Declined = 10,
    /// Ctrl-C; the database is as before.
    Interrupted = 130,
}
