//! Tries a script that deletes rows with other rows that refer to those.
//!
//! No rows refer to generated ones with NULLs or unusual values. In a real database any row may be
//! referred to, and a foreign key without an action then stops the DELETE.

use migratory_runtime::Mode;

use super::{Edges, Fault, Found, Halt, Pair, ScriptRun, Track};
use crate::course::findings::messages;
use crate::rows::EdgeRow;
use crate::schema::{Name, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Assumption, DirectiveKind};
use migratory_analysis::{Diagnostic, Exception};

impl Pair<'_> {
    /// Whether rows that refer to those which the script deletes may stop it.
    pub(super) fn is_restricted(&self, track: &Track, script_run: ScriptRun<'_>) -> bool {
        let no_children = DirectiveKind::Assumes(Assumption::NoChildren);
        let is_enforced = self.context.options.foreign_keys;
        let script = script_run.script;
        is_enforced
            && script.mode != Mode::ForeignKeysOff
            && !script.says(no_children)
            && !restricting(track.schema(), script_run).is_empty()
    }
}

impl Edges<'_, '_> {
    /// Whether the script, which passes on these rows, fails once others refer to the rows that it
    /// deletes.
    pub(super) fn restricted(&mut self, rows: &[EdgeRow]) -> Result<Option<Found>, Halt> {
        let track = (self.fresh)()?;
        if !self.pair.is_restricted(&track, self.script_run) {
            return Ok(None);
        }
        for (parent, child) in restricting(track.schema(), self.script_run) {
            let mut track = self.with(rows)?;
            track.refer_to(&parent)?;
            let Some(fault) = track.run(self.script_run)? else { continue };
            let is_restricted =
                fault.failure().is_some_and(|it| it.message.starts_with("FOREIGN KEY"));
            if is_restricted || fault.dangles() {
                let finding = self.restricting(self.script_run.script, &fault, &parent, &child);
                return Ok(Some((Some(parent), finding)));
            }
        }
        Ok(None)
    }

    fn restricting(
        &self,
        script: &CheckedScript,
        fault: &Fault,
        parent: &Name,
        child: &Name,
    ) -> Diagnostic {
        let severity = self.pair.context.options.assumption_severity();
        let mut finding = messages::assumed(script, fault, severity);
        finding.notes.clear();
        finding.help.clear();
        finding
            .mentioning([parent, child])
            .note(format!(
                "the schema allows rows of `{child}` that refer to the rows of `{parent}` which are deleted here, and with such rows the migration would fail"
            ))
            .help(format!("delete or change those rows of `{child}` in a statement before it, or keep the rows that they refer to"))
            .unless(
                "there are none, say why at the top of the file",
                Exception::Assumes(Assumption::NoChildren),
            )
    }
}

/// Returns the tables whose rows the script deletes, each with a table that refers to it and has no
/// cascade.
fn restricting(schema: &Schema, script_run: ScriptRun<'_>) -> Vec<(Name, Name)> {
    let keys = schema.tables.values().flat_map(|child| {
        let stops = |action: &str| {
            ["cascade", "set null"].iter().all(|it| !action.eq_ignore_ascii_case(it))
        };
        let keys = child.foreign_keys.iter().filter(move |key| stops(&key.on_delete));
        keys.map(|key| (key.parent.clone(), child.name.clone()))
    });
    let mut keys: Vec<_> = keys.filter(|(parent, _)| script_run.intent.deletes(parent)).collect();
    keys.sort();
    keys.dedup_by(|one, other| one.0 == other.0);
    keys
}
