//! `repair`.

use clap::{Args, ValueEnum};
use migratory_runtime::Repair as Resolution;

use crate::context::Context;
use crate::database::Access;
use crate::exit::Exit;
use crate::failure::Result;
use crate::ignore::Ignore;
use crate::output::say;
use crate::session::Session;

/// Record in the history how a problem with a migration was resolved by hand
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory repair edited 7\n  cargo migratory repair done 9"
)]
pub(crate) struct Repair {
    /// What happened to the migration
    kind: Kind,

    /// The migration's version
    version: String,

    #[command(flatten)]
    ignore: Ignore,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Its file was edited, and the database matches the new text
    Edited,
    /// It stopped half-way and was finished by hand
    Done,
    /// It stopped half-way and was undone by hand
    Undone,
}

impl Repair {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        let version = session.set.version(&self.version)?;
        let resolution = match self.kind {
            Kind::Edited => Resolution::Edited(version),
            Kind::Done => Resolution::Done(version),
            Kind::Undone => Resolution::Undone(version),
        };
        self.ignore.apply(session.runner()).repair(&mut session.conn, resolution)?;
        say(format_args!("{}", session.runner().status(&session.conn)?));
        Ok(Exit::Done)
    }
}
