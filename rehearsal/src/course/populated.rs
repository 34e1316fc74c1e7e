//! Runs the set on populated tables: clean rows show errors, and allowed rows show assumptions.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_runtime::Version;

use self::beyond::Stop;
use self::in_parts::Known;
use super::edges;
use super::fault::{Fault, Halt};
use super::loss_messages;
use super::messages;
use super::preserved::{Loss, What};
use super::replay::Replay;
use super::track::Track;
use crate::context::Context;
use crate::course::script_run::ScriptRun;
use crate::course::shown::Told;
use crate::memo::Outcome;
use crate::rows::Rows;
use crate::schema::{Difference, Name, Reader, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Assumption, DirectiveKind};
use migratory_analysis::{Code, Rehearsal, UntriedReason};

mod assumed_keys;
mod at_edges;
mod beyond;
mod children;
mod in_parts;
mod orphans;
mod performed;
mod verdict;
mod witness;

/// The tracks with clean rows and with all kinds of rows that the schema allows, each at some version.
///
/// The allowed rows include clean ones, so a script that is right on all of them is right on these. The clean
/// track is needed only when the other one finds something.
pub(crate) struct Populated<'a> {
    context: Context<'a>,
    /// What the empty tables showed about the migrations so far.
    told: Vec<Arc<Told>>,
    tracks: [Option<Standing>; 2],
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

const CLEAN: usize = 0;
const ALLOWED: usize = 1;

struct Standing {
    /// How many migrations are applied.
    count: usize,
    rows: Rows,
    track: Track,
}

/// A script on rows, and how many migrations are applied before it.
#[derive(Clone, Copy)]
struct Trial<'a> {
    script_run: ScriptRun<'a>,
    /// The codes of the rules that found something in the migration.
    rules: &'a [Code],
    /// How the schema that it leaves differs from the one that it should leave.
    differences: &'a [Difference],
    before: usize,
    after: usize,
    /// Whether a step in Rust, which does not run here, may prepare the rows for the script.
    is_helped: bool,
}

impl<'a> Trial<'a> {
    fn script(&self) -> &'a CheckedScript {
        self.script_run.script
    }

    /// Whether a rule has already reported what the rows show now.
    fn is_reported(&self, loss: &Loss) -> bool {
        let rules: &[Code] = match &loss.what {
            What::Value { .. } if loss.is_copied => &[Code::PositionalCopy, Code::RenameFirst],
            _ => &[Code::ReplaceParent, Code::RenameFirst],
        };
        rules.iter().any(|rule| self.rules.contains(rule)) || self.differs(loss)
    }

    /// Whether the definition of the column whose values changed differs too.
    fn differs(&self, loss: &Loss) -> bool {
        let is_it = |it: &Difference| it.name == loss.table && it.column() == loss.column();
        loss.column().is_some() && self.differences.iter().any(is_it)
    }
}

impl<'a> Populated<'a> {
    pub(crate) fn new(context: Context<'a>) -> Self {
        Self {
            context,
            told: Vec::new(),
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
        told: &Arc<Told>,
        is_tried: bool,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let at = self.told.len();
        self.told.push(Arc::clone(told));
        let migration = &self.context.set[at];
        if !is_tried || !migration.up.is_rehearsed() || self.is_stopped {
            return self.give(at, told, outcome);
        }
        self.try_both(at, told, outcome)?;
        if self.is_stopped {
            return Ok(());
        }
        self.give(at, told, outcome)?;
        if migration.up.has_code() {
            // The rows in these tracks lack what the step would have filled. New rows are complete.
            self.tracks = [None, None];
        }
        Ok(())
    }

    /// Inserts the rows that a person gave after a migration, and reports what is wrong with them, also after
    /// a migration that is accepted as it is or not rehearsed.
    fn give(&mut self, at: usize, told: &Told, outcome: &mut Outcome) -> Result<(), Halt> {
        let migration = &self.context.set[at];
        let Some(rows) = &migration.rows else { return Ok(()) };
        // From here on, the tracks hold the given rows instead of generated ones.
        self.tracks = [None, None];
        self.is_given = true;
        // The set has already passed with these rows.
        if self.is_stopped || !self.context.options.populated || at < self.context.passed {
            return Ok(());
        }
        let mut track = self.track(at, Rows::CLEAN)?;
        if migration.up.is_rehearsed() {
            let _ = track.run(told.script_run(self.context.up(at)))?;
        }
        if let Err(trouble) = track.give(rows)? {
            outcome.found.push(messages::rows_fail(rows, &trouble));
        }
        Ok(())
    }

    /// Tries the up and the down, and if one has a fault, each of their parts.
    fn try_both(&mut self, at: usize, told: &Told, outcome: &mut Outcome) -> Result<(), Halt> {
        let (known, faults) = (Known::of(outcome), self.faults);
        self.stops.clear();
        self.try_whole(at, told, outcome)?;
        if self.faults > faults && !self.is_stopped {
            self.try_parts(at, told, known, outcome)?;
        }
        Ok(())
    }

    /// Tries the up, then the down, and compares the values with those before.
    fn try_whole(&mut self, at: usize, told: &Told, outcome: &mut Outcome) -> Result<(), Halt> {
        let up = Trial {
            script_run: told.script_run(self.context.up(at)),
            rules: &told.rules,
            differences: &[],
            before: at,
            after: at + 1,
            // A step of an up comes after its SQL.
            is_helped: false,
        };
        let is_marked = !told.up.is_additive();
        self.assumed = None;
        self.assume_keys(at, up.script_run);
        if is_marked {
            self.stand(ALLOWED, at, allowed(up.script()))?.mark(&told.up)?;
        }
        let found = outcome.found.len();
        self.needs_words = false;
        self.try_out(up, outcome)?;
        self.try_back(up, told, is_marked, outcome)?;
        if !self.is_stopped {
            // The trial on edge rows may replace these tracks.
            let is_sound = told.left_out.is_empty() && outcome.found.len() == found;
            self.note_gaps(self.context.set[at].version, is_sound, &mut outcome.rehearsal);
            self.try_edges(up, told, found, outcome)?;
        }
        Ok(())
    }

    /// Tries the down, and compares the values with those before.
    fn try_back(
        &mut self,
        up: Trial<'_>,
        told: &Told,
        is_marked: bool,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let at = up.before;
        let migration = &self.context.set[at];
        let (Some(restoring), Some(script)) = (&told.down, self.context.down(at)) else {
            return Ok(());
        };
        if self.is_stopped {
            return Ok(());
        }
        let script_run = restoring.script_run(script);
        let is_helped = migration.has_code();
        let differences = &restoring.differences;
        let down = Trial { script_run, differences, before: at + 1, after: at, is_helped, ..up };
        self.assume_keys(at + 1, script_run);
        self.try_out(down, outcome)?;
        if is_marked {
            self.compare(up, down, told, outcome)?;
        }
        if !restoring.is_exact() {
            // No track has the schema from before the up.
            self.tracks = [None, None];
        }
        Ok(())
    }

    /// Checks that the down restores what was there before the up.
    ///
    /// A change of NULLs and duplicates is not a loss: clean rows decide. `allow(drop_column)` covers the
    /// columns that the up drops, and no others.
    fn compare(
        &mut self,
        up: Trial<'_>,
        down: Trial<'_>,
        told: &Told,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let says = |rule| up.script().says(DirectiveKind::Allow(rule));
        let excuse = |loss: &Loss| edges::excuse(told, loss);
        let is_meant = |loss: &Loss| says(excuse(loss)) || edges::lets_change(up.script(), loss);
        let scripts = [up.script_run, down.script_run];
        let returned = self.tracks[ALLOWED].as_mut().filter(|standing| standing.count == up.before);
        let marked = match returned {
            Some(standing) => standing.track.since_mark(scripts)?,
            None => None,
        };
        if marked.is_some_and(|losses| losses.iter().all(is_meant)) {
            return Ok(());
        }
        self.faults += 1;
        self.stand(CLEAN, up.before, Rows::CLEAN)?.mark(up.script_run.intent)?;
        for trial in [up, down] {
            if self.hold(CLEAN, trial, Rows::CLEAN)?.is_err() {
                return Ok(());
            }
        }
        let track = self.stand(CLEAN, up.before, Rows::CLEAN)?;
        let losses = track.since_mark(scripts)?.unwrap_or_default();
        for loss in losses.into_iter().filter(|loss| !is_meant(loss) && !down.differs(loss)) {
            let found = loss_messages::not_restored(down.script(), &loss, excuse(&loss));
            let Some(loss) = found else { continue };
            // Only the step could show whether it restores the values.
            if down.is_helped {
                outcome.rehearsal.leave(&down.script().file, UntriedReason::Step);
            } else {
                outcome.found.push(loss);
            }
        }
        Ok(())
    }

    /// Tries a script on all kinds of allowed rows, and if it has a fault, on clean ones.
    fn try_out(&mut self, trial: Trial<'_>, outcome: &mut Outcome) -> Result<(), Halt> {
        let rows = allowed(trial.script());
        let Err(fault) = self.hold(ALLOWED, trial, rows)? else {
            let standing = self.tracks[ALLOWED].as_mut();
            let losing = standing.map(|standing| standing.track.take_losing()).unwrap_or_default();
            return losing
                .iter()
                .try_for_each(|table| self.check_children(trial, table, rows, outcome));
        };
        self.faults += 1;
        match self.hold(CLEAN, trial, Rows::CLEAN)? {
            Err(fault) => self.on_clean(trial, &fault, outcome),
            Ok(()) => self.on_allowed(trial, fault, rows, outcome),
        }
    }

    /// Makes a new track with such rows after `count` migrations.
    fn track(&mut self, count: usize, rows: Rows) -> Result<Track, Halt> {
        let last = self.told[..count].last();
        let schema = match &self.assumed {
            Some((at, schema)) if *at == count => Arc::clone(schema),
            _ => last.map(|told| Arc::clone(&told.schema)).unwrap_or_default(),
        };
        Ok(Track::new(self.context, self.replay.after(count)?, schema, rows))
    }

    /// Returns a track with such rows after `count` migrations: the existing one, if it can be brought there.
    fn stand(&mut self, which: usize, count: usize, rows: Rows) -> Result<&mut Track, Halt> {
        let standing = self.tracks[which].take();
        let fits = |standing: &Standing| standing.rows == rows && standing.count <= count;
        let mut standing = standing.filter(fits);
        if let Some(Standing { count: from, track, .. }) = &mut standing {
            let missing = *from..count;
            if !track.follow(self.context, missing.clone(), &self.told[missing])? {
                standing = None;
            }
        }
        let track = match standing {
            Some(standing) => standing.track,
            None => self.track(count, rows)?,
        };
        Ok(&mut self.tracks[which].insert(Standing { count, rows, track }).track)
    }

    /// Runs the script on a track, which advances if the script is right and is dropped if not.
    fn hold(
        &mut self,
        which: usize,
        trial: Trial<'_>,
        rows: Rows,
    ) -> Result<Result<(), Fault>, Halt> {
        let held = self.stand(which, trial.before, rows)?.hold(trial.script_run)?;
        let slot = &mut self.tracks[which];
        match &held {
            Ok(()) => slot.iter_mut().for_each(|standing| standing.count = trial.after),
            Err(_) => *slot = None,
        }
        Ok(held)
    }

    /// Records the tables that could not be filled, unless a fault in the migration may be the reason.
    fn note_gaps(&mut self, version: Version, is_sound: bool, rehearsal: &mut Rehearsal) {
        for (table, why) in self.tracks.iter().flatten().flat_map(|standing| standing.track.gaps())
        {
            if !is_sound {
                self.excused.insert(table.clone());
            } else if !self.excused.contains(table) {
                let gap = (version, why.clone());
                rehearsal.gaps.entry(table.to_string()).or_insert(gap);
            }
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
