//! The command line of [`migratory`](https://docs.rs/migratory), called `cargo migratory`.
//!
//! It is for people who write, check, rehearse and run SQLite migrations; install it with `cargo install
//! cargo-migratory`. The library has only [`main`] and its exit codes, for the binary and the tests: programs depend on
//! `migratory`.
//!
//! `command` has a file for each command. A command takes the `Context` (the global options) and returns an exit code,
//! or a `Failure`: one sentence, its cause, and what to do next. `project` finds the folder of migrations and its
//! options in the call of `embed_migrations!`, `database` finds the file, `set` checks the set and makes its runners,
//! and `session` is both. `migrate` runs migrations for `up`, `down`, `to` and `redo`. `output` prints.
//!
//! `report` writes the findings of a check, with a file for each format; `watch` waits for changes; `explain` has a text
//! for each code. `scaffold` names and writes the files of a new migration, `body` writes their statements, and `setup`
//! prepares a package. `real_copy` runs the pending migrations on copies of a real database and compares them; `stop`
//! handles Ctrl-C. `import` converts the folders of other tools, with a file for each tool. `diagram` shows schemas as
//! pictures and the history as a page.

mod ask;
mod body;
mod check_options;
mod command;
mod context;
mod database;
mod diagram;
mod exit;
mod explain;
mod failure;
mod ignore;
mod import;
mod migrate;
mod output;
mod path;
mod progress;
mod project;
mod real_copy;
mod report;
mod scaffold;
mod session;
mod set;
mod setup;
mod stop;
mod style;
mod table;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

pub use exit::Exit;

/// Runs the command that the process's arguments name.
pub fn main() -> ExitCode {
    // Cargo passes a subcommand its own name as the first argument.
    let mut args: Vec<_> = std::env::args_os().collect();
    if args.get(1).is_some_and(|first| first == "migratory") {
        args.remove(1);
    }
    let cli = command::Cli::parse_from(args);
    match cli.run() {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.print();
            failure.exit.into()
        }
    }
}
