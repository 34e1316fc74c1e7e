//! `import`.

use std::path::{Path, PathBuf};

use anstream::print;
use clap::Args;

use crate::ask::confirmed;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::import::{Folder, Plan, Target, Tool};
use crate::path::shown;

const EXAMPLE: &str = "\
Example:
  cargo migratory import --from dbmate db/migrations --to migrations

  db/migrations/20240131120000_add_users.sql becomes
  migrations/20240131120000_add_users.up.sql and .down.sql";

/// Convert another tool's folder of migrations into a new folder of pairs
///
/// The tool's folder stays unchanged. What can't be converted or known is listed before anything is written.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Import {
    /// The tool
    #[arg(long, value_enum, value_name = "TOOL")]
    from: Tool,

    /// The tool's folder of migrations [default: `--dir`, or the tool's own default]
    #[arg(value_name = "FOLDER")]
    folder: Option<PathBuf>,

    /// The folder to write, which must not exist yet [default: `<FOLDER>-migratory`]
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,

    /// Don't ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

impl Import {
    #[allow(clippy::print_stdout, reason = "the report is the output")]
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let usual = Path::new(self.from.usual_folder());
        let source = self.folder.as_deref().or(context.dir.as_deref()).unwrap_or(usual);
        let folder = Folder::read(source)?;
        let plan = Plan::new(self.from, &folder)?;
        let target = Target::new(source, self.to.as_deref())?;
        print!("{}", plan.report(&target));
        let question = format!("write {}?", shown(target.path()));
        confirmed(&question, self.yes)?;
        target.write(plan.files())?;
        print!("{}", plan.done(&target, &target.judge(&plan.accept)));
        Ok(Exit::Done)
    }
}
