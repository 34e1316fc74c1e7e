//! The runtime of [`migratory`](https://docs.rs/migratory): what an application links.
//!
//! Applications depend on `migratory`, which re-exports all of this beside the macro that reads the
//! folder of migrations.
//!
//! A run: [`Runner`] (`api`) looks at the stamp (`history/stamp`); if there is something to do, `run` reads the
//! history (`history/read`), finds the steps (`plan`), and takes them in transactions (`run/transaction_segment`) or
//! outside of one (`run/autocommit_segment`, with its `run/mark` in the history and `run/autocommit`). `run/perform` and
//! `run/script` run each script, `history/write` records it, and `run/report` says what was done.
//!
//! | folder | what it holds |
//! |---|---|
//! | `api` | the runner and its configuration |
//! | `run` | a run: its loop, its segments, how a script and a step in Rust are run, the report |
//! | `plan` | which steps lead from a history to a goal; pure |
//! | `history` | the table, what it says, what is written into it, and the stamp in the file's header |
//! | `db` | the database and its connection: SQLite's errors, settings, foreign keys, the schema, locks |
//! | `stored_down` | what stands before the scripts of a database file |
//! | `inspect` | looks that change nothing: status, drift, replay of the migrations, files that are new in the folder |
//! | `adopt` | a database without a history of ours, and one reader for each other library's record |
//! | `backup` | copies before a change, and back |
//! | `observe` | what a run emits: events, the heartbeat of a long statement, spans |
//! | `error` | what can go wrong: the kinds, their text, and which file and line |

mod adopt;
#[cfg(test)]
mod against_sqlite;
mod api;
mod backup;
mod db;
mod error;
mod history;
mod inspect;
mod observe;
mod plan;
mod run;
mod stored_down;
mod time;

pub use adopt::adoption::Adoption;
pub use adopt::mismatch::Mismatch;
pub use adopt::origin::Origin;
pub use api::runner::Runner;
pub use backup::{Backup, Restored};
pub use db::foreign_keys::Violation;
pub use error::kind::{CodeFault, ErrorKind, StatementFailure, StoredDownFault};
pub use error::remains::{Remains, Unresumable};
pub use error::{Error, Result};
pub use history::repair::Repair;
pub use inspect::drift::{Difference, Drift};
pub use inspect::status::{MigrationStatus, State, Status};
pub use migratory_core::{
    Checksum, Direction, Down, Goal, Grouping, Migration, MigrationSet, Mode, Plan, Script, Step,
    Target, Version,
};
pub use observe::event::Event;
pub use plan::newer::NewerDatabase;
pub use run::code::CodeResult;
pub use run::report::{Report, StepReport};
pub use rusqlite;

/// What the other crates of migratory share with the runtime. No part of the public surface.
#[doc(hidden)]
pub mod __private {
    pub use crate::db::errors::{code, message};
    pub use crate::run::perform::{Refusal, Trouble, perform_alone, perform_within};
    pub use crate::run::script::{Failure, Moment};
    pub use migratory_core::embedded;
}
