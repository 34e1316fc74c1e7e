//! `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migratory_analysis::check;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::judging::Judging;
use crate::output::print;
use crate::project::Project;
use crate::report::path::Root;
use crate::report::{Report, github, human, json, sarif};
use crate::watch::Watch;

/// Clears a terminal, with what was scrolled away; what is no terminal is not sent it.
const CLEAR: &str = "\x1b[H\x1b[2J\x1b[3J";

const EXAMPLES: &str = "\
Examples:
  cargo migratory check
  cargo migratory check --watch
  cargo migratory check --format sarif > migrations.sarif
  cargo migratory check db/migrations --accept-through 20240131120000 --foreign-keys off

The exit code is 0 if the set is taken, with warnings too, and 3 if it is refused.";

/// Judges the migrations as a build does, with all findings at once.
///
/// The folder and its options are those of the package's `embed_migrations!`, unless given here: a folder needs no
/// package. The set is rehearsed each time: a
/// build remembers from one time to the next that a set passed, and this looks at none of that.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Check {
    /// The folder of migrations, also one that lies in no package.
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,

    /// How the findings are written.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,

    /// Stays, and checks again when a file of the folder changes, until Ctrl-C. The call of
    /// `embed_migrations!` is read once.
    #[arg(long)]
    watch: bool,

    #[command(flatten)]
    judging: Judging,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the lines that they are about.
    Human,
    /// One document, with a field `version` that stands for its shape.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which are shown at the lines of a pull request.
    Github,
}

impl Check {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut project = match &self.folder {
            Some(folder) => Project::of_folder(context, folder)?,
            None => Project::find(context)?,
        };
        self.judging.apply(&mut project.options)?;
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

    /// How to exit, and whether anybody reads what is said.
    fn once(&self, project: &Project) -> Result<(Exit, bool)> {
        // Not by `Set`, which keeps each set for good: a watch would pile them up. The options of the call
        // name no memo, so that nothing is taken from a build.
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
        document.map_err(|error| Failure::new("the findings can't be written").because(error))
    }
}
