//! Places the vertical lines of the nets in a channel so that they don't overlap.

/// The heights at which a net enters the channel from the left and from the right.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    pub(super) left: Vec<i32>,
    pub(super) right: Vec<i32>,
}

/// Heights that differ by no more than this count as equal: the difference isn't visible.
pub(super) const FLAT: i32 = 1;
/// Lines that are closer than this look like one.
const CLOSE: i32 = 5;
/// The cost of an overlap, in crossings.
const OVERLAP: usize = 100;
/// The largest number of passes that try each net in every place.
const ROUNDS: usize = 4;

/// Returns the track of each net, counted from the left (`None` if it runs straight across), and the number of tracks.
pub(super) fn tracks(spans: &[Span]) -> (Vec<Option<i32>>, i32) {
    let mut bent: Vec<_> = (0..spans.len()).filter(|at| !spans[*at].is_straight()).collect();
    bent.sort_by_key(|at| (spans[*at].top(), *at));
    for _ in 0..ROUNDS {
        if !improve(spans, &mut bent) {
            break;
        }
    }
    let mut tracks = vec![None; spans.len()];
    let mut count = 0;
    for (place, at) in bent.iter().enumerate() {
        let beside = bent[..place].iter().filter(|other| spans[**other].meets(&spans[*at]));
        let track =
            beside.filter_map(|other| tracks[*other]).max().map_or(0, |track: i32| track + 1);
        tracks[*at] = Some(track);
        count = count.max(track + 1);
    }
    (tracks, count)
}

/// Moves each net to the place in the order where it crosses the fewest others.
fn improve(spans: &[Span], order: &mut Vec<usize>) -> bool {
    let mut improved = false;
    for net in order.clone() {
        let Some(now) = order.iter().position(|each| *each == net) else { continue };
        let others: Vec<_> = order.iter().copied().filter(|each| *each != net).collect();
        let cost = |place: usize| {
            let before = others[..place].iter().map(|it| spans[*it].cost_before(&spans[net]));
            let after = others[place..].iter().map(|it| spans[net].cost_before(&spans[*it]));
            before.chain(after).sum::<usize>()
        };
        let best = (0..=others.len()).min_by_key(|place| (cost(*place), place.abs_diff(now)));
        if let Some(best) = best.filter(|best| cost(*best) < cost(now)) {
            *order = others;
            order.insert(best, net);
            improved = true;
        }
    }
    improved
}

impl Span {
    fn ends(&self) -> impl Iterator<Item = i32> {
        self.left.iter().chain(&self.right).copied()
    }

    fn top(&self) -> i32 {
        self.ends().min().unwrap_or_default()
    }

    fn bottom(&self) -> i32 {
        self.ends().max().unwrap_or_default()
    }

    fn is_straight(&self) -> bool {
        self.bottom() - self.top() <= FLAT
    }

    fn meets(&self, other: &Self) -> bool {
        self.top() <= other.bottom() + 2 * CLOSE && other.top() <= self.bottom() + 2 * CLOSE
    }

    fn holds(&self, height: i32) -> bool {
        self.top() < height && height < self.bottom()
    }

    /// The cost of crossings and overlaps if this net is to the left of the other.
    fn cost_before(&self, other: &Self) -> usize {
        let crossings = self.right.iter().filter(|height| other.holds(**height)).count()
            + other.left.iter().filter(|height| self.holds(**height)).count();
        let close =
            |one: i32| other.left.iter().filter(move |two| one.abs_diff(**two) < CLOSE as u32);
        let overlaps: usize = self.right.iter().map(|one| close(*one).count()).sum();
        crossings + OVERLAP * overlaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(left: &[i32], right: &[i32]) -> Span {
        Span { left: left.to_vec(), right: right.to_vec() }
    }

    #[test]
    fn nets_avoid_each_other() {
        for (spans, expected, count) in [
            (vec![span(&[10], &[10])], vec![None], 0),
            (vec![span(&[10], &[50])], vec![Some(0)], 1),
            // Far from each other, they share a track.
            (vec![span(&[10], &[50]), span(&[100], &[150])], vec![Some(0), Some(0)], 1),
            // Both run down: the lower one turns first.
            (vec![span(&[10], &[80]), span(&[40], &[120])], vec![Some(1), Some(0)], 2),
            // Both run up: the upper one turns first.
            (vec![span(&[80], &[10]), span(&[120], &[40])], vec![Some(0), Some(1)], 2),
            // A net that leaves where another enters must not turn to the right of it.
            (vec![span(&[0], &[50]), span(&[50], &[90])], vec![Some(1), Some(0)], 2),
            (vec![], vec![], 0),
        ] {
            assert_eq!(tracks(&spans), (expected, count), "{spans:?}");
        }
    }
}
