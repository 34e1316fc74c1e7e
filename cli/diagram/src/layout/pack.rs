//! Puts unconnected parts side by side.

use std::collections::BTreeMap;

use super::graph::Graph;

/// The space between two parts of a diagram.
pub(super) const SPACE: i32 = 48;

/// Returns the area of a box, in 64 bits since the sum over many boxes exceeds 32.
pub(super) fn area(width: i32, height: i32) -> i64 {
    i64::from(width) * i64::from(height)
}

/// Returns the side of a square with this area.
pub(super) fn side(area: i64) -> i32 {
    i32::try_from(area.max(0).isqrt()).unwrap_or(i32::MAX)
}

/// Returns the groups of connected nodes, the largest first, and the nodes without lines.
pub(super) fn components(graph: &Graph) -> (Vec<Vec<usize>>, Vec<usize>) {
    let mut home: Vec<usize> = (0..graph.nodes.len()).collect();
    for link in &graph.links {
        let (one, other) = (home[link.parent], home[link.child]);
        let [kept, merged] = [one.min(other), one.max(other)];
        home.iter_mut().filter(|each| **each == merged).for_each(|each| *each = kept);
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, home) in home.into_iter().enumerate() {
        groups.entry(home).or_default().push(node);
    }
    let is_linked = |node: usize| graph.links.iter().any(|link| link.child == node);
    let (alone, mut connected): (Vec<_>, Vec<_>) =
        groups.into_values().partition(|group| group.len() == 1 && !is_linked(group[0]));
    connected.sort_by_key(|group| std::cmp::Reverse(group.len()));
    (connected, alone.into_iter().flatten().collect())
}

/// Places parts of these sizes in rows of at most `limit`, unless one part is wider. Returns the places and the total
/// size.
pub(super) fn shelves(sizes: &[(i32, i32)], limit: i32, gap: i32) -> (Vec<(i32, i32)>, (i32, i32)) {
    let (mut places, mut total) = (Vec::new(), (0, 0));
    let (mut x, mut y, mut height) = (0, 0, 0);
    for (width, tall) in sizes {
        if x > 0 && x + width > limit {
            (x, y, height) = (0, y + height + gap, 0);
        }
        places.push((x, y));
        total = (total.0.max(x + width), total.1.max(y + tall));
        x += width + gap;
        height = height.max(*tall);
    }
    (places, total)
}

/// Places boxes of these heights in columns of one width, each in the shortest column. Returns the places and the total
/// size.
pub(super) fn grid(
    heights: &[i32],
    width: i32,
    gap: i32,
    columns: usize,
) -> (Vec<(i32, i32)>, (i32, i32)) {
    let mut bottoms = vec![0; columns.min(heights.len()).max(1)];
    let mut places = Vec::new();
    for height in heights {
        let lowest = bottoms.iter_mut().zip(0..).min_by_key(|(bottom, at)| (**bottom, *at));
        if let Some((bottom, column)) = lowest {
            places.push((column * (width + gap), *bottom));
            *bottom += height + gap;
        }
    }
    let used = i32::try_from(bottoms.len()).unwrap_or_default();
    let bottom = bottoms.into_iter().max().unwrap_or_default() - gap;
    (places, ((width + gap) * used - gap, bottom.max(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_placed_in_rows_and_boxes_in_columns() {
        let (places, size) = shelves(&[(400, 100), (300, 50), (300, 80)], 800, 48);
        assert_eq!(places, [(0, 0), (448, 0), (0, 148)]);
        assert_eq!(size, (748, 228));
        let (places, size) = grid(&[100, 50, 60], 200, 20, 2);
        assert_eq!(places, [(0, 0), (220, 0), (220, 70)]);
        assert_eq!(size, (420, 130));
        assert_eq!(grid(&[50], 200, 20, 4).1, (200, 50));
    }
}
