//! The tools whose folders can be imported.

use std::collections::BTreeSet;

use clap::ValueEnum;

use super::draft::{Draft, Left};
use super::folder::{Folder, is_sql};
use super::{dbmate, drizzle, flyway, goose, looks, prisma, refinery, sql_migrate};
use crate::failure::{Failure, Result};
use crate::path::shown;

/// Another migration tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tool {
    Goose,
    Dbmate,
    Prisma,
    Drizzle,
    Refinery,
    Flyway,
    SqlMigrate,
}

impl Tool {
    /// The name, as its authors write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Goose => "goose",
            Self::Dbmate => "dbmate",
            Self::Prisma => "Prisma",
            Self::Drizzle => "Drizzle",
            Self::Refinery => "refinery",
            Self::Flyway => "Flyway",
            Self::SqlMigrate => "sql-migrate",
        }
    }

    /// The value of `--from`.
    pub(crate) fn word(self) -> String {
        self.name().to_lowercase()
    }

    /// Its default folder.
    pub(crate) fn usual_folder(self) -> &'static str {
        match self {
            Self::Goose | Self::Refinery | Self::SqlMigrate => "migrations",
            Self::Dbmate => "db/migrations",
            Self::Prisma => "prisma/migrations",
            Self::Drizzle => "drizzle",
            Self::Flyway => "sql",
        }
    }

    /// Its variant of `Origin`, if `Runner::adopt` reads its history.
    pub(crate) fn origin(self) -> Option<&'static str> {
        match self {
            Self::Goose => Some("Goose"),
            Self::Dbmate => Some("Dbmate"),
            Self::Refinery => Some("Refinery"),
            Self::Prisma | Self::Drizzle | Self::Flyway | Self::SqlMigrate => None,
        }
    }

    /// The table of its history.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Goose => "goose_db_version",
            Self::Dbmate => "schema_migrations",
            Self::Prisma => "_prisma_migrations",
            Self::Drizzle => "__drizzle_migrations",
            Self::Refinery => "refinery_schema_history",
            Self::Flyway => "flyway_schema_history",
            Self::SqlMigrate => "gorp_migrations",
        }
    }

    /// Reads the folder as the tool does. If that fails and the folder looks like another tool's, the failure says so.
    pub(crate) fn read(self, folder: &Folder) -> Result<Draft> {
        let read = match self {
            Self::Goose => goose::read(folder),
            Self::Dbmate => dbmate::read(folder),
            Self::Prisma => prisma::read(folder),
            Self::Drizzle => drizzle::read(folder),
            Self::Refinery => refinery::read(folder),
            Self::Flyway => flyway::read(folder),
            Self::SqlMigrate => sql_migrate::read(folder),
        };
        let read = read.and_then(|mut draft| {
            let passed = self.passed_over(folder, &draft);
            draft.left.extend(passed);
            if draft.migrations.is_empty() { Err(self.nothing(folder, &draft)) } else { Ok(draft) }
        });
        read.map_err(|failure| match looks::of(folder).filter(|looks| !looks.is(self)) {
            Some(looks) => failure.help(looks.hint()),
            None => failure,
        })
    }

    /// The scripts that the tool ignores, so that none is dropped silently.
    fn passed_over(self, folder: &Folder, draft: &Draft) -> Vec<Left> {
        let used = draft.migrations.iter().flat_map(|migration| &migration.files);
        let known: BTreeSet<&String> =
            used.chain(draft.left.iter().map(|left| &left.file)).collect();
        let others =
            folder.files().filter(|file| is_sql(file) && !known.contains(&(*file).to_owned()));
        let why = format!("{} does not run it", self.name());
        others.map(|file| Left::passed(file, why.clone())).collect()
    }

    fn nothing(self, folder: &Folder, draft: &Draft) -> Failure {
        let place = shown(&folder.path);
        let failure = Failure::new(format!("{place} has no migrations of {}", self.name()));
        if folder.is_empty() {
            return failure.because("the folder is empty");
        }
        let left: Vec<_> =
            draft.left.iter().map(|left| format!("{}: {}", left.file, left.why)).collect();
        if left.is_empty() { failure } else { failure.because(left.join("\n")) }
    }
}
