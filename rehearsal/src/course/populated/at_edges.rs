//! Tries the up and the down on edge rows.

use std::collections::BTreeSet;
use std::mem;

use super::{
    ALLOWED, CheckedScript, EmptyRun, Halt, Populated, Rows, ScriptOnRows, ScriptRun, allowed,
};
use crate::course::edges::{Edges, Found, Pair};
use crate::course::findings::deduplication;
use crate::schema::{Name, Reader};
use crate::script::by_value::depends_on_values;
use migratory_analysis::{Code, Severity, UntriedReason};

/// How to examine a script that does not pass.
type Look = fn(&mut Edges<'_, '_>, &mut Reader) -> Result<Vec<Found>, Halt>;

/// What edge rows show about a script.
struct Details {
    found: Vec<Found>,
    /// Whether the script already fails on other rows.
    is_unfit: bool,
}

impl Populated<'_> {
    /// Tries the up and the down on edge rows if values matter to them, and adds findings that the
    /// migration does not have yet; its findings start at `first`.
    pub(super) fn try_edges(
        &mut self,
        up: ScriptOnRows<'_>,
        empty_run: &EmptyRun,
        first: usize,
    ) -> Result<(), Halt> {
        let at = up.before;
        let script = self.context.down(at).filter(|script| !script.has_code());
        // A step of a down comes before its SQL.
        let down = empty_run.down.as_ref().filter(|down| down.is_exact()).zip(script);
        let down = down.map(|(restoring, script)| restoring.script_run(script));
        let before = at.checked_sub(1).map(|last| &self.empty_run[last].schema);
        let by_up = before.is_some_and(|schema| depends_on_values(up.script(), schema));
        let by_down = down.filter(|down| depends_on_values(down.script, &empty_run.schema));
        let has_step = up.script().has_code();
        let (none, spared) = (BTreeSet::new(), unsettled(empty_run));
        let pair = Pair {
            context: self.context,
            up: up.script_run,
            down: down.filter(|_| !has_step),
            empty_run,
            has_step,
            spared: &none,
        };
        if by_up || by_down.is_some() {
            let found = self.of_up(up, pair, first)?;
            self.take_new(found, empty_run, first);
        }
        if let Some(down) = by_down {
            let pair = Pair { spared: &spared, ..pair };
            let found = self.of_down(up, pair, down)?;
            self.take_new(found, empty_run, first);
        }
        Ok(())
    }

    fn of_up(
        &mut self,
        up: ScriptOnRows<'_>,
        pair: Pair<'_>,
        first: usize,
    ) -> Result<Vec<Found>, Halt> {
        let (context, rows) = (self.context, self.base_rows(up.script()));
        let track = self.track_at(ALLOWED, up.before, rows)?;
        if !track.touches(up.script_run) {
            return Ok(Vec::new());
        }
        let scripts: Vec<_> = std::iter::once(up.script_run).chain(pair.down).collect();
        if track.tentatively(context, &scripts, |track| pair.is_up_sound(track))? == Some(true) {
            return Ok(Vec::new());
        }
        self.faults += 1;
        let look: Look = |edges, reader| edges.of_up(reader);
        let Details { found, is_unfit } = self.details(pair, up.script_run, up.before, look)?;
        if !is_unfit || self.outcome.found.len() > first {
            return Ok(found);
        }
        // These rows have been up and down, and a down need not restore values that the up changes.
        self.drop_tracks();
        self.try_script(up)?;
        if self.outcome.found.len() > first {
            return Ok(found);
        }
        Ok(self.details(pair, up.script_run, up.before, look)?.found)
    }

    fn of_down(
        &mut self,
        up: ScriptOnRows<'_>,
        pair: Pair<'_>,
        down: ScriptRun<'_>,
    ) -> Result<Vec<Found>, Halt> {
        let (context, rows) = (self.context, self.base_rows(down.script));
        let track = self.track_at(ALLOWED, up.after, rows)?;
        if !track.touches(down) {
            return Ok(Vec::new());
        }
        if track.tentatively(context, &[down], |track| pair.is_down_sound(track, down))?
            == Some(true)
        {
            return Ok(Vec::new());
        }
        self.faults += 1;
        let look: Look = |edges, reader| edges.of_down(reader);
        Ok(self.details(pair, down, up.after, look)?.found)
    }

    /// Returns the kind of rows to which edge rows are added.
    fn base_rows(&self, script: &CheckedScript) -> Rows {
        let words = Rows { words: true, ..Rows::CLEAN };
        if self.needs_words { words } else { allowed(script) }
    }

    /// Returns the faults of a script after `count` migrations, each with the fewest rows that show it.
    fn details(
        &mut self,
        pair: Pair<'_>,
        script_run: ScriptRun<'_>,
        count: usize,
        look: Look,
    ) -> Result<Details, Halt> {
        let (context, rows) = (self.context, self.base_rows(script_run.script));
        let base = self.track_at(ALLOWED, count, rows)?.base()?;
        let mut reader = mem::take(&mut self.reader);
        // No copy holds temporary objects, so the ups create them again.
        let mut fresh = || match &base {
            Some(base) => base.track(context),
            None => self.new_track(count, rows),
        };
        let mut edges = Edges::new(pair, script_run, &mut fresh);
        let found = look(&mut edges, &mut reader);
        let Edges { is_given_up, is_unfit, .. } = edges;
        self.reader = reader;
        if is_given_up {
            self.outcome.rehearsal.leave(&script_run.script.file, UntriedReason::RuledOut);
        }
        Ok(Details { found: found?, is_unfit })
    }

    /// Adds the findings that no error of the migration makes redundant, on the same table or
    /// statement.
    fn take_new(&mut self, found: Vec<Found>, empty_run: &EmptyRun, first: usize) {
        // Findings of one search come from different rows, so they are not compared with each other.
        let known = self.outcome.found.len();
        for (table, finding) in found {
            let mut others = empty_run.errors.iter().chain(&self.outcome.found[first..known]);
            let is_said = others.any(|other| {
                other.severity == Severity::Error
                    && deduplication::says_again(table.as_ref(), &finding, other)
            });
            if !is_said {
                self.outcome.found.push(finding);
            }
        }
    }
}

/// Returns the tables that are wrong after the up: nobody knows yet which rows they will hold.
fn unsettled(empty_run: &EmptyRun) -> BTreeSet<Name> {
    let is_of_schema = |code| matches!(code, Code::LossyRebuild | Code::RenameFirst);
    let errors: Vec<_> = empty_run.errors.iter().filter(|error| is_of_schema(error.code)).collect();
    let tables = empty_run.schema.tables.values().map(|table| &table.name);
    let is_named = |table: &&Name| errors.iter().any(|error| error.is_about(table));
    tables.filter(is_named).cloned().collect()
}
