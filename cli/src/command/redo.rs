//! `redo`.

use clap::Args;

use crate::context::Context;
use crate::database::Access;
use crate::exit::Exit;
use crate::failure::Result;
use crate::migrate::{self, Options};
use crate::session::Session;

/// Roll back the newest migration and apply it again
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory redo --database dev.db")]
pub(crate) struct Redo {
    #[command(flatten)]
    options: Options,
}

impl Redo {
    #[allow(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's runner has one lifetime, not any"
    )]
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        migrate::run(&mut session, self.options, None, |runner, conn| runner.redo(conn))
    }
}
