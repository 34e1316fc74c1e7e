//! `--ignore`: objects of the database that don't belong to the migrations.

use clap::Args;
use migratory_runtime::Runner;

/// The option of all commands that compare schemas.
#[derive(Args, Debug)]
pub(crate) struct Ignore {
    /// Ignore objects that the application creates itself, such as `fts_*`
    #[arg(long, value_name = "PATTERN")]
    ignore: Vec<String>,
}

impl Ignore {
    pub(crate) fn apply(&self, runner: Runner<'static>) -> Runner<'static> {
        self.ignore.iter().fold(runner, |runner, pattern| runner.ignore(pattern.clone()))
    }
}
