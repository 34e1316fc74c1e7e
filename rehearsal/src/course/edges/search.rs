//! Searches for what edge rows show: one fault after the other, each with the fewest rows.

use super::{Edges, Fault, Found, Halt, Shown};
use crate::course::faults::stated_assumptions::is_ruled_out;
use crate::course::findings::deduplication;
use crate::rows::EdgeRow;
use crate::schema::Reader;
use migratory_analysis::Code;

/// How often a script runs to find the fewest rows that show a fault.
const TRIES: usize = 48;
/// How many faults that the author rules out are skipped before the search is given up.
const RULED_OUT: usize = 8;
/// How many faults on different rows are reported.
const SHOWN: usize = 6;
/// How often a script runs to find the rows that do not show a reported fault.
const SPARING: usize = 96;

/// The outcome of a script on edge rows.
enum ScriptOnRows {
    Passed,
    Shown(Shown),
    /// The author's assumptions rule out too many faults, so the rest is unknown.
    GivenUp,
}

impl Edges<'_, '_> {
    /// Returns all faults of the script on edge rows, and the rows on which it then passes, apart
    /// from reported losses.
    pub(super) fn of_script(
        &mut self,
        reader: &mut Reader,
    ) -> Result<(Vec<Found>, Option<Vec<EdgeRow>>), Halt> {
        let edging = self.pair.edging(self.script_run.script);
        let mut rows = (self.fresh)()?.add_edges(self.script_run, edging)?;
        match self.fault(&[])? {
            None => {}
            Some(Fault::Changed(losses)) => self.known = losses,
            // The failure does not depend on edge rows.
            Some(_) => {
                self.is_unfit = true;
                return Ok((Vec::new(), None));
            }
        }
        let mut found = Vec::new();
        for _ in 0..SHOWN {
            match self.trial(&mut rows)? {
                ScriptOnRows::Passed => return Ok((found, Some(rows))),
                ScriptOnRows::GivenUp => break,
                ScriptOnRows::Shown(shown) => {
                    add(&mut found, self.found(&shown, reader)?);
                    match shown.fault {
                        Fault::Changed(losses) => self.known.extend(losses),
                        // Without a statement, such faults can't be distinguished.
                        fault if fault.failure().is_none() => break,
                        fault => match self.spared(rows, &fault)? {
                            Some(others) => rows = others,
                            None => break,
                        },
                    }
                }
            }
        }
        Ok((found, None))
    }

    /// Runs the script on these edge rows, without those that the author rules out.
    fn trial(&mut self, rows: &mut Vec<EdgeRow>) -> Result<ScriptOnRows, Halt> {
        for _ in 0..RULED_OUT {
            let Some(fault) = self.fault(rows)? else { return Ok(ScriptOnRows::Passed) };
            let losses = fault.losses().to_vec();
            let all = rows.clone();
            let mut shown = self.smallest(Shown { rows: rows.clone(), all, fault })?;
            if !is_ruled_out(self.script_run.script, &shown.fault, self.script_run.schema) {
                shown.fault.take_along(losses);
                return Ok(ScriptOnRows::Shown(shown));
            }
            rows.retain(|row| !shown.rows.contains(row));
        }
        self.is_given_up = true;
        Ok(ScriptOnRows::GivenUp)
    }

    /// Returns the rows on which the script does not fail in this way, so that they show its other
    /// faults. Returns `None` if finding them takes too long.
    fn spared(&mut self, rows: Vec<EdgeRow>, fault: &Fault) -> Result<Option<Vec<EdgeRow>>, Halt> {
        let mut kept: Vec<EdgeRow> = Vec::new();
        let mut open = vec![rows];
        for _ in 0..SPARING {
            let Some(mut some) = open.pop() else { return Ok(Some(kept)) };
            let all = [kept.as_slice(), some.as_slice()].concat();
            let is_shown = self.fault(&all)?.is_some_and(|other| other.is_alike(fault));
            if !is_shown {
                kept = all;
            } else if some.len() > 1 {
                let second = some.split_off(some.len() / 2);
                open.extend([second, some]);
            }
        }
        Ok(None)
    }

    /// Removes rows as long as the rest shows the fault: first halves, then single rows.
    pub(super) fn smallest(&mut self, shown: Shown) -> Result<Shown, Halt> {
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
                match self.fault(&fewer)? {
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
}

/// Adds findings that need another fix than the known ones. A statement may fail twice for what one
/// directive states, for example on a REAL and on a text in place of an integer.
pub(super) fn add(found: &mut Vec<Found>, new: impl IntoIterator<Item = Found>) {
    for new in new {
        if !found.iter().any(|it| has_one_way_out(it, &new)) {
            found.push(new);
        }
    }
}

fn has_one_way_out((_, one): &Found, (_, other): &Found) -> bool {
    one.code == Code::Assumes
        && other.code == Code::Assumes
        && deduplication::overlap(one, other)
        && one.exception() == other.exception()
}
