//! Tries a migration on edge rows: unusual values that the schema allows.
//!
//! The up and the down run on the allowed rows and on edge rows, and are rolled back. If one of them fails or
//! loses something, it runs again on copies with ever fewer rows, until those remain that show the fault.

use std::collections::BTreeSet;

pub(crate) use self::allowed_losses::{excuse, is_allowed, lets_change};
use self::named::literals;
use super::faults::{Fault, guessed_condition, stated_assumptions};
use super::findings::losses::{self, Seen};
use super::findings::{changed_values, messages};
use super::known::empty_run::EmptyRun;
use super::known::script_run::ScriptRun;
use super::track::{Edging, Track};
use crate::comparison::contents::Contents;
use crate::comparison::preserved::{self, Intentions, Loss, What};
use crate::mention::Mention;
use crate::rows::EdgeRow;
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::schema::{Name, Reader};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Assumption, Condition, DirectiveKind, Rule};
use migratory_analysis::{Diagnostic, Exception};

mod allowed_losses;
mod named;
mod restricted;
mod search;

/// A migration that passed on the allowed rows.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) up: ScriptRun<'a>,
    pub(crate) down: Option<ScriptRun<'a>>,
    pub(crate) empty_run: &'a EmptyRun,
    /// Whether a step in Rust follows the up: without it, the fate of the rows is unknown.
    pub(crate) has_step: bool,
    /// Tables that get no edge rows, because an error already says that their schema must change.
    pub(crate) spared: &'a BTreeSet<Name>,
}

/// A finding, and the table whose rows show it.
pub(crate) type Found = (Option<Name>, Diagnostic);

/// One script of the pair, tried on edge rows.
pub(crate) struct Edges<'a, 'f> {
    pair: Pair<'a>,
    script_run: ScriptRun<'a>,
    /// Makes a track with the allowed rows that the script runs on.
    fresh: &'f mut dyn FnMut() -> Result<Track, Halt>,
    /// The losses that occur without edge rows: they are reported already, or intended.
    known: Vec<Loss>,
    /// Whether the search stopped because the author's assumptions rule out too many faults.
    pub(crate) is_given_up: bool,
    /// Whether the script fails even without edge rows, on rows that earlier scripts left.
    pub(crate) is_unfit: bool,
}

/// A fault of a script, and the rows that show it.
struct Shown {
    rows: Vec<EdgeRow>,
    /// The rows among which they were found.
    all: Vec<EdgeRow>,
    fault: Fault,
}

impl Pair<'_> {
    /// Whether the up passes on edge rows, and the down brings them back.
    pub(crate) fn is_up_sound(&self, track: &mut Track) -> Result<bool, Halt> {
        if self.is_restricted(track, self.up) {
            return Ok(false);
        }
        track.add_edges(self.up, self.edging(self.up.script))?;
        let before = track.contents(self.up)?;
        let fault = track.run_checked_from(&before, self.up)?;
        if fault.is_some_and(|fault| self.unless_meant(self.up.script, fault).is_some()) {
            return Ok(false);
        }
        Ok(self.on_return(track, &before)?.is_empty())
    }

    /// Whether a down passes on rows that the schema after the up allows.
    pub(crate) fn is_down_sound(
        &self,
        track: &mut Track,
        down: ScriptRun<'_>,
    ) -> Result<bool, Halt> {
        if self.is_restricted(track, down) {
            return Ok(false);
        }
        track.add_edges(down, self.edging(down.script))?;
        let fault = track.run_checked(down)?;
        Ok(fault.is_none_or(|fault| self.unless_meant(down.script, fault).is_none()))
    }

    /// Returns the fault without what the file allows and without values that it names: `nullif(year, 0)` and
    /// `max(cents, 0)` say what becomes of unusual values, as long as clean rows keep theirs.
    fn unless_meant(&self, script: &CheckedScript, fault: Fault) -> Option<Fault> {
        match fault {
            _ if fault.is_failure() => Some(fault),
            _ if self.has_step => None,
            Fault::Changed(mut losses) => {
                let named = literals(script);
                let context = self.context;
                losses.retain(|loss| !is_allowed(context, script, loss) && !loss.is_named(&named));
                (!losses.is_empty()).then_some(Fault::Changed(losses))
            }
            fault => Some(fault),
        }
    }

    fn edging(&self, script: &CheckedScript) -> Edging<'_> {
        let has = |assumption| !script.says(DirectiveKind::Assumes(assumption));
        let [duplicates, nulls] = [Assumption::NoDuplicates, Assumption::NoNulls].map(has);
        let orphans = !self.context.options.foreign_keys && has(Assumption::NoOrphans);
        Edging { duplicates, nulls, orphans, spared: self.spared, down: self.down }
    }

    /// Returns what the down does not restore of the rows before the up, unless a statement says otherwise.
    fn on_return(&self, track: &mut Track, before: &Contents) -> Result<Vec<Loss>, Halt> {
        let Some(down) = self.down else { return Ok(Vec::new()) };
        if track.run(down)?.is_some() {
            // Rows that the schema after the up allows show this failure too.
            return Ok(Vec::new());
        }
        let after = track.contents(self.up)?;
        let scripts = [self.up, down];
        let intentions = Intentions {
            deletes: &|table| scripts.iter().any(|script_run| script_run.deletes(table)),
            updates: &|table, column| ScriptRun::update(scripts, table, column),
            merges: &|table| self.up.merges(track.schema(), table),
            maps: &|table, [column, _], values| {
                ScriptRun::map_back(scripts, (table, column), values)
            },
        };
        let mut losses = preserved::not_restored(before, &after, &intentions);
        let named = [literals(self.up.script), literals(down.script)].concat();
        // Rowids are compared for each script on its own.
        let is_meant = |loss: &Loss| self.is_meant(loss) || loss.is_named(&named);
        losses.retain(|loss| !is_meant(loss) && !loss.is_of_rowid());
        Ok(losses)
    }

    /// Whether the up allows this loss after up and down.
    fn is_meant(&self, loss: &Loss) -> bool {
        let says = |rule| self.up.script.says(DirectiveKind::Allow(rule));
        match &loss.what {
            // If some rows of a dropped table come back, all of them should.
            What::Rows { gone, total, .. } => {
                says(Rule::PartialCopy) || (says(Rule::DropTable) && gone == total)
            }
            _ => {
                says(Rule::DropTable)
                    || says(excuse(self.empty_run, loss))
                    || lets_change(self.up.script, loss)
            }
        }
    }
}

impl<'a, 'f> Edges<'a, 'f> {
    /// Prepares the trial of one script; `fresh` makes a track with the allowed rows that it runs on.
    pub(crate) fn new(
        pair: Pair<'a>,
        script_run: ScriptRun<'a>,
        fresh: &'f mut dyn FnMut() -> Result<Track, Halt>,
    ) -> Self {
        let (known, is_given_up, is_unfit) = (Vec::new(), false, false);
        Self { pair, script_run, fresh, known, is_given_up, is_unfit }
    }
}

impl Edges<'_, '_> {
    /// Returns what edge rows show about the up, and about up and down together.
    pub(crate) fn of_up(&mut self, reader: &mut Reader) -> Result<Vec<Found>, Halt> {
        let (mut found, passed) = self.of_script(reader)?;
        if let Some(rows) = passed {
            search::add(&mut found, self.restricted(&rows)?);
            found.extend(self.there_and_back(&rows)?);
        }
        Ok(found)
    }

    /// Returns what rows that only the schema after the up allows show about the down.
    pub(crate) fn of_down(&mut self, reader: &mut Reader) -> Result<Vec<Found>, Halt> {
        let (mut found, passed) = self.of_script(reader)?;
        if let Some(rows) = passed {
            search::add(&mut found, self.restricted(&rows)?);
        }
        Ok(found)
    }

    /// Returns the fewest edge rows on which the script fails as it did on others; none if it does not fail so.
    pub(crate) fn witness(&mut self, fault: &Fault) -> Result<Vec<EdgeRow>, Halt> {
        let edging = self.pair.edging(self.script_run.script);
        let rows = (self.fresh)()?.add_edges(self.script_run, edging)?;
        match self.fault(&rows)? {
            Some(found) if found.is_alike(fault) => {
                let shown = Shown { rows: rows.clone(), all: rows, fault: found };
                Ok(self.smallest(shown)?.rows)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Makes a track that also has these rows.
    fn with(&mut self, rows: &[EdgeRow]) -> Result<Track, Halt> {
        let mut track = (self.fresh)()?;
        // Edge rows refer to rows that must be there first.
        track.fill()?;
        track.write(rows)?;
        Ok(track)
    }

    /// Returns the fault of the script on these rows, if it has one.
    fn fault(&mut self, rows: &[EdgeRow]) -> Result<Option<Fault>, Halt> {
        let fault = self.with(rows)?.run_checked(self.script_run)?;
        let fault = fault.and_then(|fault| self.pair.unless_meant(self.script_run.script, fault));
        Ok(match fault {
            Some(Fault::Changed(mut losses)) => {
                losses.retain(|loss| !self.known.iter().any(|known| known.is_alike(loss)));
                (!losses.is_empty()).then_some(Fault::Changed(losses))
            }
            fault => fault,
        })
    }

    /// Checks that up and down restore each row and value, unless a statement says otherwise.
    fn there_and_back(&mut self, rows: &[EdgeRow]) -> Result<Vec<Found>, Halt> {
        let Pair { up, down: Some(down), empty_run, .. } = self.pair else { return Ok(Vec::new()) };
        let mut track = self.with(rows)?;
        let before = track.contents(up)?;
        if track.run(up)?.is_some() {
            return Ok(Vec::new());
        }
        let mut losses = self.pair.on_return(&mut track, &before)?;
        losses.retain(|loss| !self.known.iter().any(|known| known.table == loss.table));
        // One loss per table is enough: the others have the same cause.
        losses.dedup_by(|one, other| one.table == other.table);
        let found = |loss: &Loss| {
            let finding = losses::not_restored(down.script, loss, excuse(empty_run, loss))?;
            Some((Some(loss.table.clone()), finding))
        };
        Ok(losses.iter().filter_map(found).collect())
    }

    fn found(&mut self, shown: &Shown, reader: &mut Reader) -> Result<Vec<Found>, Halt> {
        let script = self.script_run.script;
        let table = shown.rows.first().map(|row| row.table.clone());
        match &shown.fault {
            Fault::Changed(losses) => {
                let (caused, losses) = self.script_run.effects(losses);
                let mut found = losses::side_effects(script, &caused);
                for loss in &losses {
                    let finding = self.lost((shown, loss, &losses), reader)?;
                    found.extend(finding.map(|finding| (Some(loss.table.clone()), finding)));
                }
                Ok(found)
            }
            Fault::Unindexed(_) | Fault::Damaged(_) => {
                Ok(vec![(table, messages::fails_on_rows(script, &shown.fault))])
            }
            _ if shown.fault.dangles() => {
                let finding = messages::fails_on_rows(script, &shown.fault);
                let rows = shown.rows.iter().take(2).map(EdgeRow::described).collect::<Vec<_>>();
                let note = format!("it does so with the row {}", rows.join(", next to "));
                let tables = shown.rows.iter().take(2).map(|row| &row.table);
                Ok(vec![(table, finding.note(note).mentioning(tables))])
            }
            _ if stated_assumptions::finds_nothing(script, &shown.fault) => {
                let severity = self.pair.context.options.assumption_severity();
                let rows: Vec<_> = shown.rows.iter().map(described).collect();
                let finding = messages::finds_nothing(script, &shown.fault, &rows, severity);
                Ok(vec![(table, finding)])
            }
            Fault::Trouble(_) | Fault::Unreadable { .. } => {
                let exception = self.exception(shown)?;
                let severity = self.pair.context.options.assumption_severity();
                let Shown { rows, fault, .. } = shown;
                let rows: Vec<_> = rows.iter().map(described).collect();
                let finding = messages::relies_on_values(script, fault, &rows, exception, severity);
                Ok(vec![(table, finding)])
            }
        }
    }

    fn lost(
        &mut self,
        (shown, loss, losses): (&Shown, &Loss, &[Loss]),
        reader: &mut Reader,
    ) -> Result<Option<Diagnostic>, Halt> {
        let ScriptRun { script, intent, .. } = self.script_run;
        let What::Rows { .. } = loss.what else {
            return Ok(changed_values::finding(self.script_run, losses, loss));
        };
        let culprit = self.with(&shown.rows)?.culprit(script, &loss.table, intent, reader)?;
        Ok(losses::rows_vanish(script, loss, &culprit, Seen::Edges))
    }

    /// Returns the directive that rules these rows out: one that was tried, or a template for one.
    fn exception(&mut self, shown: &Shown) -> Result<Exception, Halt> {
        let Some(row) = shown.rows.first() else {
            return Ok(Exception::Assumes(messages::assumption(&shown.fault)));
        };
        if let Some(assumption) = assumption(self.script_run, shown) {
            return Ok(Exception::Assumes(assumption));
        }
        let condition =
            |sql| Exception::AssumesCondition(Condition { table: row.table.to_string(), sql });
        let track = (self.fresh)()?;
        for sql in
            guessed_condition::conditions(self.script_run.script, &shown.fault, row.columns())
        {
            let mut rows = Vec::new();
            for each in &shown.all {
                if each.table != row.table || track.meets(each, &sql)? {
                    rows.push(each.clone());
                }
            }
            let is_met = rows.iter().any(|each| each.table == row.table);
            let is_alike = |fault: Fault| fault.is_alike(&shown.fault);
            if is_met && !self.fault(&rows)?.is_some_and(is_alike) {
                return Ok(condition(sql));
            }
        }
        Ok(condition("<condition>".to_owned()))
    }
}

/// Shows a row, and names its table.
pub(crate) fn described(row: &EdgeRow) -> Mention {
    Mention::new(row.described(), [&row.table])
}

/// Returns the assumption that has a directive word of its own.
fn assumption(script_run: ScriptRun<'_>, shown: &Shown) -> Option<Assumption> {
    let stated = stated_assumptions::stated(script_run.script, &shown.fault, script_run.schema)?;
    let has_null = shown.rows.iter().any(EdgeRow::has_null);
    (stated != Assumption::NoNulls || has_null).then_some(stated)
}
