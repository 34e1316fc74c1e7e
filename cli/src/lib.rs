//! The command line of [`migratory`](https://docs.rs/migratory), called `cargo migratory`.
//!
//! `command` has one file a command. Each takes a `Context` (the project, and how to speak) and returns how to
//! exit, or a `Failure`: one sentence, its cause, and what to do next. `project` finds the folder of migrations and
//! its options from the call of `embed_migrations!`, `database` the file to work on, and `set` makes a runner of
//! the two. `output` is how things are said.
//!
//! `report` writes what a check came to, one file a format, `watch` waits for the next one, `explain` holds what the
//! codes mean, one text a code. `scaffold` makes the files of a new migration, `body` writes what they hold, and `setup`
//! is what a package needs to begin with. `real_copy` takes copies of a real database over the
//! pending migrations, and compares. `import` reads the folders of other tools, one file a tool. `diagram` draws a
//! schema, and a page of how it came to be.

mod ask;
mod body;
mod command;
mod context;
mod database;
mod diagram;
mod exit;
mod explain;
mod failure;
mod ignore;
mod import;
mod judging;
mod migrate;
mod output;
mod progress;
mod project;
mod real_copy;
mod report;
mod scaffold;
mod session;
mod set;
mod setup;
mod stop;
mod table;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

pub use exit::Exit;

/// Runs the command that the arguments of the process name.
pub fn main() -> ExitCode {
    // Cargo calls its subcommands with their own name as the first argument.
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
