//! The set and the database of commands that need both.

use std::path::PathBuf;

use migratory_runtime::Runner;
use migratory_runtime::rusqlite::Connection;

use crate::context::Context;
use crate::database::{self, Access};
use crate::failure::Result;
use crate::project::Project;
use crate::set::Set;

/// A set, and a database that is open.
pub(crate) struct Session {
    pub(crate) set: Set,
    pub(crate) path: PathBuf,
    pub(crate) conn: Connection,
}

impl Session {
    /// For reading: the set isn't rehearsed, and nothing is written.
    pub(crate) fn looking(context: &Context) -> Result<Self> {
        Self::open(context, Access::Read, Set::read)
    }

    /// For changing the database: the set must have no findings.
    pub(crate) fn changing(context: &Context, access: Access) -> Result<Self> {
        Self::open(context, access, Set::of)
    }

    fn open(context: &Context, access: Access, set: fn(&Project) -> Result<Set>) -> Result<Self> {
        let project = Project::find(context)?;
        let path = database::path(context, Some(&project))?;
        let set = set(&project)?;
        let conn = database::open(&path, access)?;
        Ok(Self { set, path, conn })
    }

    pub(crate) fn runner(&self) -> Runner<'static> {
        self.set.runner()
    }
}
