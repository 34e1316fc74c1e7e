//! A set of two migrations: one that makes a schema, and one that changes it.

use std::fs;

use migratory_analysis::{Checked, Findings, Options};
use migratory_rehearsal::check;
use tempfile::TempDir;

use super::schema::Schema;
use super::script::Rebuild;

/// How the harm of a script can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    /// On rows, by plain SQLite.
    Rows,
    /// In what it makes or says: an index is missing, or more rows than a test has are needed.
    Text,
}

#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) schema: String,
    pub(crate) drop: String,
    pub(crate) up: String,
    pub(crate) down: String,
    /// Whether it says that some rows do not occur, or changes some on purpose: plain SQLite can't judge it then.
    pub(crate) has_a_say: bool,
    pub(crate) harm: Harm,
}

impl Set {
    pub(crate) fn new(schema: &Schema, up: String, down: String) -> Self {
        Self {
            schema: schema.create(),
            drop: schema.drop(),
            up,
            down,
            has_a_say: false,
            harm: Harm::Rows,
        }
    }

    pub(crate) fn of(rebuild: &Rebuild) -> Self {
        Self::new(&rebuild.schema, rebuild.up(), rebuild.down())
    }

    pub(crate) fn saying(self) -> Self {
        Self { has_a_say: true, ..self }
    }

    pub(crate) fn by_text(self) -> Self {
        Self { harm: Harm::Text, ..self }
    }

    pub(crate) fn check(&self) -> Result<Checked, Findings> {
        let package = TempDir::new().unwrap();
        let folder = package.path().join("migrations");
        fs::create_dir(&folder).unwrap();
        let files = [
            ("1_schema.up.sql", &self.schema),
            ("1_schema.down.sql", &self.drop),
            ("2_change.up.sql", &self.up),
            ("2_change.down.sql", &self.down),
        ];
        for (name, text) in files {
            fs::write(folder.join(name), text).unwrap();
        }
        check(package.path(), "migrations", &Options::default())
    }

    /// The set as a person reads it.
    pub(crate) fn text(&self) -> String {
        let Self { schema, up, down, .. } = self;
        format!("-- up 1\n{schema}\n-- up 2\n{up}\n-- down 2\n{down}")
    }
}
