//! `to`.

use clap::Args;

use crate::context::Context;
use crate::database::Access;
use crate::exit::Exit;
use crate::failure::Result;
use crate::migrate::{self, Options};
use crate::session::Session;

/// Migrate up or down to exactly this version
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo migratory to 7\n  cargo migratory to empty")]
pub(crate) struct To {
    /// A version, `latest`, or `empty`
    version: String,

    #[command(flatten)]
    options: Options,
}

impl To {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Create)?;
        let target = session.set.target(&self.version)?;
        let plan = session.runner().plan(&session.conn, target)?;
        migrate::run(&mut session, self.options, Some(&plan), |runner, conn| {
            runner.to(conn, target)
        })
    }
}
