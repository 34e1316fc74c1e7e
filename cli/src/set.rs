//! The set of migrations and its runners.

use migratory_analysis::{Checked, Findings, Options};
use migratory_core::{Down, MigrationSet, Version};
use migratory_rehearsal::{check, scratch};
use migratory_runtime::rusqlite::Connection;
use migratory_runtime::{Runner, Target};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::path::shown;
use crate::project::Project;

/// A checked set, which lives as long as the process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set {
    pub(crate) checked: &'static Checked,
    pub(crate) options: &'static Options,
    migrations: &'static MigrationSet<'static>,
}

impl Set {
    /// Checks the project's set and rehearses it.
    pub(crate) fn of(project: &Project) -> Result<Self> {
        Self::check(project, &project.options).map_err(|findings| refused(project, &findings))
    }

    /// Checks the set without a rehearsal, for commands that only need to know the migrations.
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

    /// Returns a runner. In the scratch database for comparing schemas, scripts are confined.
    pub(crate) fn runner(&self) -> Runner<'static> {
        let Self { checked, options, .. } = *self;
        Runner::new(self.migrations).scratch(move || scratch(checked, options))
    }

    pub(crate) fn migrations(&self) -> &'static MigrationSet<'static> {
        self.migrations
    }

    /// Reads a version as file names write it, `latest`, or `empty`.
    pub(crate) fn target(&self, text: &str) -> Result<Target> {
        match text {
            "latest" => Ok(Target::Latest),
            "empty" => Ok(Target::Empty),
            number => self.version(number).map(Target::Version),
        }
    }

    /// Reads a version as file names write it.
    pub(crate) fn version(&self, text: &str) -> Result<Version> {
        let digits: String = text.chars().filter(|it| *it != '-' && *it != '_').collect();
        let number = digits.parse().ok().map(Version::new);
        let found =
            self.checked.set().iter().find(|it| Some(it.version) == number || it.digits == digits);
        found.map(|it| it.version).ok_or_else(|| {
            let newest = self.migrations.latest().map(|it| it.version().to_string());
            Failure::new(format!("no migration has version {text}"))
                .because(format!("the newest is {}", newest.unwrap_or_default()))
                .exit(Exit::Usage)
        })
    }

    /// An in-memory database migrated to this target.
    pub(crate) fn at(&self, target: Target) -> Result<Connection> {
        let mut conn = scratch(self.checked, self.options)?;
        self.without_code().to(&mut conn, target)?;
        Ok(conn)
    }

    /// Returns a runner for empty databases, which skips steps in Rust: they work on rows and can't
    /// change the schema.
    pub(crate) fn without_code(&self) -> Runner<'static> {
        self.migrations.migrations().iter().fold(self.runner(), |runner, migration| {
            let version = migration.version();
            let runner =
                if migration.up().has_code() { runner.code(version, |_| Ok(())) } else { runner };
            match migration.down() {
                Down::Script(down) if down.has_code() => runner.code_down(version, |_| Ok(())),
                _ => runner,
            }
        })
    }
}

fn refused(project: &Project, findings: &Findings) -> Failure {
    let count = findings.len();
    let noun = if count == 1 { "finding" } else { "findings" };
    Failure::new(format!("the migrations in {} have {count} {noun}", shown(&project.path())))
        .because("a set with findings doesn't run")
        .help("`cargo migratory check` shows them")
        .exit(Exit::Findings)
}
