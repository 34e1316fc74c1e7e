//! `backup`.

use std::path::PathBuf;

use clap::Args;
use migratory_runtime::Backup as Place;

use crate::context::Context;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::say;
use crate::project::Project;

/// Back up the database and check the copy, while others can read it
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory backup\n  cargo migratory backup before-release.db"
)]
pub(crate) struct Backup {
    /// A file or a folder; next to the database if omitted
    to: Option<PathBuf>,
}

impl Backup {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let project = Project::find(context).ok();
        let path = database::path(context, project.as_ref())?;
        let mut conn = database::open(&path, Access::Write)?;
        let place = self.to.as_ref().map_or_else(Place::beside, Place::to).keep(usize::MAX);
        say(format_args!("{}", place.take(&mut conn)?.display()));
        Ok(Exit::Done)
    }
}
