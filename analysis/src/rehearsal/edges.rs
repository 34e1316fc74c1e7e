//! A migration on rows at the edge of what the schema allows.
//!
//! The database with the allowed rows is copied, gets the edge rows, and the up and the down run on it. Where one of
//! them fails or loses something, the rows are taken away again until those are left that show it.

use rusqlite::types::Value;

use super::assumption;
use super::empty::Told;
use super::fault::{Fault, Halt};
use super::lane::{Course, Edging, Ground, Lane};
use super::loss_messages::{self as messages, Seen};
use super::preserved::{self, Loss, Said, What};
use super::told;
use crate::Diagnostic;
use crate::checked::CheckedScript;
use crate::directive::{Assumption, DirectiveKind, Rule};
use crate::populate::{EdgeRow, literals_in};
use crate::schema::Reader;

/// How often a script is run to find the fewest rows that show what is wrong.
const TRIES: usize = 48;
/// How many faults that the author rules out are taken away before the rest is given up.
const RULED_OUT: usize = 8;

/// A migration that passed on the allowed rows.
pub(crate) struct Edges<'a> {
    pub(crate) ground: Ground<'a>,
    /// The allowed rows before the up, and after it.
    pub(crate) before: Lane,
    pub(crate) after: Lane,
    pub(crate) up: Course<'a>,
    pub(crate) down: Option<Course<'a>>,
    pub(crate) told: &'a Told,
}

/// A script that fails or loses something on these rows.
struct Shown {
    rows: Vec<EdgeRow>,
    /// The rows among which they were found.
    all: Vec<EdgeRow>,
    fault: Fault,
}

impl Edges<'_> {
    /// What the edge rows show of the up, and of up and down together.
    pub(crate) fn of_up(&self, reader: &mut Reader) -> Result<Vec<Diagnostic>, Halt> {
        let rows = self.copy(&self.before)?.add_edges(self.up, self.edging(self.up.script))?;
        match self.trial(&self.before, self.up, rows)? {
            Ok(rows) => Ok(self.there_and_back(&rows)?.into_iter().collect()),
            Err(shown) => self.found(&self.before, self.up, &shown, reader),
        }
    }

    /// What rows show of the down that only the schema after the up allows.
    pub(crate) fn of_down(&self, reader: &mut Reader) -> Result<Vec<Diagnostic>, Halt> {
        let Some(down) = self.down else { return Ok(Vec::new()) };
        let rows = self.copy(&self.after)?.add_edges(down, self.edging(down.script))?;
        match self.trial(&self.after, down, rows)? {
            Ok(_) => Ok(Vec::new()),
            Err(shown) => self.found(&self.after, down, &shown, reader),
        }
    }

    fn copy(&self, lane: &Lane) -> Result<Lane, Halt> {
        Ok(lane.copy(self.ground)?.expect("a copy of a lane has no temporary objects"))
    }

    fn edging(&self, script: &CheckedScript) -> Edging {
        let duplicates = !script.says(DirectiveKind::Assumes(Assumption::NoDuplicates));
        let orphans = !self.ground.options.foreign_keys
            && !script.says(DirectiveKind::Assumes(Assumption::NoOrphans));
        Edging { duplicates, orphans }
    }

    /// Runs a script on these rows; those on which it passes, or the fewest on which it does not.
    fn trial(
        &self,
        base: &Lane,
        course: Course<'_>,
        mut rows: Vec<EdgeRow>,
    ) -> Result<Result<Vec<EdgeRow>, Shown>, Halt> {
        for _ in 0..RULED_OUT {
            let Some(fault) = self.fault(base, course, &rows)? else { return Ok(Ok(rows)) };
            if self.fault(base, course, &[])?.is_some() {
                // It is no matter of these rows.
                return Ok(Ok(Vec::new()));
            }
            let all = rows.clone();
            let shown = self.smallest(base, course, Shown { rows: rows.clone(), all, fault })?;
            if !is_ruled_out(course.script, &shown.fault) {
                return Ok(Err(shown));
            }
            rows.retain(|row| !shown.rows.contains(row));
        }
        Ok(Ok(Vec::new()))
    }

    /// What is wrong with the script on these rows.
    fn fault(
        &self,
        base: &Lane,
        course: Course<'_>,
        rows: &[EdgeRow],
    ) -> Result<Option<Fault>, Halt> {
        let mut lane = self.copy(base)?;
        lane.write(rows)?;
        let fault = lane.hold(course)?.err();
        Ok(fault.and_then(|fault| unless_meant(course.script, fault)))
    }

    /// Takes rows away for as long as what is left shows the fault: halves first, then single rows.
    fn smallest(&self, base: &Lane, course: Course<'_>, shown: Shown) -> Result<Shown, Halt> {
        let mut shown = shown;
        let mut size = shown.rows.len().div_ceil(2);
        let mut tries = 0;
        while size > 0 && shown.rows.len() > 1 {
            let mut is_smaller = false;
            let mut at = 0;
            while at < shown.rows.len() && tries < TRIES {
                let mut fewer = shown.rows.clone();
                fewer.drain(at..(at + size).min(fewer.len()));
                tries += 1;
                match self.fault(base, course, &fewer)? {
                    Some(fault) if fault.is_alike(&shown.fault) => {
                        shown = Shown { rows: fewer, fault, ..shown };
                        is_smaller = true;
                    }
                    _ => at += size,
                }
            }
            if !is_smaller || size > shown.rows.len() {
                size /= 2;
            }
        }
        Ok(shown)
    }

    /// Up and down bring back each row and value, unless a statement says otherwise.
    fn there_and_back(&self, rows: &[EdgeRow]) -> Result<Option<Diagnostic>, Halt> {
        let Some(down) = self.down else { return Ok(None) };
        let mut lane = self.copy(&self.before)?;
        lane.write(rows)?;
        let before = lane.contents(self.up)?;
        let up = lane.run(self.up)?;
        if up.is_err() || lane.run(down)?.is_err() {
            return Ok(None);
        }
        let after = lane.contents(self.up)?;
        let scripts = [self.up, down];
        let said = Said {
            deletes: &|table| scripts.iter().any(|course| course.deletes(table)),
            updates: &|table, column| scripts.iter().any(|course| course.updates(table, column)),
        };
        let mut losses = preserved::not_restored(&before, &after, &said);
        let named = [literals(self.up.script), literals(down.script)].concat();
        losses.retain(|loss| !self.is_meant(loss) && !loss.is_named(&named));
        let first = losses.first();
        Ok(first
            .and_then(|loss| messages::not_restored(down.script, loss, excuse(self.told, loss))))
    }

    /// Whether the up says that what is lost on the way back may be.
    fn is_meant(&self, loss: &Loss) -> bool {
        let says = |rule| self.up.script.says(DirectiveKind::Allow(rule));
        match &loss.what {
            // Where some rows of a dropped table come back, all of them were to.
            What::Rows { gone, total, .. } => {
                says(Rule::PartialCopy) || (says(Rule::DropTable) && gone == total)
            }
            _ => says(Rule::DropTable) || says(excuse(self.told, loss)),
        }
    }

    fn found(
        &self,
        base: &Lane,
        course: Course<'_>,
        shown: &Shown,
        reader: &mut Reader,
    ) -> Result<Vec<Diagnostic>, Halt> {
        match &shown.fault {
            Fault::Changed(losses) => {
                let mut found = Vec::new();
                for loss in losses {
                    found.extend(self.lost(base, course, (shown, loss, losses), reader)?);
                }
                Ok(found)
            }
            Fault::Unindexed(_) | Fault::Damaged(_) => {
                Ok(vec![told::fails_on_rows(course.script, &shown.fault)])
            }
            Fault::Trouble(_) if shown.fault.dangles() => {
                let finding = told::fails_on_rows(course.script, &shown.fault);
                let rows = shown.rows.iter().take(2).map(EdgeRow::told).collect::<Vec<_>>();
                Ok(vec![
                    finding.note(format!("it does so with the row {}", rows.join(", next to "))),
                ])
            }
            Fault::Trouble(_) => {
                let directive = self.directive(base, course, shown)?;
                let severity = self.ground.options.assumption_severity();
                let Shown { rows, fault, .. } = shown;
                let script = course.script;
                Ok(vec![told::relies_on_values(script, fault, rows, &directive, severity)])
            }
        }
    }

    fn lost(
        &self,
        base: &Lane,
        course: Course<'_>,
        (shown, loss, losses): (&Shown, &Loss, &[Loss]),
        reader: &mut Reader,
    ) -> Result<Option<Diagnostic>, Halt> {
        let Course { script, intent, .. } = course;
        let What::Rows { .. } = loss.what else {
            let siblings = siblings(losses, loss);
            return Ok(siblings
                .and_then(|siblings| messages::values_change(script, loss, &siblings, intent)));
        };
        let mut lane = self.copy(base)?;
        lane.write(&shown.rows)?;
        let culprit = lane.culprit(script, &loss.table, intent, reader)?;
        Ok(messages::rows_vanish(script, loss, &culprit, Seen::Edges))
    }

    /// The directive that rules these rows out: one that was tried, or the form of one.
    fn directive(&self, base: &Lane, course: Course<'_>, shown: &Shown) -> Result<String, Halt> {
        let Some(row) = shown.rows.first() else { return Ok(String::new()) };
        if let Some(assumption) = assumption(shown) {
            return Ok(DirectiveKind::Assumes(assumption).written());
        }
        for condition in assumption::conditions(course.script, &shown.fault, row) {
            let mut rows = Vec::new();
            for each in &shown.all {
                if each.table != row.table || base.meets(each, &condition)? {
                    rows.push(each.clone());
                }
            }
            let is_met = rows.iter().any(|each| each.table == row.table);
            if is_met && self.fault(base, course, &rows)?.is_none() {
                return Ok(format!("assumes({}: {condition})", row.table.written()));
            }
        }
        Ok(format!("assumes({}: <condition>)", row.table.written()))
    }
}

/// What an up may say of a loss that its down does not make good.
pub(crate) fn excuse(told: &Told, loss: &Loss) -> Rule {
    match &loss.what {
        What::Rows { .. } | What::Multiplied { .. } => Rule::PartialCopy,
        What::Value { .. } if told.drops_column(&loss.table, loss.column()) => Rule::DropColumn,
        What::Value { .. } => Rule::ValuesMove,
    }
}

/// Whether the file says that this loss is meant.
pub(crate) fn is_allowed(script: &CheckedScript, loss: &Loss) -> bool {
    let rule = match loss.what {
        What::Rows { .. } | What::Multiplied { .. } => Rule::PartialCopy,
        What::Value { .. } => Rule::ValuesMove,
    };
    loss.is_copied && script.says(DirectiveKind::Allow(rule))
}

/// The losses that are one finding with this one, which is the first of them: all values of a table.
pub(crate) fn siblings<'l>(losses: &'l [Loss], loss: &'l Loss) -> Option<Vec<&'l Loss>> {
    let is_sibling = |other: &&Loss| other.table == loss.table && other.column().is_some();
    if loss.column().is_none() {
        return Some(vec![loss]);
    }
    let siblings: Vec<_> = losses.iter().filter(is_sibling).collect();
    siblings.first().is_some_and(|first| std::ptr::eq(*first, loss)).then_some(siblings)
}

/// What has a word of its own.
fn assumption(shown: &Shown) -> Option<Assumption> {
    let message = &shown.fault.failure()?.message;
    let has_null = shown.rows.iter().any(EdgeRow::has_null);
    if message.starts_with("UNIQUE constraint") {
        Some(Assumption::NoDuplicates)
    } else if message.starts_with("FOREIGN KEY constraint") {
        Some(Assumption::NoOrphans)
    } else {
        (message.starts_with("NOT NULL constraint") && has_null).then_some(Assumption::NoNulls)
    }
}

/// What is left of a fault without what the file allows, and without values that it names: `nullif(year, 0)` and
/// `max(cents, 0)` say what becomes of the odd ones, where clean rows keep theirs.
fn unless_meant(script: &CheckedScript, fault: Fault) -> Option<Fault> {
    match fault {
        Fault::Changed(mut losses) => {
            let named = literals(script);
            losses.retain(|loss| !is_allowed(script, loss) && !loss.is_named(&named));
            (!losses.is_empty()).then_some(Fault::Changed(losses))
        }
        fault => Some(fault),
    }
}

/// The values that the statements of a script name.
fn literals(script: &CheckedScript) -> Vec<Value> {
    script.texts().flat_map(literals_in).collect()
}

/// Whether the file states that such rows do not occur.
pub(crate) fn is_ruled_out(script: &CheckedScript, fault: &Fault) -> bool {
    let says = |assumption| script.says(DirectiveKind::Assumes(assumption));
    let starts = |words| fault.failure().is_some_and(|failure| failure.message.starts_with(words));
    (starts("UNIQUE constraint") && says(Assumption::NoDuplicates))
        || (starts("NOT NULL constraint") && says(Assumption::NoNulls))
        || (says(Assumption::NoOrphans) && (starts("FOREIGN KEY constraint") || fault.dangles()))
}
