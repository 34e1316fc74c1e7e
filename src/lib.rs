//! SQLite migrations for [rusqlite](https://docs.rs/rusqlite), embedded and checked at compile time: **if it
//! compiles, it migrates, and it rolls back.**
//!
//! [`embed_migrations!`] reads a folder of SQL files while your crate compiles and rehearses them on SQLite: every
//! up, every down, and the up again, on empty tables and on populated ones. A migration that is malformed, fails,
//! loses rows or can't be rolled back fails `cargo build`, with the file, the line, and what to write instead. A
//! set that passes becomes a module with a constant for each version and a [`Runner`], which brings a database to
//! any version, up or down.
//!
//! # Example
//!
//! With these files next to `Cargo.toml`:
//!
//! ```text
//! migrations/0001_initial_schema.up.sql      CREATE TABLE item (id INTEGER PRIMARY KEY, ..
//! migrations/0001_initial_schema.down.sql    DROP TABLE item; ..
//! migrations/0002_add_tags.up.sql            ..
//! migrations/0002_add_tags.down.sql
//! ```
//!
//! this is all the code you need:
//!
//! ```
//! migratory::embed_migrations!();
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #   let mut conn = rusqlite::Connection::open_in_memory()?;
//! #   /*
//!     let mut conn = rusqlite::Connection::open("app.db")?;
//! #   */
//!     migrations::runner().up(&mut conn)?;
//!
//!     // Every version is a constant, and a database can go to any of them.
//!     let report = migrations::runner().to(&mut conn, migrations::V2_ADD_TAGS)?;
//!     assert!(!report.is_empty());
//!     migrations::runner().up(&mut conn)?;
//!     assert_eq!(migrations::runner().status(&conn)?.current(), Some(migrations::LATEST));
//!     Ok(())
//! }
//! ```
//!
//! # Layouts
//!
//! A folder has one layout, which is detected:
//!
//! | layout | files |
//! |---|---|
//! | flat pairs | `0001_name.up.sql`, `0001_name.down.sql` |
//! | folder pairs | `0001_name/up.sql`, `0001_name/down.sql`; also `2024-01-31-120000_name/up.sql` |
//! | up only, with the option `up_only` | `0001_name.sql`, `V1__name.sql`, `0001_name/migration.sql` |
//!
//! Versions of up to seven digits are a sequence: they start at 0 or 1, have no gaps, and have the same width.
//! Longer ones are dates, with or without a time. Each up has a down, or states why it has none.
//!
//! # Directives
//!
//! A comment before the first statement can be a directive:
//!
//! | directive | meaning |
//! |---|---|
//! | `-- migratory: irreversible: <reason>` | the up has no down |
//! | `-- migratory: nothing-to-undo: <reason>` | the down has no statement |
//! | `-- migratory: no-transaction` | the file runs outside a transaction, for statements such as `VACUUM` |
//! | `-- migratory: allow(<rule>): <reason>` | the file may break this rule |
//! | `-- migratory: assumes(no_duplicates): <reason>` | no two rows are equal in the columns that matter; also `no_nulls`, `no_orphans`, and `no_children` of rows that a file deletes |
//! | `-- migratory: assumes(entry: amount > 0): <reason>` | every row of the table meets the condition |
//! | `-- migratory: no-rehearsal: <reason>` | the file needs something that only the program has, and is not rehearsed |
//! | `-- migratory: compatible-with <version>` | programs whose newest migration is this version or a later one may work with a database that has this up |
//! | `-- migratory: code` | the file has a step in Rust, and may have no statements: [`Runner::code`] supplies the step of an up, which runs after its SQL; [`Runner::code_down`] that of a down, which runs before |
//!
//! The first comment of an up that is not a directive becomes the documentation of its version's constant.
//!
//! # What a run guarantees
//!
//! - **Atomic.** All pending migrations and their history rows go into one IMMEDIATE transaction. A file that runs
//!   outside a transaction or with foreign keys off splits the run.
//! - **Safe to run concurrently.** A run reads the history inside the write lock, so any number of processes may
//!   start at once.
//! - **Complete.** A run compares the applied migrations with the embedded ones as sets. A pending migration below
//!   an applied one is an error, never skipped.
//! - **Explicit.** A migration that changed after it was applied, a version that this program does not know, and a
//!   half-done script are errors of their own, and each says what to do.
//! - **Foreign keys.** Inside a transaction, SQLite ignores `PRAGMA foreign_keys = OFF` and deletes the children of a
//!   rebuilt table. A file with this pragma runs as SQLite's documentation recommends: foreign keys off before the
//!   transaction, a check before the commit, and the old setting after it.
//! - **Reversible.** The database stores the downs, so that an older program can roll it back to a version that it
//!   knows ([`NewerDatabase`]). Stored downs run in a sandbox and must end at a schema that the older program has
//!   proven. A run can make a copy before its first change ([`Backup`]).
//! - **Isolated.** A run uses the settings of the rehearsal, foreign keys included, whatever the connection's
//!   settings. It refuses temporary objects and attached databases that would interfere, and names them. Afterwards
//!   the connection has its own pragmas, hooks and handlers again, even after an error or a panic. A run can be observed
//!   and cancelled ([`Runner::observer`]).
//! - **Cheap.** A start with nothing to do reads two numbers in the file's header.
//!
//! # What the rehearsal proves, and what it does not
//!
//! The rehearsal runs each script with the code that runs it later. On empty tables, every statement must succeed, and
//! a down must restore the schema from before its up. On generated rows that are distinct and complete, nothing may
//! fail and no row or value may be lost. Rows with duplicates, NULLs and unusual values come next, as far as the
//! schema allows them: a script that fails on those must state what it assumes.
//!
//! The rehearsal does not run steps in Rust, so only SQL may change the schema. It does not judge a script on rows if the
//! outcome depends on a step; `cargo migratory check` lists such scripts. The build warns about a script whose outcome
//! depends on what generated values say (malformed JSON, for example), and about a table that takes no generated row;
//! rows in `rehearsal/<version>.sql` help. It can't show how a script behaves on millions of rows, or what other
//! programs do at the same time.
//!
//! # SQLite
//!
//! The macro contains its own SQLite, so that a set gets the same result on every machine; without the feature
//! `rehearsal` it has none. The feature `bundled` compiles SQLite into your program, like rusqlite's feature of that
//! name; without it, your program links the system's library. Any rusqlite from 0.32 on works: your crate chooses
//! the version.

#[doc = include_str!("embed_migrations.md")]
pub use migratory_macros::embed_migrations;
#[doc(no_inline)]
pub use migratory_runtime::rusqlite;
#[doc(inline)]
pub use migratory_runtime::{
    Adoption, Backup, Checksum, CodeFault, CodeResult, Difference, Direction, Down, Drift, Error,
    ErrorKind, Event, Goal, Grouping, Migration, MigrationSet, MigrationStatus, Mismatch, Mode,
    NewerDatabase, Origin, Plan, Remains, Repair, Report, Restored, Result, Runner, Script, State,
    StatementFailure, Status, Step, StepReport, StoredDownFault, Target, Unresumable, Version,
    Violation,
};

/// What the code that `embed_migrations!` emits calls. No part of the public surface.
#[doc(hidden)]
pub mod __private {
    pub use migratory_runtime::__private::embedded;
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
