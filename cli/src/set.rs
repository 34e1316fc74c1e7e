//! The set of migrations, and runners of it.

use std::path::Path;

use migratory_analysis::{Checked, Findings, Options, check, scratch};
use migratory_core::{Down, MigrationSet, Version};
use migratory_runtime::rusqlite::Connection;
use migratory_runtime::{Runner, Target};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::project::Project;

/// A set that was checked, and lives as long as the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set {
    pub(crate) checked: &'static Checked,
    pub(crate) options: &'static Options,
    migrations: &'static MigrationSet<'static>,
}

impl Set {
    /// Checks the set of the project, rehearsal included.
    pub(crate) fn of(project: &Project) -> Result<Self> {
        Self::check(project, &project.options).map_err(|findings| refused(project, &findings))
    }

    /// Checks it without a rehearsal, for commands that only want to know which migrations there are.
    pub(crate) fn read(project: &Project) -> Result<Self> {
        let mut options = project.options.clone();
        options.rehearsal = false;
        Self::check(project, &options).map_err(|findings| refused(project, &findings))
    }

    pub(crate) fn check(
        project: &Project,
        options: &Options,
    ) -> std::result::Result<Self, Findings> {
        let checked: &'static Checked =
            Box::leak(Box::new(check(&project.package, &project.folder, options)?));
        let each = Box::leak(checked.migrations().into_boxed_slice());
        let set = MigrationSet::new(each)
            .needing(project.min_sqlite.unwrap_or(0))
            .foreign_keys(options.foreign_keys);
        let options = Box::leak(Box::new(options.clone()));
        Ok(Self { checked, options, migrations: Box::leak(Box::new(set)) })
    }

    /// A runner. Where it runs the set anew in memory, to compare with it, nothing else can be reached.
    pub(crate) fn runner(&self) -> Runner<'static> {
        let Self { checked, options, .. } = *self;
        Runner::new(self.migrations).scratch(move || scratch(checked, options))
    }

    pub(crate) fn migrations(&self) -> &'static MigrationSet<'static> {
        self.migrations
    }

    /// The version that is written as in file names; `latest` and `empty` too.
    pub(crate) fn target(&self, text: &str) -> Result<Target> {
        match text {
            "latest" => Ok(Target::Latest),
            "empty" => Ok(Target::Empty),
            number => self.version(number).map(Target::Version),
        }
    }

    /// The version that is written as in file names.
    pub(crate) fn version(&self, text: &str) -> Result<Version> {
        let digits: String = text.chars().filter(|it| *it != '-' && *it != '_').collect();
        let number = digits.parse().ok().map(Version::new);
        let found =
            self.checked.set().iter().find(|it| Some(it.version) == number || it.digits == digits);
        found.map(|it| it.version).ok_or_else(|| {
            let newest = self.migrations.latest().map(|it| it.version().to_string());
            Failure::new(format!("there is no migration {text}"))
                .because(format!("the newest is {}", newest.unwrap_or_default()))
                .exit(Exit::Usage)
        })
    }

    /// A database in memory at this point of the set.
    pub(crate) fn at(&self, target: Target) -> Result<Connection> {
        let mut conn = scratch(self.checked, self.options)?;
        self.without_code().to(&mut conn, target)?;
        Ok(conn)
    }

    /// A runner for empty databases: steps in Rust have no rows to work on there, and may not change the schema.
    pub(crate) fn without_code(&self) -> Runner<'static> {
        self.migrations.migrations().iter().fold(self.runner(), |runner, migration| {
            let version = migration.version();
            let runner =
                if migration.up().has_code() { runner.with(version, |_| Ok(())) } else { runner };
            match migration.down() {
                Down::Script(down) if down.has_code() => runner.with_down(version, |_| Ok(())),
                _ => runner,
            }
        })
    }
}

fn refused(project: &Project, findings: &Findings) -> Failure {
    let count = findings.len();
    let (noun, verb) = if count == 1 { ("finding", "keeps") } else { ("findings", "keep") };
    Failure::new(format!(
        "{count} {noun} {verb} the migrations of {} from being run",
        shown(&project.path())
    ))
    .help("`cargo migratory check` shows them")
    .exit(Exit::Findings)
}

/// A path as a person would write it here.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.as_ref().and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).display().to_string()
}
