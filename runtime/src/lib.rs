//! The runtime of [`migratory`](https://docs.rs/migratory): the code that applications link.
//!
//! It applies and reverts embedded SQLite migrations through rusqlite. Applications depend on
//! `migratory`, which re-exports all of this along with the macro that reads the folder of
//! migrations. Only a tool that builds a [`MigrationSet`] of its own, as `cargo migratory` does,
//! depends on this crate.
//!
//! # How a run works
//!
//! A run begins in [`Runner`] (`api`), which checks the stamp (`history/stamp`). If there is
//! something to do, `run` reads the history (`history/read`), makes a plan (`plan`), and executes
//! its steps in transactions (`run/transaction_segment`) or outside one (`run/autocommit_segment`,
//! which keeps a `run/mark` in the history, and `run/autocommit`). `run/perform` and `run/script`
//! run each script, `history/write` records it, and `report` lists what was done. What only some
//! sets or calls need is behind a pointer (`run/parts`), so that other programs don't contain it.
//!
//! | folder | contents |
//! |---|---|
//! | `api` | the runner: its builder and its calls |
//! | `repair` | corrections of a history, each at the request of its caller |
//! | `config` | what the builder of a runner sets |
//! | `run` | a run: its loop, its segments, how scripts and steps in Rust are run |
//! | `report` | what a run did |
//! | `plan` | the steps from a history to a goal; pure |
//! | `history` | the table, reading and writing it, and the stamp in the file's header |
//! | `db` | the database and its connection: errors, settings, foreign keys, schema, locks |
//! | `stored_down` | checks of the downs stored in a database file |
//! | `inspect` | read-only: status, drift, replay of the migrations, new files in the folder |
//! | `adopt` | databases without a history, and a reader for each other library's history |
//! | `origin` | the libraries whose histories can be adopted |
//! | `backup` | backups before a change, and restoring them |
//! | `observe` | what a run emits: events, the heartbeat of a long statement, spans |
//! | `error` | the kinds of error, their text, and the file and line |
//! | `place` | lines and columns of a script |

mod adopt;
#[cfg(test)]
mod against_sqlite;
mod api;
mod backup;
mod config;
mod db;
mod error;
mod history;
mod inspect;
mod observe;
mod origin;
mod place;
mod plan;
mod repair;
mod report;
mod run;
mod stored_down;
mod time;

pub use adopt::adoption::Adoption;
pub use adopt::mismatch::Mismatch;
pub use api::runner::Runner;
pub use backup::{Backup, Restored};
pub use db::foreign_keys::Violation;
pub use error::kind::{CodeFault, ErrorKind, StatementFailure, StoredDownFault};
pub use error::remains::{Remains, Unresumable};
pub use error::{Error, Result};
pub use inspect::drift::{Difference, Drift};
pub use inspect::status::{MigrationStatus, State, Status};
pub use migratory_core::{
    Checksum, Direction, Down, Goal, Grouping, Migration, MigrationSet, Mode, Plan, Script, Step,
    Target, Version,
};
pub use observe::event::Event;
pub use origin::Origin;
pub use plan::newer::NewerDatabase;
pub use repair::Repair;
pub use report::{Report, StepReport};
pub use run::code::CodeResult;
pub use rusqlite;

/// Items shared with the other crates of migratory; not part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use crate::db::errors::{code, message};
    pub use crate::run::perform::{Refusal, Trouble, perform_alone, perform_within};
    pub use crate::run::script::{Failure, Moment};
    pub use migratory_core::embedded;
}
