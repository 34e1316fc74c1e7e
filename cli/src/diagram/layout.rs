//! The places of all boxes and lines.

use super::graph::{Graph, Node};
use super::net::{self, Item};
use super::place::GAP;
use super::route::{Point, Route, route};
use super::{layer, order, pack, place};

/// The picture is at least so wide, if there is anything to fill it.
const WIDTH: i32 = 960;
/// How much wider a box may become for its text to be aligned with that of others.
const WASTE: i32 = 60;

/// A place for everything.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// In the order of the graph's nodes.
    pub(super) boxes: Vec<Rect>,
    /// In the order of the graph's links.
    pub(super) routes: Vec<Route>,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// The place of a box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Layout {
    pub(super) fn of(graph: &Graph) -> Self {
        let (connected, alone) = pack::components(graph);
        let parts: Vec<_> = connected.iter().map(|nodes| graph.part(nodes)).collect();
        let drawn: Vec<_> = parts.iter().map(|(part, _)| component(part)).collect();
        let sizes: Vec<_> = drawn.iter().map(|part| (part.width, part.height)).collect();
        let widest = sizes.iter().map(|size| size.0).max().unwrap_or_default();
        let (places, (width, height)) = pack::shelves(&sizes, widest.max(WIDTH), pack::SPACE);
        let mut layout = Self {
            boxes: vec![Rect::default(); graph.nodes.len()],
            routes: Vec::new(),
            width,
            height,
        };
        let mut routes: Vec<(usize, Route)> = Vec::new();
        for (((nodes, (_, links)), part), place) in
            connected.iter().zip(&parts).zip(drawn).zip(places)
        {
            for (node, rect) in nodes.iter().zip(part.boxes) {
                layout.boxes[*node] = rect.moved(place);
            }
            let moved = part.routes.into_iter().map(|route| route.moved(place));
            routes.extend(links.iter().copied().zip(moved));
        }
        routes.sort_by_key(|(link, _)| *link);
        layout.routes = routes.into_iter().map(|(_, route)| route).collect();
        layout.add_alone(graph, &alone);
        layout
    }

    /// Puts boxes without any line below all others: in columns, and then those that are much wider.
    fn add_alone(&mut self, graph: &Graph, alone: &[usize]) {
        let mut widths: Vec<_> = alone.iter().map(|node| graph.nodes[*node].width).collect();
        widths.sort_unstable();
        let Some(usual) = widths.get(widths.len() / 2).map(|middle| middle * 3 / 2) else { return };
        let is_usual = |node: &usize| graph.nodes[*node].width <= usual;
        let (usual, wide): (Vec<_>, Vec<_>) = alone.iter().copied().partition(is_usual);
        let width = width(&usual.iter().map(|node| graph.nodes[*node]).collect::<Vec<_>>());
        let heights: Vec<_> = usual.iter().map(|node| graph.nodes[*node].height).collect();
        let areas = heights.iter().map(|height| pack::area(width + GAP, height + GAP));
        let limit = self.width.max(WIDTH).max(pack::side(areas.sum()));
        let columns = usize::try_from((limit + GAP) / (width + GAP)).unwrap_or_default();
        let (places, size) = pack::grid(&heights, width, GAP, columns);
        self.add_below(graph, &usual, &places, size, Some(width));
        let sizes = wide.iter().map(|node| (graph.nodes[*node].width, graph.nodes[*node].height));
        let (places, size) = pack::shelves(&sizes.collect::<Vec<_>>(), limit, GAP);
        self.add_below(graph, &wide, &places, size, None);
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

/// The places of what is connected.
fn component(graph: &Graph) -> Layout {
    let layers = layer::layers(graph);
    let mut plan = net::plan(graph, &layers);
    order::order(&mut plan);
    let tops = place::place(&plan);
    let members = |layer: &Vec<usize>| {
        let nodes = layer.iter().filter_map(|item| match plan.items[*item] {
            Item::Node(node) => Some(graph.nodes[node]),
            Item::Lane => None,
        });
        width(&nodes.collect::<Vec<_>>())
    };
    let widths: Vec<_> = plan.layers.iter().map(members).collect();
    let (columns, routes, width) = route(&plan, &tops, &widths);
    let rect = |(node, size): (usize, &Node)| {
        let (left, right) = columns[layers[node]];
        Rect { x: left, y: tops[node], width: right - left, height: size.height }
    };
    let boxes: Vec<_> = graph.nodes.iter().enumerate().map(rect).collect();
    let lowest = boxes.iter().map(|it| it.y + it.height);
    let lines = routes.iter().flat_map(|route| &route.points).map(|point| point.y);
    let height = lowest.chain(lines).max().unwrap_or_default();
    Layout { boxes, routes, width, height }
}

/// The width of boxes that stand below each other: wide enough for their texts to be aligned, if that costs little.
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
    fn moved(mut self, (x, y): (i32, i32)) -> Self {
        self.points = self.points.iter().map(|it| Point { x: it.x + x, y: it.y + y }).collect();
        self
    }
}

#[cfg(test)]
mod tests;
