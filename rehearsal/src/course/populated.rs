//! Runs the set on populated tables: clean rows show errors, and allowed rows show assumptions.
//!
//! [`Populated::migrate`] gets what the run of a migration on empty tables showed, and then does the following:
//!
//! 1. `try_up_and_down` runs the up and the down on a track whose rows are of all kinds that the schema allows, and
//!    `check_restored` compares the rows after both with those before.
//! 2. If a script has a fault on these rows, `try_script` also runs it on a track with clean rows. `verdict` decides
//!    what the fault means: on clean rows it is an error, and on other rows an assumption that the author must state.
//! 3. `at_edges` tries both scripts on unusual values.
//! 4. If there was any fault, `in_parts` does all this again with each part of the migration on its own, that is with
//!    the statements on related objects. `beyond` continues after the statement at which a part stops. So no fault
//!    hides another.
//! 5. `give` inserts the rows that a person gave for the migrations that follow.
//!
//! `tracks` makes a track when a script needs one, and drops it when the script has a fault.

use std::collections::BTreeSet;
use std::sync::Arc;

use self::in_parts::Known;
use self::later_faults::Stop;
use self::script_on_rows::ScriptOnRows;
use self::tracks::{ALLOWED, CLEAN, Placed};
use super::edges;
use super::faults::Fault;
use super::findings::{losses, messages};
use super::known::empty_run::EmptyRun;
use super::known::script_run::ScriptRun;
use super::replay::Replay;
use crate::comparison::preserved::{Loss, What};
use crate::memo::Outcome;
use crate::rows::Rows;
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::schema::{Name, Reader, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::UntriedReason;
use migratory_analysis::{Assumption, DirectiveKind};

mod assumed_keys;
mod at_edges;
mod children;
mod in_parts;
mod later_faults;
mod orphans;
mod part_run;
mod saved_populated;
mod script_on_rows;
mod tracks;
mod verdict;
mod witness;

/// The rehearsal of the set on rows.
///
/// It has a track with all kinds of rows that the schema allows, and one with clean rows. The allowed rows include
/// clean ones, so a script that is right on all of them is right on these. The clean track is needed only when the
/// other one finds something.
pub(crate) struct Populated<'a> {
    context: Context<'a>,
    /// What was found so far.
    pub(crate) outcome: Outcome,
    /// What the empty tables showed about the migrations so far; the last one is being tried.
    empty_run: Vec<Arc<EmptyRun>>,
    tracks: [Option<Placed>; 2],
    replay: Replay<'a>,
    /// The definitions that tracks have read, for the search for the statement that loses rows.
    reader: Reader,
    /// The tables that could not be filled while the migration had a fault.
    excused: BTreeSet<Name>,
    /// Whether a person gave rows.
    is_given: bool,
    /// Whether a script failed on given rows, so that nothing after it can be tried.
    is_stopped: bool,
    /// Whether a script of the migration fails on texts that are numbers, and not on words.
    needs_words: bool,
    /// How many faults the scripts had, reported or not.
    faults: usize,
    /// The statements of the migration that failed on rows.
    stops: Vec<Stop>,
    /// The schema by which to fill tables after this many migrations, if the next script states that a new
    /// key has no orphans.
    assumed: Option<(usize, Arc<Schema>)>,
}

impl<'a> Populated<'a> {
    pub(crate) fn new(context: Context<'a>) -> Self {
        Self {
            context,
            outcome: Outcome::default(),
            empty_run: Vec::new(),
            tracks: [None, None],
            replay: Replay::new(context, true),
            reader: Reader::default(),
            excused: BTreeSet::new(),
            is_given: false,
            is_stopped: false,
            needs_words: false,
            faults: 0,
            stops: Vec::new(),
            assumed: None,
        }
    }

    /// Runs the next migration up and down on populated tables, if it is to be tried.
    pub(crate) fn migrate(
        &mut self,
        empty_run: &Arc<EmptyRun>,
        is_tried: bool,
    ) -> Result<(), Halt> {
        self.empty_run.push(Arc::clone(empty_run));
        let migration = &self.context.set[self.at()];
        if !is_tried || !migration.up.is_rehearsed() || self.is_stopped {
            return self.give(empty_run);
        }
        self.try_migration(empty_run)?;
        if self.is_stopped {
            return Ok(());
        }
        self.give(empty_run)?;
        if migration.up.has_code() {
            // The rows in these tracks lack what the step would have filled. New rows are complete.
            self.drop_tracks();
        }
        Ok(())
    }

    /// The index of the migration that is being tried.
    fn at(&self) -> usize {
        self.empty_run.len() - 1
    }

    /// Inserts the rows that a person gave after a migration, and reports what is wrong with them, also after
    /// a migration that is accepted as it is or not rehearsed.
    fn give(&mut self, empty_run: &EmptyRun) -> Result<(), Halt> {
        let at = self.at();
        let migration = &self.context.set[at];
        let Some(rows) = &migration.rows else { return Ok(()) };
        // From here on, the tracks hold the given rows instead of generated ones.
        self.drop_tracks();
        self.is_given = true;
        if self.is_stopped || !self.context.options.populated {
            return Ok(());
        }
        let mut track = self.new_track(at, Rows::CLEAN)?;
        if migration.up.is_rehearsed() {
            track.run(empty_run.script_run(self.context.up(at)))?;
        }
        if let Some(trouble) = track.give(rows)? {
            self.outcome.found.push(messages::rows_fail(rows, &trouble));
        }
        Ok(())
    }

    /// Tries the up and the down, and if one has a fault, each of their parts.
    fn try_migration(&mut self, empty_run: &EmptyRun) -> Result<(), Halt> {
        let (known, faults) = (Known::of(&self.outcome), self.faults);
        self.stops.clear();
        self.try_up_and_down(empty_run)?;
        if self.faults > faults && !self.is_stopped {
            self.try_parts(empty_run, known)?;
        }
        Ok(())
    }

    /// Tries the up, then the down, and compares the values with those before; then tries both on edge rows.
    fn try_up_and_down(&mut self, empty_run: &EmptyRun) -> Result<(), Halt> {
        let at = self.at();
        let up = ScriptOnRows {
            script_run: empty_run.script_run(self.context.up(at)),
            rules: &empty_run.rules,
            differences: &[],
            before: at,
            after: at + 1,
            // A step of an up comes after its SQL.
            is_helped: false,
        };
        let is_marked = !empty_run.up.is_additive();
        self.assumed = None;
        self.assume_keys(at, up.script_run);
        if is_marked {
            self.track_at(ALLOWED, at, allowed(up.script()))?.mark(&empty_run.up)?;
        }
        let first = self.outcome.found.len();
        self.needs_words = false;
        self.try_script(up)?;
        self.try_down(up, empty_run, is_marked)?;
        if !self.is_stopped {
            // The trial on edge rows may replace these tracks.
            let is_sound = empty_run.skipped.is_empty() && self.outcome.found.len() == first;
            self.note_gaps(self.context.set[at].version, is_sound);
            self.try_edges(up, empty_run, first)?;
        }
        Ok(())
    }

    /// Tries the down after an up, and compares the values with those before if they are marked.
    fn try_down(
        &mut self,
        up: ScriptOnRows<'_>,
        empty_run: &EmptyRun,
        is_marked: bool,
    ) -> Result<(), Halt> {
        let at = up.before;
        let migration = &self.context.set[at];
        let (Some(restoring), Some(script)) = (&empty_run.down, self.context.down(at)) else {
            return Ok(());
        };
        if self.is_stopped {
            return Ok(());
        }
        let script_run = restoring.script_run(script);
        let is_helped = migration.has_code();
        let differences = &restoring.differences;
        let down =
            ScriptOnRows { script_run, differences, before: at + 1, after: at, is_helped, ..up };
        self.assume_keys(at + 1, script_run);
        self.try_script(down)?;
        if is_marked {
            self.check_restored(up, down, empty_run)?;
        }
        if !restoring.is_exact() {
            // No track has the schema from before the up.
            self.drop_tracks();
        }
        Ok(())
    }

    /// Checks that the down restores what was there before the up.
    ///
    /// A change of NULLs and duplicates is not a loss: clean rows decide. `allow(drop_column)` covers the
    /// columns that the up drops, and no others.
    fn check_restored(
        &mut self,
        up: ScriptOnRows<'_>,
        down: ScriptOnRows<'_>,
        empty_run: &EmptyRun,
    ) -> Result<(), Halt> {
        let says = |rule| up.script().says(DirectiveKind::Allow(rule));
        let excuse = |loss: &Loss| edges::excuse(empty_run, loss);
        let is_meant = |loss: &Loss| says(excuse(loss)) || edges::lets_change(up.script(), loss);
        let scripts = [up.script_run, down.script_run];
        let returned = self.tracks[ALLOWED].as_mut().filter(|placed| placed.count == up.before);
        let marked = match returned {
            Some(placed) => placed.track.since_mark(scripts)?,
            None => None,
        };
        if marked.is_some_and(|losses| losses.iter().all(is_meant)) {
            return Ok(());
        }
        self.faults += 1;
        self.track_at(CLEAN, up.before, Rows::CLEAN)?.mark(up.script_run.intent)?;
        for trial in [up, down] {
            if self.run_checked(CLEAN, trial, Rows::CLEAN)?.is_some() {
                return Ok(());
            }
        }
        let track = self.track_at(CLEAN, up.before, Rows::CLEAN)?;
        let losses = track.since_mark(scripts)?.unwrap_or_default();
        for loss in losses.into_iter().filter(|loss| !is_meant(loss) && !down.differs(loss)) {
            let found = losses::not_restored(down.script(), &loss, excuse(&loss));
            let Some(loss) = found else { continue };
            // Only the step could show whether it restores the values.
            if down.is_helped {
                self.outcome.rehearsal.leave(&down.script().file, UntriedReason::Step);
            } else {
                self.outcome.found.push(loss);
            }
        }
        Ok(())
    }

    /// Tries a script on all kinds of allowed rows, and if it has a fault, on clean ones.
    fn try_script(&mut self, trial: ScriptOnRows<'_>) -> Result<(), Halt> {
        let rows = allowed(trial.script());
        let Some(fault) = self.run_checked(ALLOWED, trial, rows)? else {
            let placed = self.tracks[ALLOWED].as_mut();
            let losing = placed.map(|placed| placed.track.take_losing()).unwrap_or_default();
            return losing.iter().try_for_each(|table| self.check_children(trial, table, rows));
        };
        self.faults += 1;
        match self.run_checked(CLEAN, trial, Rows::CLEAN)? {
            Some(fault) => self.on_clean(trial, &fault),
            None => self.on_allowed(trial, fault, rows),
        }
    }
}

/// Returns the kinds of rows that the schema allows, without those that the file rules out.
fn allowed(script: &CheckedScript) -> Rows {
    let has = |assumption| !script.says(DirectiveKind::Assumes(assumption));
    let mut rows = Rows::ALLOWED;
    rows.duplicates &= has(Assumption::NoDuplicates);
    rows.nulls &= has(Assumption::NoNulls);
    rows
}
