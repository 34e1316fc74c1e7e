//! Pairs each row before with the row that replaces it.

use std::cmp::Ordering;
use std::collections::HashMap;

use rusqlite::{Row, Rows};

use super::comparison_plan::{ComparisonPlan, Identity};
use super::cursor::{Unpacked, packed};
use super::differences::Sample;
use super::tally::{Tally, whole};
use super::unpaired_rows::{Digest, Room, UnpairedRows};

/// How many new rows may be compared with all old ones.
const NEW: usize = 1 << 20;
/// How many of them may be shown.
const NEW_SHOWN: usize = 100;
/// How many rows are read between two reports of progress.
const BEAT: u64 = 4_096;

/// Two tables that are read side by side.
pub(super) struct Pairing<'t> {
    plan: &'t ComparisonPlan,
    room: &'t Room,
    pub(super) tally: Tally<'t>,
    /// Rows from before and after that still lack a counterpart.
    olds: UnpairedRows<'t>,
    news: UnpairedRows<'t>,
    /// The number of rows read before and after.
    pub(super) read: [u64; 2],
}

impl<'t> Pairing<'t> {
    pub(super) fn new(plan: &'t ComparisonPlan, room: &'t Room) -> Self {
        let (olds, news) = (UnpairedRows::new(room), UnpairedRows::new(room));
        Self { plan, room, tally: Tally::new(plan), olds, news, read: [0, 0] }
    }

    /// The largest number of bytes of rows in memory at once.
    pub(super) fn most(&self) -> usize {
        self.olds.most + self.news.most
    }

    /// Reads both tables to the end.
    pub(super) fn run(
        &mut self,
        mut olds: Rows<'_>,
        mut news: Rows<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> rusqlite::Result<()> {
        let (mut old, mut new) = (olds.next()?, news.next()?);
        while let Some(steps) = self.step(old, new)? {
            if steps.0 {
                old = olds.next()?;
                self.read[0] += 1;
            }
            if steps.1 {
                new = news.next()?;
                self.read[1] += 1;
            }
            if (self.read[0] + self.read[1]) % BEAT == 0 {
                progress(self.read[0]);
            }
        }
        self.settle()
    }

    /// Reads a row of one side or of both, and returns of which; `None` at the end.
    fn step(
        &mut self,
        old: Option<&Row<'_>>,
        new: Option<&Row<'_>>,
    ) -> rusqlite::Result<Option<(bool, bool)>> {
        let plan = self.plan;
        let steps = match (old, new) {
            (None, None) => return Ok(None),
            (Some(old), Some(new)) => match plan.order(old, new) {
                Some(Ordering::Equal) => {
                    self.tally.pair(old, new);
                    (true, true)
                }
                Some(Ordering::Less) => self.without_new(old)?,
                Some(Ordering::Greater) => self.without_old(new)?,
                None => {
                    self.without_new(old)?;
                    self.without_old(new)?;
                    (true, true)
                }
            },
            (Some(old), None) => self.without_new(old)?,
            (None, Some(new)) => self.without_old(new)?,
        };
        Ok(Some(steps))
    }

    /// Handles an old row without a new one at the same place.
    fn without_new(&mut self, old: &Row<'_>) -> rusqlite::Result<(bool, bool)> {
        let plan = self.plan;
        if let Identity::Ordered(_) = plan.identity {
            self.tally.gone.add(|| whole(plan, old));
            return Ok((true, false));
        }
        let digest = plan.identified(old);
        match self.news.take(&digest)? {
            Some(new) => self.tally.pair(old, &Unpacked::new(&new)),
            None => self.olds.put(digest, packed(old, plan.width()))?,
        }
        Ok((true, false))
    }

    /// Handles a new row without an old one at the same place.
    fn without_old(&mut self, new: &Row<'_>) -> rusqlite::Result<(bool, bool)> {
        let plan = self.plan;
        if let Identity::Ordered(_) = plan.identity {
            self.tally.added.add(|| whole(plan, new));
            return Ok((false, true));
        }
        let digest = plan.identified(new);
        match self.olds.take(&digest)? {
            Some(old) => self.tally.pair(&Unpacked::new(&old), new),
            None => self.news.put(digest, packed(new, plan.width()))?,
        }
        Ok((false, true))
    }

    /// Counts the rows that still lack a counterpart. If both sides have equally many, and these
    /// agree in most values, they are the same rows changed: a key was converted, or a value of a
    /// row without a key.
    fn settle(&mut self) -> rusqlite::Result<()> {
        let plan = self.plan;
        let may_pair = plan.may_convert() && self.olds.len() == self.news.len();
        let mut others = UnpairedRows::new(self.room);
        while let Some(old) = self.olds.pop()? {
            let old = Unpacked::new(&old);
            let new = if may_pair { self.news.pop()? } else { None };
            match new {
                Some(new) if plan.agree(&old, &Unpacked::new(&new)) => {
                    self.tally.pair(&old, &Unpacked::new(&new));
                }
                new => {
                    self.tally.gone.add(|| whole(plan, &old));
                    new.map_or(Ok(()), |new| others.put(Digest::default(), new))?;
                }
            }
        }
        if may_pair {
            self.news = others;
        }
        Ok(())
    }

    /// Whether new rows remain.
    pub(super) fn has_more(&self) -> bool {
        !self.news.is_empty()
    }

    /// Counts the new rows, and distinguishes those that repeat an old row; for that it reads all
    /// old rows again.
    pub(super) fn count_more(&mut self, mut olds: Rows<'_>) -> rusqlite::Result<()> {
        let plan = self.plan;
        let mut more: HashMap<Digest, u64> = HashMap::new();
        let mut first = Vec::new();
        while let Some(new) = self.news.pop()? {
            let row = Unpacked::new(&new);
            let digest = plan.whole(&row);
            if more.len() == NEW && !more.contains_key(&digest) {
                self.tally.added.add(|| whole(plan, &row));
                continue;
            }
            *more.entry(digest).or_default() += 1;
            if first.len() < NEW_SHOWN {
                first.push((digest, whole(plan, &row)));
            }
        }
        while let Some(old) = olds.next()? {
            if let Some(count) = more.remove(&plan.whole(old)) {
                (0..count).for_each(|_| self.tally.repeated.add(|| whole(plan, old)));
            }
        }
        let mut others = first.into_iter().filter(|(digest, _)| more.contains_key(digest));
        let mut other = || others.next().map_or_else(Sample::default, |(_, sample)| sample);
        (0..more.values().sum()).for_each(|_| self.tally.added.add(&mut other));
        Ok(())
    }

    /// Counts the new rows, none of which can repeat an old one.
    pub(super) fn count_added(&mut self) -> rusqlite::Result<()> {
        let plan = self.plan;
        while let Some(new) = self.news.pop()? {
            self.tally.added.add(|| whole(plan, &Unpacked::new(&new)));
        }
        Ok(())
    }
}
