//! The up and the down on rows at the edge of what the schema allows.

use std::mem;

use super::{ALLOWED, Course, Halt, Outcome, Populated, Told, Trial, allowed};
use crate::Diagnostic;
use crate::rehearsal::by_value::depends_on_values;
use crate::rehearsal::edges::{Edges, Pair};
use crate::schema::Reader;

/// How a script is looked at that does not pass.
type Look = dyn Fn(&mut Edges<'_, '_>, &mut Reader) -> Result<Vec<Diagnostic>, Halt>;

impl Populated<'_> {
    /// Tries the up and the down on edge rows, as far as values matter to them.
    pub(super) fn try_edges(
        &mut self,
        up: Trial<'_>,
        told: &Told,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let at = up.before;
        let down = told.down.as_ref().zip(self.ground.set[at].down.script());
        let down = down.map(|(restoring, script)| restoring.course(script));
        let before = at.checked_sub(1).map(|last| &self.told[last].schema);
        let by_up = before.is_some_and(|schema| depends_on_values(up.script(), schema));
        let by_down = down.filter(|down| depends_on_values(down.script, &told.schema));
        let pair = Pair { ground: self.ground, up: up.course, down, told };
        if by_up || by_down.is_some() {
            let found = self.of_up(up, pair)?;
            let is_sound = found.is_empty();
            outcome.found.extend(found);
            if !is_sound {
                return Ok(());
            }
        }
        if let Some(down) = by_down {
            outcome.found.extend(self.of_down(up, pair, down)?);
        }
        Ok(())
    }

    fn of_up(&mut self, up: Trial<'_>, pair: Pair<'_>) -> Result<Vec<Diagnostic>, Halt> {
        let (ground, rows) = (self.ground, allowed(up.script()));
        let lane = self.stand(ALLOWED, up.before, rows)?;
        if !lane.touches(up.course) {
            return Ok(Vec::new());
        }
        let courses: Vec<_> = std::iter::once(up.course).chain(pair.down).collect();
        if lane.tentatively(ground, &courses, |lane| pair.is_up_sound(lane))? == Some(true) {
            return Ok(Vec::new());
        }
        self.details(pair, up.course, up.before, &|edges, reader| edges.of_up(reader))
    }

    fn of_down(
        &mut self,
        up: Trial<'_>,
        pair: Pair<'_>,
        down: Course<'_>,
    ) -> Result<Vec<Diagnostic>, Halt> {
        let (ground, rows) = (self.ground, allowed(down.script));
        let lane = self.stand(ALLOWED, up.after, rows)?;
        if !lane.touches(down) {
            return Ok(Vec::new());
        }
        if lane.tentatively(ground, &[down], |lane| pair.is_down_sound(lane, down))? == Some(true) {
            return Ok(Vec::new());
        }
        self.details(pair, down, up.after, &|edges, reader| edges.of_down(reader))
    }

    /// What is wrong with a script that does not pass, on the fewest rows that show it.
    fn details(
        &mut self,
        pair: Pair<'_>,
        course: Course<'_>,
        count: usize,
        look: &Look,
    ) -> Result<Vec<Diagnostic>, Halt> {
        let (ground, rows) = (self.ground, allowed(course.script));
        let base = self.stand(ALLOWED, count, rows)?.base()?;
        let mut reader = mem::take(&mut self.reader);
        // Temporary objects are in no copy: the ups make them again.
        let mut fresh = || match &base {
            Some(base) => base.lane(ground),
            None => self.lane(count, rows),
        };
        let found = look(&mut Edges { pair, course, fresh: &mut fresh }, &mut reader);
        self.reader = reader;
        found
    }
}
