//! The graph to lay out: boxes and lines, without text.

/// Boxes, and the lines between them.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) links: Vec<Link>,
}

/// A box.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) width: i32,
    /// The left edge of the second part of its texts, which lines up in boxes below each other.
    pub(crate) lead: i32,
    pub(crate) height: i32,
}

/// A line from a row of a parent to a row of a child.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) parent: usize,
    /// Where it leaves the parent, from the parent's top.
    pub(crate) parent_at: i32,
    pub(crate) child: usize,
    pub(crate) child_at: i32,
    /// Whether the sign at the parent's end shows that there may be no parent.
    pub(crate) is_optional: bool,
}

impl Graph {
    /// Returns the subgraph of these nodes, renumbered, and the indexes of its links in this graph.
    pub(super) fn part(&self, nodes: &[usize]) -> (Self, Vec<usize>) {
        let number = |node: usize| nodes.iter().position(|each| *each == node);
        let mut links = Vec::new();
        let mut kept = Vec::new();
        for (at, link) in self.links.iter().enumerate() {
            if let (Some(parent), Some(child)) = (number(link.parent), number(link.child)) {
                links.push(Link { parent, child, ..*link });
                kept.push(at);
            }
        }
        let nodes = nodes.iter().map(|node| self.nodes[*node]).collect();
        (Self { nodes, links }, kept)
    }
}
