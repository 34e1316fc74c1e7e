//! What is known about a part of a migration whose statements ran on empty tables on their own.

use std::sync::Arc;

use super::last;
use crate::course::known::empty_run::{EmptyRun, Restoring};
use crate::course::known::independent_parts::Part;
use crate::sandbox::Performance;
use crate::schema::{self, Difference};
use crate::script::intent::Intent;
use crate::script::succession::Succession;
use migratory_analysis::CheckedScript;
use migratory_analysis::Diagnostic;
use migratory_analysis::Writes;

impl EmptyRun {
    /// Returns what is known about a part of the migration, after this run of the part on empty
    /// tables.
    pub(crate) fn of_part(
        &self,
        part: &Part,
        up: &Performance,
        down: Option<&Performance>,
    ) -> Self {
        let is_own = |error: &&Diagnostic| is_about(error, part);
        let errors: Vec<_> = self.errors.iter().filter(is_own).cloned().collect();
        Self {
            fingerprint: self.fingerprint,
            schema: last(up),
            up: Intent::new(&part.up, &up.statements),
            dropped: self.dropped.clone(),
            succession: Succession::new(&up.statements, &up.schemas),
            rowids: self.rowids.clone(),
            down: self
                .down
                .as_ref()
                .zip(part.down.as_ref())
                .zip(down)
                .map(|((whole, script), down)| whole.of_part(script, up, down)),
            writes: Writes::default(),
            rules: errors.iter().map(|error| error.code).collect(),
            errors,
            skipped: Arc::clone(&self.skipped),
        }
    }
}

impl Restoring {
    fn of_part(&self, script: &CheckedScript, up: &Performance, down: &Performance) -> Self {
        let before = up.schemas.first().cloned().unwrap_or_default();
        let restored = last(down);
        let mut differences = schema::differences(&before, &restored);
        if differences.iter().all(Difference::is_order_only) {
            differences.clear();
        }
        Self {
            intent: Intent::new(script, &down.statements),
            succession: Succession::new(&down.statements, &down.schemas),
            rowids: self.rowids.clone(),
            schema: restored,
            differences,
            is_whole: self.is_whole,
            skipped: Arc::clone(&self.skipped),
        }
    }
}

/// Whether an error shows a statement of the part, or no statement.
fn is_about(error: &Diagnostic, part: &Part) -> bool {
    let mut labels = error.labels.iter().filter(|label| label.range.is_some()).peekable();
    let is_in = |script: &CheckedScript, file: &str, start: usize| {
        script.file == file && script.statements.iter().any(|range| range.contains(&start))
    };
    labels.peek().is_none()
        || labels.any(|label| {
            let start = label.range.as_ref().map_or(0, |range| range.start);
            let mut scripts = std::iter::once(&part.up).chain(&part.down);
            scripts.any(|script| is_in(script, &label.file, start))
        })
}
