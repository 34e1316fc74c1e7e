//! SQLite migrations for [rusqlite](https://docs.rs/rusqlite), embedded and checked at compile time: **if it
//! compiles, it migrates, and it rolls back.**
//!
//! [`embed_migrations!`] reads a folder of SQL files while your crate compiles, and rehearses it on SQLite:
//! every up, every down, and the up again, on empty tables and on populated ones. What is malformed, fails,
//! loses rows or does not come back is an error of `cargo build`, with the file, the line, and what to write
//! instead. A sound set becomes a module of typed constants and a [`Runner`], which brings a database to any
//! version of the set, up or down.
//!
//! # Example
//!
//! With these files beside `Cargo.toml`:
//!
//! ```text
//! migrations/0001_initial_schema.up.sql      CREATE TABLE item (id INTEGER PRIMARY KEY, ..
//! migrations/0001_initial_schema.down.sql    DROP TABLE item; ..
//! migrations/0002_add_tags.up.sql            ..
//! migrations/0002_add_tags.down.sql
//! ```
//!
//! this is the whole of it:
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
//!     // Versions are constants, and a database goes to any of them and back.
//!     let report = migrations::runner().to(&mut conn, migrations::V2_ADD_TAGS)?;
//!     assert!(!report.is_empty());
//!     migrations::runner().up(&mut conn)?;
//!     assert_eq!(migrations::runner().status(&conn)?.current(), Some(migrations::LATEST));
//!     Ok(())
//! }
//! ```
//!
//! # What the folder may look like
//!
//! One layout a folder, found by itself:
//!
//! | layout | files |
//! |---|---|
//! | flat pairs | `0001_name.up.sql`, `0001_name.down.sql` |
//! | folder pairs | `0001_name/up.sql`, `0001_name/down.sql`; also `2024-01-31-120000_name/up.sql` |
//! | up only, with the option `up_only` | `0001_name.sql`, `V1__name.sql`, `0001_name/migration.sql` |
//!
//! Numbers of up to seven digits are counted: from 0 or 1, without a gap, of one width. Longer ones are dates,
//! with or without a time. Each up has a down, or says why it has none.
//!
//! # What a file may say
//!
//! Comments before the first statement speak to migratory:
//!
//! | directive | meaning |
//! |---|---|
//! | `-- migratory: irreversible: <reason>` | the up has no down |
//! | `-- migratory: nothing-to-undo: <reason>` | the down has no statement |
//! | `-- migratory: no-transaction` | the file holds what SQLite refuses in a transaction, such as `VACUUM` |
//! | `-- migratory: allow(<rule>): <reason>` | what this rule would refuse is meant |
//! | `-- migratory: assumes(no_duplicates): <reason>` | rows that the schema allows do not occur; also `no_nulls` |
//! | `-- migratory: no-rehearsal: <reason>` | the file needs what only the program has, and is not rehearsed |
//! | `-- migratory: compatible-with <version>` | programs whose newest migration is this version, or a later one, may work with a database that has this up |
//! | `-- migratory: code` | a step in Rust belongs to the file, which may hold no statement: `Runner::with` gives that of an up, which comes after its SQL; `Runner::with_down` that of a down, which comes before |
//!
//! The first comment of an up that is none of these is the documentation of its version's constant.
//!
//! # What a run guarantees
//!
//! - **Atomic.** All that is pending goes in one IMMEDIATE transaction, together with its history. A file that
//!   runs outside of a transaction or with foreign keys off cuts the run in two there.
//! - **Alone.** What is pending is read inside of the lock: any number of processes may start at once.
//! - **Complete.** What is applied and what is embedded are compared as sets. A migration that is pending below
//!   an applied one is an error, never skipped.
//! - **Honest.** A migration that changed after it was applied, a version that this program does not know, a
//!   half-done script: each is an error of its own that says what to do.
//! - **Foreign keys.** SQLite ignores `PRAGMA foreign_keys = OFF` inside of a transaction, and deletes the
//!   children of a table that is rebuilt. A file that says it is run as SQLite's documentation wants it: keys
//!   off before the transaction, a check before the commit, and keys as they were after it.
//! - **Way back.** Downs are kept in the database, so that an older program can bring it back to what it knows
//!   ([`NewerDatabase`]), behind a list and to a schema that it has proven; and a copy can be made before the first change ([`Backup`]).
//! - **No surprise.** A run has the settings of the rehearsal, foreign keys among them, whatever the connection has;
//!   temporary objects and attached databases that would take part in it are refused by name. The connection leaves with the pragmas, hooks and handlers that it came with, whichever way
//!   it leaves. A run can be watched and cancelled ([`Runner::observer`]).
//! - **Cheap.** A start with nothing to do reads two numbers of the file's header.
//!
//! # What the rehearsal proves, and what not
//!
//! Each script is run by the code that will run it later. On tables that are empty, every statement has to go
//! through, and the schema after a down has to be the one before its up. On made-up rows that are distinct and
//! complete, nothing may fail and nothing may get lost. On rows with the duplicates and NULLs that the schema
//! allows, what fails has to be stated in the file.
//!
//! What the texts in a column say, it can't know: a script that fails on made-up content alone (malformed JSON,
//! say) is left untried on rows. A step in Rust is not run: what it would have done to rows is not held against
//! the SQL of its migration, and the schema is to be changed by SQL alone. Nor does the rehearsal know rows by
//! the million, or what other programs do meanwhile.
//!
//! # SQLite
//!
//! The macro has an SQLite of its own, so that a set is judged alike on every machine; without the feature
//! `rehearsal`, it needs none. The feature `bundled` compiles SQLite into your program, as rusqlite's feature of that name does. Without it,
//! the system's library is linked. Any rusqlite from 0.33 on will do: your crate names the version, and
//! migratory goes with it.

#[doc = include_str!("embed_migrations.md")]
pub use migratory_macros::embed_migrations;
#[doc(inline)]
pub use migratory_runtime::*;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
