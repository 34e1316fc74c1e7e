//! The commands: one file each, with its arguments and its run.

use clap::{Parser, Subcommand};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;

mod adopt;
mod backup;
mod baseline;
mod check;
mod completions;
mod diagram;
mod diff;
mod down;
mod explain;
mod history;
mod import;
mod init;
mod new;
mod plan;
mod redo;
mod rehearse;
mod repair;
mod restore;
mod schema;
mod status;
mod to;
mod up;
mod verify;

/// SQLite migrations, proven before they ship
#[derive(Debug, Parser)]
#[command(name = "cargo-migratory", bin_name = "cargo migratory", version)]
pub(crate) struct Cli {
    #[command(flatten)]
    context: Context,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    New(new::New),
    Check(check::Check),
    Explain(explain::Explain),
    Status(status::Status),
    History(history::History),
    Plan(plan::Plan),
    Up(up::Up),
    Down(down::Down),
    To(to::To),
    Redo(redo::Redo),
    Rehearse(rehearse::Rehearse),
    Baseline(baseline::Baseline),
    Adopt(adopt::Adopt),
    Verify(verify::Verify),
    Repair(repair::Repair),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Schema(schema::Schema),
    Diff(diff::Diff),
    Diagram(diagram::Diagram),
    Import(import::Import),
    Completions(completions::Completions),
}

impl Cli {
    pub(crate) fn run(self) -> Result<Exit> {
        let context = &self.context;
        match self.command {
            Command::Init(command) => command.run(context),
            Command::New(command) => command.run(context),
            Command::Check(command) => command.run(context),
            Command::Explain(command) => command.run(context),
            Command::Status(command) => command.run(context),
            Command::History(command) => command.run(context),
            Command::Plan(command) => command.run(context),
            Command::Up(command) => command.run(context),
            Command::Down(command) => command.run(context),
            Command::To(command) => command.run(context),
            Command::Redo(command) => command.run(context),
            Command::Rehearse(command) => command.run(context),
            Command::Baseline(command) => command.run(context),
            Command::Adopt(command) => command.run(context),
            Command::Verify(command) => command.run(context),
            Command::Repair(command) => command.run(context),
            Command::Backup(command) => command.run(context),
            Command::Restore(command) => command.run(context),
            Command::Schema(command) => command.run(context),
            Command::Diff(command) => command.run(context),
            Command::Diagram(command) => command.run(context),
            Command::Import(command) => command.run(context),
            Command::Completions(command) => command.run(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
