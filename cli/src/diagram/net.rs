//! The way of each line from layer to layer.
//!
//! The lines that leave one row of a parent are a net: they begin as one, and part where they have to. Where a net
//! goes past a layer, it has a lane there, which takes part in the layout as a box without a height would.

use std::collections::BTreeMap;

use super::graph::{Graph, Link};

/// What stands in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Node(usize),
    Lane,
}

/// A place where a line ends or goes on: an item, and how far below its top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Port {
    pub(super) item: usize,
    pub(super) at: i32,
}

/// What a net connects in the channel to the right of a layer.
#[derive(Debug, Default)]
pub(super) struct Segment {
    pub(super) layer: usize,
    pub(super) left: Vec<Port>,
    pub(super) right: Vec<Port>,
}

/// The way of one line: where it is met, from the parent to the child.
#[derive(Debug)]
pub(super) struct Way {
    /// Of each hop to the next stop, the segment that it is part of.
    pub(super) segments: Vec<usize>,
    pub(super) stops: Vec<Port>,
    /// Whether the parent stands to the left of the child; so does one that is its own child.
    pub(super) is_forward: bool,
}

/// All of it: the items of each layer, from top to bottom, and what connects them.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) items: Vec<Item>,
    pub(super) heights: Vec<i32>,
    pub(super) layers: Vec<Vec<usize>>,
    pub(super) segments: Vec<Segment>,
    /// In the order of the graph's links.
    pub(super) ways: Vec<Way>,
}

/// How far from the middle of a row its lines end if there are several.
const SPREAD: i32 = 6;

/// What the lines of a net have in common: parent, row, whether there may be no parent, and the direction.
type Key = (usize, i32, bool, bool);

pub(super) fn plan(graph: &Graph, layers: &[usize]) -> Plan {
    let count = layers.iter().max().map_or(0, |last| last + 1);
    let mut plan = Plan {
        items: (0..graph.nodes.len()).map(Item::Node).collect(),
        heights: graph.nodes.iter().map(|node| node.height).collect(),
        layers: vec![Vec::new(); count],
        ..Plan::default()
    };
    for (node, layer) in layers.iter().enumerate() {
        plan.layers[*layer].push(node);
    }
    let mut nets: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (at, link) in graph.links.iter().enumerate() {
        nets.entry(key(link, layers)).or_default().push(at);
    }
    let ports = Ports::new(graph, layers);
    let mut ways: BTreeMap<usize, Way> = BTreeMap::new();
    for (key, links) in &nets {
        Net { graph, layers, ports: &ports, key: *key }.lead(links, &mut plan, &mut ways);
    }
    plan.ways = ways.into_values().collect();
    plan
}

fn key(link: &Link, layers: &[usize]) -> Key {
    let is_forward = layers[link.parent] <= layers[link.child];
    (link.parent, link.parent_at, link.is_optional, is_forward)
}

/// Where lines end: those that share a row of a side are spread over it.
struct Ports {
    /// By node, whether it is the right side, and row.
    ends: BTreeMap<(usize, bool, i32), Vec<End>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Parent(Key),
    Child(usize),
}

impl Ports {
    fn new(graph: &Graph, layers: &[usize]) -> Self {
        let mut ends: BTreeMap<_, Vec<End>> = BTreeMap::new();
        for (at, link) in graph.links.iter().enumerate() {
            let key = key(link, layers);
            let parents = ends.entry((link.parent, key.3, link.parent_at)).or_default();
            if !parents.contains(&End::Parent(key)) {
                parents.push(End::Parent(key));
            }
            let is_right = !key.3 || link.parent == link.child;
            ends.entry((link.child, is_right, link.child_at)).or_default().push(End::Child(at));
        }
        Self { ends }
    }

    fn port(&self, item: usize, is_right: bool, at: i32, end: End) -> Port {
        let ends = self.ends.get(&(item, is_right, at)).map(Vec::as_slice).unwrap_or_default();
        let place = ends.iter().position(|each| *each == end).unwrap_or_default();
        let [place, count] = [place, ends.len()].map(|it| i32::try_from(it).unwrap_or_default());
        let shift = if count > 1 { 2 * SPREAD * place / (count - 1) - SPREAD } else { 0 };
        Port { item, at: at + shift }
    }
}

struct Net<'a> {
    graph: &'a Graph,
    layers: &'a [usize],
    ports: &'a Ports,
    key: Key,
}

impl Net<'_> {
    fn lead(&self, links: &[usize], plan: &mut Plan, ways: &mut BTreeMap<usize, Way>) {
        let (parent, at, _, is_forward) = self.key;
        let mut trunk = vec![self.ports.port(parent, is_forward, at, End::Parent(self.key))];
        let home = self.layers[parent];
        let reach = links.iter().map(|link| self.distance(*link)).max().unwrap_or_default();
        let first = plan.segments.len();
        for step in 0..reach.max(1) {
            // The channel to the right of a layer is the one to the left of the next.
            let layer = if is_forward { home + step } else { home - step - 1 };
            let mut segment = Segment { layer, ..Segment::default() };
            near(&mut segment, is_forward).push(trunk[step]);
            if step + 1 < reach {
                let lane = plan.lane(if is_forward { layer + 1 } else { layer });
                trunk.push(lane);
                far(&mut segment, is_forward).push(lane);
            }
            plan.segments.push(segment);
        }
        for link in links {
            let distance = self.distance(*link);
            let end = self.end(*link);
            let last = first + distance.saturating_sub(1);
            let segment = &mut plan.segments[last];
            let side =
                if distance == 0 { near(segment, is_forward) } else { far(segment, is_forward) };
            side.push(end);
            let stops = trunk[..distance.max(1)].iter().copied().chain([end]).collect();
            ways.insert(*link, Way { segments: (first..=last).collect(), stops, is_forward });
        }
    }

    /// How many layers there are from the parent to the child; none if they are one.
    fn distance(&self, link: usize) -> usize {
        let link = &self.graph.links[link];
        self.layers[link.parent].abs_diff(self.layers[link.child])
    }

    fn end(&self, at: usize) -> Port {
        let link = &self.graph.links[at];
        let is_right = !self.key.3 || link.parent == link.child;
        self.ports.port(link.child, is_right, link.child_at, End::Child(at))
    }
}

impl Plan {
    fn lane(&mut self, layer: usize) -> Port {
        let item = self.items.len();
        self.items.push(Item::Lane);
        self.heights.push(0);
        self.layers[layer].push(item);
        Port { item, at: 0 }
    }
}

/// The side of a segment on which the parent is.
fn near(segment: &mut Segment, is_forward: bool) -> &mut Vec<Port> {
    if is_forward { &mut segment.left } else { &mut segment.right }
}

fn far(segment: &mut Segment, is_forward: bool) -> &mut Vec<Port> {
    if is_forward { &mut segment.right } else { &mut segment.left }
}
