//! A set of two migrations: one that creates a schema, and one that changes it.

use std::fs;

use migratory_analysis::{Checked, Findings, Options};
use migratory_rehearsal::check;
use tempfile::TempDir;

use super::schema::Schema;
use super::script::Rebuild;

/// How the harm of a script can be determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    /// By its effect on rows, in plain SQLite.
    Rows,
    /// By its text: a lost index, or a case that needs more rows than a test has.
    Text,
}

#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) schema: String,
    pub(crate) drop: String,
    pub(crate) up: String,
    pub(crate) down: String,
    /// Whether it states an assumption, or changes rows on purpose. Then plain SQLite can't judge it.
    pub(crate) has_intent: bool,
    pub(crate) harm: Harm,
}

impl Set {
    pub(crate) fn new(schema: &Schema, up: String, down: String) -> Self {
        Self {
            schema: schema.create(),
            drop: schema.drop(),
            up,
            down,
            has_intent: false,
            harm: Harm::Rows,
        }
    }

    pub(crate) fn of(rebuild: &Rebuild) -> Self {
        Self::new(&rebuild.schema, rebuild.up(), rebuild.down())
    }

    pub(crate) fn with_intent(self) -> Self {
        Self { has_intent: true, ..self }
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

    /// Returns the set as readable text.
    pub(crate) fn text(&self) -> String {
        let Self { schema, up, down, .. } = self;
        format!("-- up 1\n{schema}\n-- up 2\n{up}\n-- down 2\n{down}")
    }
}
