//! Routes each line from layer to layer.
//!
//! The lines that leave one row of a parent in one direction are a net. They share a trunk, and each branches off in
//! the channel before its child. The trunk has a lane in each layer that it passes, which the later steps treat as a
//! box of height 0.

use std::collections::BTreeMap;

use super::graph::{Graph, Link};

/// An element of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Node(usize),
    Lane,
}

/// A place where a line ends or passes: an item, and the distance from its top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Port {
    pub(super) item: usize,
    pub(super) at: i32,
}

/// The ports that a net connects in the channel to the right of a layer.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub(super) layer: usize,
    pub(super) left: Vec<Port>,
    pub(super) right: Vec<Port>,
}

/// The path of one line, from the parent to the child.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    /// The segment of each hop from one stop to the next.
    pub(super) segments: Vec<usize>,
    pub(super) stops: Vec<Port>,
    /// Whether it runs to the right; a line from a table to itself does too.
    pub(super) is_forward: bool,
}

/// The items of each layer, from top to bottom, and what connects them.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) items: Vec<Item>,
    pub(super) heights: Vec<i32>,
    pub(super) layers: Vec<Vec<usize>>,
    pub(super) segments: Vec<Segment>,
    /// In the order of the graph's links.
    pub(super) ways: Vec<Way>,
}

pub(super) fn plan(graph: &Graph, layers: &[usize]) -> Plan {
    let mut plan = Plan::new(graph, layers);
    let mut nets: BTreeMap<Net, Vec<usize>> = BTreeMap::new();
    for (at, link) in graph.links.iter().enumerate() {
        nets.entry(Net::of(link, layers)).or_default().push(at);
    }
    let ends = Ends::new(graph, layers);
    for (net, links) in &nets {
        let branches: Vec<_> =
            links.iter().map(|at| Branch::new(graph, layers, &ends, *at)).collect();
        let reach = branches.iter().map(|it| it.distance).max().unwrap_or_default();
        let start = ends.port(net.start(), End::Trunk(*net));
        let trunk = plan.add_trunk(*net, layers[net.parent], start, reach);
        for branch in branches {
            plan.add_branch(&trunk, &branch);
        }
    }
    plan
}

/// The properties that the lines of a net share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Net {
    parent: usize,
    /// The row of the parent, from the parent's top.
    at: i32,
    /// Part of the key, since lines with different signs at the parent can't share a trunk.
    is_optional: bool,
    is_forward: bool,
}

impl Net {
    fn of(link: &Link, layers: &[usize]) -> Self {
        let is_forward = layers[link.parent] <= layers[link.child];
        let Link { parent, parent_at: at, is_optional, .. } = *link;
        Self { parent, at, is_optional, is_forward }
    }

    fn start(self) -> Place {
        Place { node: self.parent, is_right: self.is_forward, at: self.at }
    }
}

/// The side of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    node: usize,
    is_right: bool,
    at: i32,
}

/// A line that ends at one side of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Trunk(Net),
    /// The line of a link, at its child.
    Branch(usize),
}

/// The ends of all lines. Several at one side of a row are spread over its height.
struct Ends(BTreeMap<Place, Vec<End>>);

/// The largest distance between the end of a line and the middle of its row.
const SPREAD: i32 = 6;

impl Ends {
    fn new(graph: &Graph, layers: &[usize]) -> Self {
        let mut ends: BTreeMap<_, Vec<End>> = BTreeMap::new();
        for (at, link) in graph.links.iter().enumerate() {
            let net = Net::of(link, layers);
            let trunks = ends.entry(net.start()).or_default();
            if !trunks.contains(&End::Trunk(net)) {
                trunks.push(End::Trunk(net));
            }
            ends.entry(child(link, net)).or_default().push(End::Branch(at));
        }
        Self(ends)
    }

    fn port(&self, place: Place, end: End) -> Port {
        let ends = self.0.get(&place).map(Vec::as_slice).unwrap_or_default();
        let number = ends.iter().position(|each| *each == end).unwrap_or_default();
        let [number, count] = [number, ends.len()].map(|it| i32::try_from(it).unwrap_or_default());
        let shift = if count > 1 { 2 * SPREAD * number / (count - 1) - SPREAD } else { 0 };
        Port { item: place.node, at: place.at + shift }
    }
}

/// Returns where the line of a link ends at its child: on the side that the net comes from, or on the right if the
/// child is its own parent.
fn child(link: &Link, net: Net) -> Place {
    let is_right = !net.is_forward || link.parent == link.child;
    Place { node: link.child, is_right, at: link.child_at }
}

/// The part of a net that leads to one child.
struct Branch {
    link: usize,
    /// The number of layers from the parent to the child; 0 if they share one.
    distance: usize,
    end: Port,
}

impl Branch {
    fn new(graph: &Graph, layers: &[usize], ends: &Ends, at: usize) -> Self {
        let link = &graph.links[at];
        let distance = layers[link.parent].abs_diff(layers[link.child]);
        let end = ends.port(child(link, Net::of(link, layers)), End::Branch(at));
        Self { link: at, distance, end }
    }
}

/// The part of a net that its lines share.
struct Trunk {
    /// The parent's port, and a lane in each layer that the net passes.
    stops: Vec<Port>,
    /// Its first segment; the others follow.
    segment: usize,
    is_forward: bool,
}

impl Plan {
    fn new(graph: &Graph, layers: &[usize]) -> Self {
        let count = layers.iter().max().map_or(0, |last| last + 1);
        let mut plan = Self {
            items: (0..graph.nodes.len()).map(Item::Node).collect(),
            heights: graph.nodes.iter().map(|node| node.height).collect(),
            layers: vec![Vec::new(); count],
            segments: Vec::new(),
            ways: vec![Way::default(); graph.links.len()],
        };
        for (node, layer) in layers.iter().enumerate() {
            plan.layers[*layer].push(node);
        }
        plan
    }

    /// Adds a net's trunk: a segment in each channel up to the farthest child, and the lanes between them.
    fn add_trunk(&mut self, net: Net, home: usize, start: Port, reach: usize) -> Trunk {
        let is_forward = net.is_forward;
        let mut trunk = Trunk { stops: vec![start], segment: self.segments.len(), is_forward };
        for step in 0..reach.max(1) {
            // A channel has the number of the layer to its left.
            let layer = if is_forward { home + step } else { home - step - 1 };
            let mut segment = Segment { layer, ..Segment::default() };
            segment.near(is_forward).push(trunk.stops[step]);
            if step + 1 < reach {
                let lane = self.add_lane(if is_forward { layer + 1 } else { layer });
                trunk.stops.push(lane);
                segment.far(is_forward).push(lane);
            }
            self.segments.push(segment);
        }
        trunk
    }

    fn add_branch(&mut self, trunk: &Trunk, branch: &Branch) {
        // A child in the parent's layer is reached through the first channel, from the near side.
        let hops = branch.distance.max(1);
        let last = trunk.segment + hops - 1;
        let segment = &mut self.segments[last];
        let is_near = branch.distance == 0;
        let side =
            if is_near { segment.near(trunk.is_forward) } else { segment.far(trunk.is_forward) };
        side.push(branch.end);
        self.ways[branch.link] = Way {
            segments: (trunk.segment..=last).collect(),
            stops: trunk.stops[..hops].iter().copied().chain([branch.end]).collect(),
            is_forward: trunk.is_forward,
        };
    }

    fn add_lane(&mut self, layer: usize) -> Port {
        let item = self.items.len();
        self.items.push(Item::Lane);
        self.heights.push(0);
        self.layers[layer].push(item);
        Port { item, at: 0 }
    }

    /// Returns the connections in the channel to the right of a layer.
    pub(super) fn lines(&self, layer: usize) -> impl Iterator<Item = (Port, Port)> {
        let segments = self.segments.iter().filter(move |segment| segment.layer == layer);
        segments.flat_map(|segment| {
            let rights = |left: Port| segment.right.iter().map(move |right| (left, *right));
            segment.left.iter().flat_map(move |left| rights(*left))
        })
    }
}

impl Segment {
    /// Returns the ports on the side of the parent.
    fn near(&mut self, is_forward: bool) -> &mut Vec<Port> {
        if is_forward { &mut self.left } else { &mut self.right }
    }

    fn far(&mut self, is_forward: bool) -> &mut Vec<Port> {
        if is_forward { &mut self.right } else { &mut self.left }
    }
}
