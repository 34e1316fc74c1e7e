//! `verify`.

use clap::Args;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::ignore::Ignore;
use crate::output::say;
use crate::session::Session;

/// Compare the database's schema with the one its applied migrations produce
///
/// The exit code is 5 if they differ.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory verify --ignore 'fts_*'")]
pub(crate) struct Verify {
    #[command(flatten)]
    ignore: Ignore,
}

impl Verify {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let session = Session::looking(context)?;
        let drift = self.ignore.apply(session.runner()).verify(&session.conn)?;
        say(format_args!("{drift}"));
        Ok(if drift.is_empty() { Exit::Done } else { Exit::Drift })
    }
}
