//! Brings a track with the wanted rows to the migration before a script, and runs the script on it.

use std::sync::Arc;

use migratory_runtime::Version;

use super::{Populated, ScriptOnRows};
use crate::course::faults::Fault;
use crate::course::track::Track;
use crate::rows::Rows;
use crate::sandbox::halt::Halt;

/// The place of the track with clean rows.
pub(super) const CLEAN: usize = 0;
/// The place of the track with all kinds of rows that the schema allows.
pub(super) const ALLOWED: usize = 1;

/// A track, and where it stands.
pub(super) struct Placed {
    /// How many migrations are applied.
    pub(super) count: usize,
    /// The rows that its tables have.
    pub(super) rows: Rows,
    pub(super) track: Track,
}

impl Populated<'_> {
    /// Makes a track with such rows after `count` migrations.
    pub(super) fn new_track(&mut self, count: usize, rows: Rows) -> Result<Track, Halt> {
        let last = self.empty_run[..count].last();
        let schema = match &self.assumed {
            Some((at, schema)) if *at == count => Arc::clone(schema),
            _ => last.map(|empty_run| Arc::clone(&empty_run.schema)).unwrap_or_default(),
        };
        Ok(Track::new(self.context, self.replay.after(count)?, schema, rows))
    }

    /// Returns the track at a place, with such rows after `count` migrations: the existing one if it can be brought
    /// there, or else a new one.
    pub(super) fn track_at(
        &mut self,
        place: usize,
        count: usize,
        rows: Rows,
    ) -> Result<&mut Track, Halt> {
        let fits = |placed: &Placed| placed.rows == rows && placed.count <= count;
        let mut placed = self.tracks[place].take().filter(fits);
        if let Some(Placed { count: from, track, .. }) = &mut placed {
            let missing = *from..count;
            if !track.follow(self.context, missing.clone(), &self.empty_run[missing])? {
                placed = None;
            }
        }
        let track = match placed {
            Some(placed) => placed.track,
            None => self.new_track(count, rows)?,
        };
        Ok(&mut self.tracks[place].insert(Placed { count, rows, track }).track)
    }

    /// Runs a script on the track at a place, and returns the fault that it has on the rows. The track then stands after
    /// the script, or is dropped if there is a fault.
    pub(super) fn run_checked(
        &mut self,
        place: usize,
        trial: ScriptOnRows<'_>,
        rows: Rows,
    ) -> Result<Option<Fault>, Halt> {
        let fault = self.track_at(place, trial.before, rows)?.run_checked(trial.script_run)?;
        let placed = &mut self.tracks[place];
        match &fault {
            None => placed.iter_mut().for_each(|placed| placed.count = trial.after),
            Some(_) => *placed = None,
        }
        Ok(fault)
    }

    /// Drops the tracks, since their rows or their schema are not those that the next script should find.
    pub(super) fn drop_tracks(&mut self) {
        self.tracks = [None, None];
    }

    /// Records the tables that could not be filled, unless a fault in the migration may be the reason.
    pub(super) fn note_gaps(&mut self, version: Version, is_sound: bool) {
        for (table, why) in self.tracks.iter().flatten().flat_map(|placed| placed.track.gaps()) {
            if !is_sound {
                self.excused.insert(table.clone());
            } else if !self.excused.contains(table) {
                let gap = (version, why.clone());
                self.outcome.rehearsal.gaps.entry(table.to_string()).or_insert(gap);
            }
        }
    }
}
