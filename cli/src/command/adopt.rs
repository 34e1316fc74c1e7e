//! `adopt`.

use clap::Args;
use migratory_runtime::Origin;
use migratory_runtime::rusqlite::Connection;

use crate::context::Context;
use crate::database::Access;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::ignore::Ignore;
use crate::output::say;
use crate::session::Session;
use crate::style::DONE;

/// Adopt a database that another library migrated, if its history and schema match the migrations
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory adopt\n  cargo migratory adopt rusqlite_migration"
)]
pub(crate) struct Adopt {
    /// The library; detected by its table if omitted
    origin: Option<String>,

    #[command(flatten)]
    ignore: Ignore,
}

impl Adopt {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        let origin = match &self.origin {
            Some(name) => named(name)?,
            None => detected(&session.conn)?,
        };
        let adopted = self.ignore.apply(session.runner()).adopt(&mut session.conn, origin)?;
        say(format_args!("{DONE}{origin}: {adopted}{DONE:#}"));
        Ok(Exit::Done)
    }
}

fn detected(conn: &Connection) -> Result<Origin> {
    Origin::detect(conn)?.ok_or_else(|| {
        Failure::new("the database has no history of a known library")
            .help(format!("name the library: {}", names()))
            .help("for a database without any history, use `cargo migratory baseline`")
    })
}

fn named(name: &str) -> Result<Origin> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
    let found =
        Origin::ALL.iter().copied().find(|origin| plain(&origin.to_string()) == plain(name));
    found.ok_or_else(|| {
        Failure::new(format!("unknown library `{name}`"))
            .help(format!("the known ones are {}", names()))
            .exit(Exit::Usage)
    })
}

fn names() -> String {
    Origin::ALL.iter().map(|origin| format!("`{origin}`")).collect::<Vec<_>>().join(", ")
}
