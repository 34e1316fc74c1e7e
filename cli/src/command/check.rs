//! `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migratory_rehearsal::check;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::print;
use crate::project::Project;
use crate::report::path::Root;
use crate::report::{Report, github, human, json, sarif};
use crate::watch::Watch;

/// Clears a terminal and its scrollback; it is not sent to anything else.
const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";

const EXAMPLES: &str = "\
Examples:
  cargo migratory check
  cargo migratory check --watch
  cargo migratory check --format sarif > migrations.sarif
  cargo migratory check db/migrations --accept-through 20240131120000 --foreign-keys off

The exit code is 0 if the set has no errors (warnings are fine), and 3 otherwise.";

/// Check the migrations as a build does, and report all findings
///
/// The folder and the options are those of the package's `embed_migrations!`, unless given here; a folder needs no
/// package. The set is always rehearsed in full, while a build remembers that a set has passed.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// The folder with the migrations, inside or outside of a package
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,

    /// The format of the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,

    /// Check again whenever a file in the folder changes, until Ctrl-C; the macro's options are read once
    #[arg(long)]
    watch: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the lines concerned
    Human,
    /// One document; its field `version` stands for its format
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate the lines of a pull request
    Github,
}

impl Check {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let project = match &self.folder {
            Some(folder) => Project::of_folder(context, folder)?,
            None => Project::find(context)?,
        };
        if !self.watch {
            return Ok(self.once(&project)?.0);
        }
        let mut watch = Watch::new(project.path());
        loop {
            let (exit, is_read) = self.once(&project)?;
            if !is_read {
                return Ok(exit);
            }
            watch.wait();
        }
    }

    /// Checks once. Returns the exit code, and whether anybody still reads the output.
    fn once(&self, project: &Project) -> Result<(Exit, bool)> {
        // `Set` leaks each set, which would add up during a watch. The options name no memo, so nothing is reused
        // from a build.
        let outcome = check(&project.package, &project.folder, &project.options);
        let report = Report::of(project, &outcome);
        let clear = if self.watch && self.format == Format::Human { CLEAR } else { "" };
        let is_read = print(&(clear.to_owned() + &self.written(&report)?))?;
        let exit = if outcome.is_ok() { Exit::Done } else { Exit::Findings };
        Ok((exit, is_read))
    }

    fn written(&self, report: &Report<'_>) -> Result<String> {
        let document = match self.format {
            Format::Human => Ok(human::render(report)),
            Format::Json => json::render(report),
            Format::Sarif => sarif::render(report, &Root::here()),
            Format::Github => Ok(github::render(report, &Root::here())),
        };
        document.map_err(|error| Failure::new("can't write the findings").because(error))
    }
}
