//! `baseline`.

use clap::Args;

use crate::context::Context;
use crate::database::Access;
use crate::exit::Exit;
use crate::failure::Result;
use crate::ignore::Ignore;
use crate::output::say;
use crate::session::Session;
use crate::style::DONE;

/// Record an existing database as being at a version, if it has that version's schema
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory baseline 3 --database app.db")]
pub(crate) struct Baseline {
    /// The version whose schema the database has
    version: String,

    #[command(flatten)]
    ignore: Ignore,
}

impl Baseline {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        let version = session.set.version(&self.version)?;
        let runner = self.ignore.apply(session.runner());
        let recorded = runner.baseline(&mut session.conn, version)?;
        say(format_args!("{DONE}{recorded}{DONE:#}"));
        Ok(Exit::Done)
    }
}
