//! Keeps the run on populated tables as it stands, and continues one.

use std::sync::Arc;

use super::tracks::{ALLOWED, CLEAN, Placed};
use super::{EmptyRun, Halt, Populated, Rows};
use crate::course::track::{Ahead, Track};
use crate::memo::Part;
use crate::pack::{Packer, Unpacker};
use crate::sandbox::context::Context;

impl<'a> Populated<'a> {
    /// Copies the run as it stands after a migration, without an effect on it; returns `None` where
    /// a copy would not continue in the same way.
    pub(crate) fn part(&self) -> Result<Option<Part>, Halt> {
        let is_simple = self.tracks[CLEAN].is_none()
            && self.excused.is_empty()
            && self.assumed.is_none()
            && !self.is_stopped;
        let Some(empty_run) = self.empty_run.last().filter(|_| is_simple) else { return Ok(None) };
        let mut packer = Packer::default();
        packer.flag(self.is_given);
        let none = |packer: Packer| Some(Part { state: packer.into_bytes(), database: None });
        let Some(placed) = &self.tracks[ALLOWED] else { return Ok(none(packer)) };
        let missing = placed.count..self.empty_run.len();
        let copy;
        let track = if missing.is_empty() {
            &placed.track
        } else {
            // The next migration would bring the track here first, or make a new one if it can't.
            match placed.track.ahead(self.context, missing.clone(), &self.empty_run[missing])? {
                Ahead::Copy(ahead) => {
                    copy = ahead;
                    &*copy
                }
                Ahead::Fails => return Ok(none(packer)),
                Ahead::Unlike => return Ok(None),
            }
        };
        placed.rows.pack(&mut packer);
        let database = track.pack(&empty_run.schema, &mut packer)?;
        Ok(database.map(|it| Part { state: packer.into_bytes(), database: Some(it) }))
    }

    /// Returns the run that continues from a copy after `count` migrations, the last of which left
    /// `empty_run`.
    pub(crate) fn resumed(
        context: Context<'a>,
        (count, empty_run): (usize, EmptyRun),
        part: &Part,
    ) -> Option<Self> {
        let empty_run = Arc::new(empty_run);
        let mut unpacker = Unpacker::new(&part.state);
        let mut populated = Self { is_given: unpacker.flag()?, ..Self::new(context) };
        if let Some(database) = &part.database {
            let rows = Rows::unpack(&mut unpacker)?;
            let track = Track::unpack(context, database, &empty_run.schema, &mut unpacker)?;
            populated.tracks[ALLOWED] = Some(Placed { count, rows, track });
        }
        unpacker.end()?;
        // Of the migrations before, only what the last one left is asked for.
        populated.empty_run = vec![empty_run; count];
        populated.outcome.passed = count;
        Some(populated)
    }
}
