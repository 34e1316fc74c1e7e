//! The search for what edge rows show: one thing after the other, each on the fewest rows.

use super::{Edges, Fault, Found, Halt, Shown, is_ruled_out};
use crate::rows::EdgeRow;
use crate::schema::Reader;

/// How often a script is run to find the fewest rows that show what is wrong.
const TRIES: usize = 48;
/// How many faults that the author rules out are taken away before the rest is given up.
const RULED_OUT: usize = 8;
/// How many losses are told that different rows show.
const LOSSES: usize = 6;

/// What became of a script on edge rows.
enum Trial {
    Passed,
    Shown(Shown),
    /// It fails on other rows too, or too much was ruled out.
    Untold,
}

impl Edges<'_, '_> {
    /// What the script fails at on edge rows, or each thing that it loses there; and the rows on which it passes, if it does,
    /// but for the losses that are told.
    pub(super) fn of_script(
        &mut self,
        reader: &mut Reader,
    ) -> Result<(Vec<Found>, Option<Vec<EdgeRow>>), Halt> {
        let edging = self.pair.edging(self.course.script);
        let mut rows = (self.fresh)()?.add_edges(self.course, edging)?;
        match self.fault(&[])? {
            None => {}
            Some(Fault::Changed(losses)) => self.known = losses,
            // It is no matter of these rows.
            Some(_) => {
                self.is_unfit = true;
                return Ok((Vec::new(), None));
            }
        }
        let mut found = Vec::new();
        for _ in 0..LOSSES {
            match self.trial(&mut rows)? {
                Trial::Passed => return Ok((found, Some(rows))),
                Trial::Untold => break,
                Trial::Shown(shown) => {
                    found.extend(self.found(&shown, reader)?);
                    let Fault::Changed(losses) = shown.fault else { break };
                    self.known.extend(losses);
                }
            }
        }
        Ok((found, None))
    }

    /// Runs the script on these edge rows, without those of which the author says that there are none.
    fn trial(&mut self, rows: &mut Vec<EdgeRow>) -> Result<Trial, Halt> {
        for _ in 0..RULED_OUT {
            let Some(fault) = self.fault(rows)? else { return Ok(Trial::Passed) };
            let losses = fault.losses().to_vec();
            let all = rows.clone();
            let mut shown = self.smallest(Shown { rows: rows.clone(), all, fault })?;
            if !is_ruled_out(self.course.script, &shown.fault) {
                shown.fault.take_along(losses);
                return Ok(Trial::Shown(shown));
            }
            rows.retain(|row| !shown.rows.contains(row));
        }
        self.is_given_up = true;
        Ok(Trial::Untold)
    }

    /// Takes rows away for as long as what is left shows the fault: halves first, then single rows.
    fn smallest(&mut self, shown: Shown) -> Result<Shown, Halt> {
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
