//! Assigns the boxes to layers: parents to the left of their children.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::graph::Graph;
use super::pack::{area, side};
use super::place::GAP;

/// Layers below this height are never split.
const LOW: i32 = 640;

/// Returns the layer of each node, counted from the left.
///
/// In a cycle of foreign keys, at least one child is to the left of its parent.
pub(super) fn layers(graph: &Graph) -> Vec<usize> {
    let pairs = forward(graph);
    let mut layers = longest(graph.nodes.len(), &pairs);
    pull(&mut layers, &pairs);
    split(graph, &mut layers, &pairs);
    layers
}

/// Returns the pairs of parent and child, reversed where the child comes first.
///
/// They are sorted by the place of their first member, so that each is visited before those to its right.
fn forward(graph: &Graph) -> Vec<(usize, usize)> {
    let links = graph.links.iter().filter(|link| link.parent != link.child);
    let pairs: BTreeSet<_> = links.map(|link| (link.parent, link.child)).collect();
    let sequence = sequence(graph.nodes.len(), &pairs);
    let mut place = vec![0; sequence.len()];
    for (at, node) in sequence.iter().enumerate() {
        place[*node] = at;
    }
    let reversed = pairs.into_iter().map(|(parent, child)| {
        if place[parent] < place[child] { (parent, child) } else { (child, parent) }
    });
    let mut reversed: Vec<_> = reversed.collect::<BTreeSet<_>>().into_iter().collect();
    reversed.sort_by_key(|(from, to)| (place[*from], place[*to]));
    reversed
}

/// Returns an order in which few children come before their parents; without a cycle, no child does.
fn sequence(count: usize, pairs: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let mut left: BTreeSet<_> = (0..count).collect();
    let mut sequence = Vec::with_capacity(count);
    while !left.is_empty() {
        let within = |pair: &&(usize, usize)| left.contains(&pair.0) && left.contains(&pair.1);
        let mut parents = vec![0_i32; count];
        let mut children = vec![0_i32; count];
        for (parent, child) in pairs.iter().filter(within) {
            parents[*child] += 1;
            children[*parent] += 1;
        }
        let root = left.iter().copied().find(|node| parents[*node] == 0);
        let likely =
            || left.iter().copied().max_by_key(|it| (children[*it] - parents[*it], Reverse(*it)));
        let Some(next) = root.or_else(likely) else { break };
        left.remove(&next);
        sequence.push(next);
    }
    sequence
}

/// Puts each node as far left as its predecessors allow. The pairs are sorted.
fn longest(count: usize, pairs: &[(usize, usize)]) -> Vec<usize> {
    let mut layers = vec![0; count];
    for (from, to) in pairs {
        layers[*to] = layers[*to].max(layers[*from] + 1);
    }
    layers
}

/// Moves nodes with more lines to the right than to the left as far right as possible.
fn pull(layers: &mut [usize], pairs: &[(usize, usize)]) {
    for node in pairs.iter().rev().map(|(from, _)| *from).collect::<Vec<_>>() {
        let parents = pairs.iter().filter(|(_, to)| *to == node).count();
        let children: Vec<_> = pairs.iter().filter(|(from, _)| *from == node).collect();
        if parents < children.len() {
            let nearest = children.iter().map(|(_, to)| layers[*to]).min();
            layers[node] = nearest.map_or(layers[node], |nearest| nearest.saturating_sub(1));
        }
    }
}

/// Moves nodes without children to the next layer where a layer is too high.
fn split(graph: &Graph, layers: &mut [usize], pairs: &[(usize, usize)]) {
    let limit = limit(graph);
    let mut layer = 0;
    while layer <= layers.iter().copied().max().unwrap_or_default() {
        let mut height = height(graph, layers, layer);
        while height > limit {
            let members = (0..layers.len()).filter(|node| layers[*node] == layer);
            let last = members
                .filter(|node| pairs.iter().all(|(from, _)| from != node))
                .min_by_key(|node| (degree(pairs, *node), Reverse(*node)));
            let Some(last) = last else { break };
            if height == graph.nodes[last].height {
                break;
            }
            layers[last] += 1;
            height -= graph.nodes[last].height + GAP;
        }
        layer += 1;
    }
}

fn degree(pairs: &[(usize, usize)], node: usize) -> usize {
    pairs.iter().filter(|(from, to)| *from == node || *to == node).count()
}

/// Returns the height of a picture that is about as wide as it is high.
fn limit(graph: &Graph) -> i32 {
    let areas = graph.nodes.iter().map(|node| area(node.width + 4 * GAP, node.height + GAP));
    let tallest = graph.nodes.iter().map(|node| node.height).max().unwrap_or_default();
    side(areas.sum()).max(tallest).max(LOW)
}

fn height(graph: &Graph, layers: &[usize], layer: usize) -> i32 {
    let members = graph.nodes.iter().zip(layers).filter(|(_, each)| **each == layer);
    let heights: Vec<_> = members.map(|(node, _)| node.height + GAP).collect();
    heights.iter().sum::<i32>() - if heights.is_empty() { 0 } else { GAP }
}

#[cfg(test)]
mod tests {
    use super::super::graph::{Link, Node};
    use super::*;

    fn graph(count: usize, pairs: &[(usize, usize)]) -> Graph {
        let link = |&(parent, child): &(usize, usize)| Link {
            parent,
            parent_at: 0,
            child,
            child_at: 0,
            is_optional: false,
        };
        let node = Node { width: 200, lead: 100, height: 100 };
        Graph { nodes: vec![node; count], links: pairs.iter().map(link).collect() }
    }

    #[test]
    fn parents_are_to_the_left_of_their_children() {
        for (count, pairs, expected) in [
            (2, &[(1, 0)][..], vec![1, 0]),
            (3, &[(0, 1), (1, 2), (0, 2)], vec![0, 1, 2]),
            // A second parent is next to its child, not at the far left.
            (4, &[(0, 1), (1, 2), (3, 2)], vec![0, 1, 2, 1]),
            // In a cycle, the node with the most children comes first.
            (3, &[(0, 1), (1, 2), (2, 0), (1, 0)], vec![2, 0, 1]),
            (1, &[(0, 0)], vec![0]),
            (2, &[(0, 1), (1, 0)], vec![0, 1]),
            (0, &[], vec![]),
        ] {
            assert_eq!(layers(&graph(count, pairs)), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_layer_that_is_too_high_is_split() {
        let pairs: Vec<_> = (1..=40).map(|child| (0, child)).collect();
        let layers = layers(&graph(41, &pairs));
        let highest = (0..).take(10).map(|at| layers.iter().filter(|it| **it == at).count()).max();
        assert!(highest < Some(20) && layers[1..].iter().all(|layer| *layer > 0), "{layers:?}");
    }
}
