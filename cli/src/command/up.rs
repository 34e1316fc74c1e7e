//! `up`.

use clap::Args;
use migratory_runtime::Target;

use crate::context::Context;
use crate::database::Access;
use crate::exit::Exit;
use crate::failure::Result;
use crate::migrate::{self, Options};
use crate::session::Session;

/// Apply all pending migrations
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory up --database app.db")]
pub(crate) struct Up {
    #[command(flatten)]
    options: Options,
}

impl Up {
    #[allow(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's runner has one lifetime, not any"
    )]
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Create)?;
        let plan = session.runner().plan(&session.conn, Target::Latest)?;
        migrate::run(&mut session, self.options, Some(&plan), |runner, conn| runner.up(conn))
    }
}
