//! `baseline`, `adopt`, `verify`, `repair` and `backup`, as the runtime has them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migratory_runtime::{Backup as Place, Origin, Repair as Decision};

use crate::context::Context;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{DONE, say};
use crate::project::Project;
use crate::session::Session;

/// Records a database that existed before as being at a version, if its schema is that version's
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory baseline 3 --database app.db")]
pub(crate) struct Baseline {
    /// The version whose schema the database has.
    version: String,

    /// Objects that the application adds on purpose, as `fts_*`.
    #[arg(long, value_name = "PATTERN")]
    ignore: Vec<String>,
}

impl Baseline {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        let version = session.set.version(&self.version)?;
        let runner =
            self.ignore.iter().fold(session.runner(), |runner, it| runner.ignore(it.clone()));
        let taken = runner.baseline(&mut session.conn, version)?;
        say(format_args!("{DONE}{taken}{DONE:#}"));
        Ok(Exit::Done)
    }
}

/// Takes a database over from another library, once its record and the schema fit the migrations
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory adopt\n  cargo migratory adopt rusqlite_migration"
)]
pub(crate) struct Adopt {
    /// The library; found by its table unless given.
    origin: Option<String>,

    /// Objects that the application adds on purpose, as `fts_*`.
    #[arg(long, value_name = "PATTERN")]
    ignore: Vec<String>,
}

impl Adopt {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        let origin = match &self.origin {
            Some(name) => named(name)?,
            None => Origin::detect(&session.conn)?.ok_or_else(|| {
                Failure::new("the database holds no history of a library that is known")
                    .help(format!("name the library: {}", names()))
                    .help("a database without one is recorded with `cargo migratory baseline`")
            })?,
        };
        let runner =
            self.ignore.iter().fold(session.runner(), |runner, it| runner.ignore(it.clone()));
        let taken = runner.adopt(&mut session.conn, origin)?;
        say(format_args!("{DONE}{origin}: {taken}{DONE:#}"));
        Ok(Exit::Done)
    }
}

fn named(name: &str) -> Result<Origin> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
    let found =
        Origin::ALL.iter().copied().find(|origin| plain(&origin.to_string()) == plain(name));
    found.ok_or_else(|| {
        Failure::new(format!("`{name}` is no library that is known"))
            .help(format!("it is one of {}", names()))
            .exit(Exit::Usage)
    })
}

fn names() -> String {
    Origin::ALL.iter().map(|origin| format!("`{origin}`")).collect::<Vec<_>>().join(", ")
}

/// Compares the schema of the database with the one that its migrations make
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory verify --ignore 'fts_*'")]
pub(crate) struct Verify {
    /// Objects that the application adds on purpose, as `fts_*`.
    #[arg(long, value_name = "PATTERN")]
    ignore: Vec<String>,
}

impl Verify {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let session = Session::looking(context)?;
        let runner =
            self.ignore.iter().fold(session.runner(), |runner, it| runner.ignore(it.clone()));
        let drift = runner.verify(&session.conn)?;
        say(format_args!("{drift}"));
        Ok(if drift.is_empty() { Exit::Done } else { Exit::Drift })
    }
}

/// What was decided of a migration.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// Its text was changed, and the database is as the new text wants it.
    Edited,
    /// It was left half-way, and has been finished by hand.
    Done,
    /// It was left half-way, and has been undone by hand.
    Undone,
}

/// Writes into the history what a person decided about a migration
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory repair edited 7\n  cargo migratory repair done 9"
)]
pub(crate) struct Repair {
    /// What is true of it.
    kind: Kind,

    /// The migration.
    version: String,

    /// Objects that the application adds on purpose, as `fts_*`.
    #[arg(long, value_name = "PATTERN")]
    ignore: Vec<String>,
}

impl Repair {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        let version = session.set.version(&self.version)?;
        let decision = match self.kind {
            Kind::Edited => Decision::Edited(version),
            Kind::Done => Decision::Done(version),
            Kind::Undone => Decision::Undone(version),
        };
        let runner =
            self.ignore.iter().fold(session.runner(), |runner, it| runner.ignore(it.clone()));
        runner.repair(&mut session.conn, decision)?;
        say(format_args!("{}", session.runner().status(&session.conn)?));
        Ok(Exit::Done)
    }
}

/// Makes a backup of the database, checked, while others may read it
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory backup\n  cargo migratory backup before-release.db"
)]
pub(crate) struct Backup {
    /// A file or a folder; beside the database unless given.
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
