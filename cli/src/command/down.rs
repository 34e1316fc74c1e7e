//! `down`.

use clap::Args;

use crate::context::Context;
use crate::database::Access;
use crate::exit::Exit;
use crate::failure::Result;
use crate::migrate::{self, Options};
use crate::output::say;
use crate::session::Session;

/// Roll back the newest migrations
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo migratory down\n  cargo migratory down 3 --yes")]
pub(crate) struct Down {
    /// How many migrations to roll back
    #[arg(default_value_t = 1)]
    count: usize,

    #[command(flatten)]
    options: Options,
}

impl Down {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        let count = self.count;
        if session.runner().status(&session.conn)?.current().is_none() {
            say(format_args!("nothing to do"));
            return Ok(Exit::Done);
        }
        migrate::run(&mut session, self.options, None, |runner, conn| runner.down(conn, count))
    }
}
