//! The tools whose folders can be imported.

use clap::ValueEnum;

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
}
