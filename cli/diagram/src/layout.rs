//! Places all boxes and lines.

mod graph;
mod layer;
mod net;
mod order;
mod pack;
mod place;
mod route;
mod track;

pub(crate) use graph::{Graph, Link, Node};
pub(crate) use route::{Point, Route};

use net::Item;
use place::GAP;

/// The width that rows of unconnected parts may fill at least.
const WIDTH: i32 = 960;
/// How much wider a box may become so that its text lines up with that of the boxes above and below.
const WASTE: i32 = 60;

/// The positions of all boxes and lines.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// In the order of the graph's nodes.
    pub(crate) boxes: Vec<Rect>,
    /// In the order of the graph's links.
    pub(crate) routes: Vec<Route>,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// The position and the size of a box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

/// A connected part of a graph, laid out on its own.
struct Part {
    /// The indexes of its nodes and links in the whole graph.
    nodes: Vec<usize>,
    links: Vec<usize>,
    layout: Layout,
}

impl Part {
    fn new(graph: &Graph, nodes: Vec<usize>) -> Self {
        let (part, links) = graph.part(&nodes);
        Self { nodes, links, layout: connected(&part) }
    }
}

impl Layout {
    pub(crate) fn of(graph: &Graph) -> Self {
        let (groups, alone) = pack::components(graph);
        let parts: Vec<_> = groups.into_iter().map(|nodes| Part::new(graph, nodes)).collect();
        let sizes: Vec<_> = parts.iter().map(|it| (it.layout.width, it.layout.height)).collect();
        let widest = sizes.iter().map(|size| size.0).max().unwrap_or_default();
        let (places, (width, height)) = pack::shelves(&sizes, widest.max(WIDTH), pack::SPACE);
        let boxes = vec![Rect::default(); graph.nodes.len()];
        let routes = vec![Route::default(); graph.links.len()];
        let mut layout = Self { boxes, routes, width, height };
        for (part, place) in parts.iter().zip(places) {
            layout.add(part, place);
        }
        layout.add_alone(graph, &alone);
        layout
    }

    fn add(&mut self, part: &Part, place: (i32, i32)) {
        for (node, rect) in part.nodes.iter().zip(&part.layout.boxes) {
            self.boxes[*node] = rect.moved(place);
        }
        for (link, route) in part.links.iter().zip(&part.layout.routes) {
            self.routes[*link] = route.moved(place);
        }
    }

    /// Adds the boxes without lines below all others: those of usual width in columns, then the much wider ones.
    fn add_alone(&mut self, graph: &Graph, alone: &[usize]) {
        let node = |node: &usize| graph.nodes[*node];
        let mut widths: Vec<_> = alone.iter().map(|it| node(it).width).collect();
        widths.sort_unstable();
        let Some(usual) = widths.get(widths.len() / 2).map(|median| median * 3 / 2) else { return };
        let (usual, wide): (Vec<_>, Vec<_>) =
            alone.iter().copied().partition(|it| node(it).width <= usual);
        let limit = self.add_columns(graph, &usual);
        let sizes: Vec<_> = wide.iter().map(|it| (node(it).width, node(it).height)).collect();
        let (places, size) = pack::shelves(&sizes, limit, GAP);
        self.add_below(graph, &wide, &places, size, None);
    }

    /// Adds boxes in columns of one width. Returns the width that may be filled.
    fn add_columns(&mut self, graph: &Graph, nodes: &[usize]) -> i32 {
        let width = width(&nodes.iter().map(|node| graph.nodes[*node]).collect::<Vec<_>>());
        let heights: Vec<_> = nodes.iter().map(|node| graph.nodes[*node].height).collect();
        let areas = heights.iter().map(|height| pack::area(width + GAP, height + GAP));
        let limit = self.width.max(WIDTH).max(pack::side(areas.sum()));
        let columns = usize::try_from((limit + GAP) / (width + GAP)).unwrap_or_default();
        let (places, size) = pack::grid(&heights, width, GAP, columns);
        self.add_below(graph, nodes, &places, size, Some(width));
        limit
    }

    fn add_below(
        &mut self,
        graph: &Graph,
        nodes: &[usize],
        places: &[(i32, i32)],
        size: (i32, i32),
        width: Option<i32>,
    ) {
        if nodes.is_empty() {
            return;
        }
        let gap = if self.height == 0 { 0 } else { pack::SPACE };
        let top = self.height + gap;
        for (node, place) in nodes.iter().zip(places) {
            let Node { width: own, height, .. } = graph.nodes[*node];
            let rect = Rect { x: 0, y: top, width: width.unwrap_or(own), height };
            self.boxes[*node] = rect.moved(*place);
        }
        self.width = self.width.max(size.0);
        self.height = top + size.1;
    }
}

/// Lays out a connected graph.
fn connected(graph: &Graph) -> Layout {
    let layers = layer::layers(graph);
    let mut plan = net::plan(graph, &layers);
    order::order(&mut plan);
    let tops = place::place(&plan);
    let widths: Vec<_> =
        plan.layers.iter().map(|layer| width(&nodes(graph, &plan, layer))).collect();
    let (columns, routes, width) = route::route(&plan, &tops, &widths);
    let rect = |(node, size): (usize, &Node)| {
        let (left, right) = columns[layers[node]];
        Rect { x: left, y: tops[node], width: right - left, height: size.height }
    };
    let boxes: Vec<_> = graph.nodes.iter().enumerate().map(rect).collect();
    let bottoms = boxes.iter().map(|it| it.y + it.height);
    let lines = routes.iter().flat_map(|route| &route.points).map(|point| point.y);
    let height = bottoms.chain(lines).max().unwrap_or_default();
    Layout { boxes, routes, width, height }
}

/// Returns the boxes of a layer.
fn nodes(graph: &Graph, plan: &net::Plan, layer: &[usize]) -> Vec<Node> {
    let node = |item: &usize| match plan.items[*item] {
        Item::Node(node) => Some(graph.nodes[node]),
        Item::Lane => None,
    };
    layer.iter().filter_map(node).collect()
}

/// Returns the width of boxes in one column: wide enough for their texts to line up, if that costs little.
fn width(nodes: &[Node]) -> i32 {
    let most = |of: fn(&Node) -> i32| nodes.iter().map(of).max().unwrap_or_default();
    let widest = most(|node| node.width);
    let aligned = most(|node| node.lead) + most(|node| node.width - node.lead);
    if aligned <= widest + WASTE { aligned } else { widest }
}

impl Rect {
    fn moved(self, (x, y): (i32, i32)) -> Self {
        Self { x: self.x + x, y: self.y + y, ..self }
    }
}

impl Route {
    fn moved(&self, (x, y): (i32, i32)) -> Self {
        let points = self.points.iter().map(|it| Point { x: it.x + x, y: it.y + y }).collect();
        Self { points, ..*self }
    }
}

#[cfg(test)]
mod tests;
