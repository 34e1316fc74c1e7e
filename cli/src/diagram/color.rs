//! Which colour a line has: that of its parent, so that the eye can follow it.

use super::model::Model;

/// How many colours there are.
const COUNT: usize = 8;

/// The number of the colour of each table; `None` of one that no other refers to.
///
/// Tables that are close in name often are so in the picture: they take the colours in turn.
pub(super) fn colors(model: &Model) -> Vec<Option<usize>> {
    let mut next = 0;
    (0..model.entities.len())
        .map(|entity| {
            let is_parent = model.relations.iter().any(|relation| relation.parent == entity);
            is_parent.then(|| {
                next += 1;
                (next - 1) % COUNT
            })
        })
        .collect()
}
