//! `restore`.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anstream::eprintln;
use clap::Args;
use migratory_runtime::rusqlite::Connection;
use migratory_runtime::{Backup, Error, ErrorKind, Restored};

use crate::ask::confirmed;
use crate::context::Context;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::say;
use crate::project::Project;
use crate::set::Set;
use crate::style::{DIM, DONE};

/// Restore the database from a backup, and keep a copy of what it replaces
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory restore app.db.20261121T101500Z-v12.backup\n  \
                  cargo migratory restore another.db --insist app.db"
)]
pub(crate) struct Restore {
    /// The backup
    from: PathBuf,

    /// Don't ask for confirmation
    #[arg(long, short)]
    yes: bool,

    /// Restore a file that isn't a backup of this database; repeat the database's file name to confirm
    #[arg(long, value_name = "DATABASE")]
    insist: Option<String>,
}

impl Restore {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let project = Project::find(context).ok();
        let path = database::path(context, project.as_ref())?;
        self.check_name(&path)?;
        let question = format!(
            "this replaces {} and keeps a copy of it next to it; continue?",
            path.display()
        );
        confirmed(&question, self.yes)?;
        let was_there = path.exists();
        let mut conn = database::open(&path, Access::Create)?;
        // A set with findings doesn't prevent a restore: the database's own history replaces it.
        let set = project.and_then(|project| Set::read(&project).ok());
        let outcome = self.restore(&mut conn, set.as_ref());
        drop(conn);
        if outcome.is_err() && !was_there && fs::metadata(&path).is_ok_and(|it| it.len() == 0) {
            let _ = fs::remove_file(&path);
        }
        let restored = outcome.map_err(|error| self.failure(error, &path))?;
        let state = restored.version().map_or_else(
            || "without migrations".to_owned(),
            |version| format!("at version {version}"),
        );
        say(format_args!("{DONE}restored{DONE:#} {}, {state}", path.display()));
        if let Some(replaced) = restored.replaced() {
            let shown = replaced.display();
            eprintln!("{DIM}the replaced database: {shown}{DIM:#}");
            eprintln!("{DIM}to undo this: cargo migratory restore {shown}{DIM:#}");
        }
        Ok(Exit::Done)
    }

    fn restore(&self, conn: &mut Connection, set: Option<&Set>) -> Result<Restored, Error> {
        match set {
            _ if self.insist.is_some() => Backup::restore_any(&self.from, conn),
            Some(set) => set.runner().restore(conn, &self.from),
            None => Backup::restore(&self.from, conn),
        }
    }

    /// `--insist` repeats the database's name, so that nobody replaces another one by mistake.
    fn check_name(&self, path: &Path) -> Result<()> {
        match (&self.insist, path.file_name()) {
            (Some(named), Some(name)) if OsStr::new(named) != name => {
                let name = name.to_string_lossy();
                Err(Failure::new(format!(
                    "`--insist {named}` names another database than `{name}`"
                ))
                .help(format!(
                    "to replace `{name}`, pass `--insist {name}`; to replace another database, pass `--database`"
                ))
                .exit(Exit::Usage))
            }
            _ => Ok(()),
        }
    }

    fn failure(&self, error: Error, path: &Path) -> Failure {
        let ErrorKind::Restore { what, can_insist: true, .. } = error.kind() else {
            return error.into();
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let from = self.from.display();
        Failure::new(format!("can't restore {from}: {what}"))
            .because("the database is unchanged")
            .help(format!("to restore it anyway: `cargo migratory restore {from} --insist {name}`"))
    }
}
