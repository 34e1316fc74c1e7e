//! Chooses the colors of lines: each has the color of its parent, so that the eye can follow it.

use crate::resolved::Resolved;

/// The number of colors in `picture.css`.
const COUNT: usize = 8;

/// Returns the number of each table's color; `None` if no foreign key references the table.
///
/// Neighbors in the list are often neighbors in the picture, so they take the colors in turn.
pub(super) fn colors(resolved: &Resolved<'_>) -> Vec<Option<usize>> {
    let mut next = 0;
    (0..resolved.tables.len())
        .map(|table| {
            let is_parent = resolved.edges.iter().any(|edge| edge.parent == table);
            is_parent.then(|| {
                next += 1;
                (next - 1) % COUNT
            })
        })
        .collect()
}
