//! The runtime of [`migratory`](https://docs.rs/migratory): what an application links.
//!
//! Applications depend on `migratory`, which re-exports all of this beside the macro that reads the
//! folder of migrations.
//!
//! A run goes through these modules in this order: `runner` is what applications call, `stamp` says
//! whether there is nothing to do, `history` reads what was applied, `plan` finds the steps, `run` takes them in
//! transactions (`segment`) or outside of one (`unprotected`, with the `mark` of it and `autocommit`), `perform`
//! and `execute` run each script, `record` writes what was done, and `report` says it. `environment` sets the connection as it was
//! rehearsed, `shadow` and `attached` refuse what would take part, and `stored_down` stands before the scripts of a
//! database file. Beside that way stand `take_over` (a database that has no history of
//! ours), `drift` (a schema that is not what the migrations make), `backup`, and `observe`.

#[cfg(test)]
mod against_sqlite;
mod attached;
mod autocommit;
mod backup;
mod blame;
mod code;
mod difference;
mod drift;
mod environment;
mod equivalence;
mod error;
mod execute;
mod foreign_keys;
mod history;
mod ignore;
mod kind;
mod mark;
mod message;
mod newer;
mod observe;
mod origin;
mod patience;
mod perform;
mod plan;
mod progress;
mod pulse;
mod record;
mod recorded;
mod repair;
mod replay;
mod report;
mod resume;
mod run;
mod runner;
mod schema;
mod segment;
mod settings;
mod sha384;
mod shadow;
mod siphash;
mod sqlite;
mod stamp;
mod status;
mod stored_down;
mod take_over;
mod time;
mod trace;
mod unprotected;
mod watch;

pub use backup::{Backup, Restored};
pub use code::CodeResult;
pub use drift::{Difference, Drift};
pub use error::{Error, Result};
pub use foreign_keys::Violation;
pub use kind::{CodeFault, ErrorKind, Remains, StatementFailure, StoredDownFault, Unresumable};
pub use migratory_core::{
    Checksum, Direction, Down, Migration, MigrationSet, Mode, Plan, Script, Step, Target,
    Transaction, Version,
};
pub use newer::NewerDatabase;
pub use observe::Event;
pub use origin::Origin;
pub use recorded::Unfit;
pub use repair::Repair;
pub use report::{Done, Report};
pub use runner::Runner;
pub use rusqlite;
pub use status::{Standing, State, Status};
pub use take_over::TakenOver;

/// What the other crates of migratory share with the runtime. No part of the public surface.
#[doc(hidden)]
pub mod __private {
    pub use crate::execute::{Failure, Moment};
    pub use crate::perform::{Refusal, Trouble, perform_alone, perform_within};
    pub use crate::sqlite::{code, message};
    pub use migratory_core::embedded;
}
