//! Properties of every layout.

use super::*;

/// Returns graphs of many shapes, the same ones in each run.
fn graphs() -> Vec<Graph> {
    let mut seed = 1_u32;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(seed >> 8).expect("it is small") % below
    };
    let sizes = [0, 1, 2, 3, 5, 8, 12, 20, 35, 60];
    let shapes = sizes.iter().flat_map(|count| [0, 1, 2, 3].map(|density| (*count, density)));
    shapes.map(|(count, density)| graph(count, count * density / 2, &mut next)).collect()
}

fn graph(count: usize, links: usize, next: &mut impl FnMut(usize) -> usize) -> Graph {
    let rows: Vec<_> = (0..count).map(|_| 1 + next(12)).collect();
    let at = |row: usize| 51 + 24 * i32::try_from(row).expect("it is small");
    let node = |rows: &usize| Node {
        width: 140 + 2 * at(*rows) / 3,
        lead: 70 + at(*rows) / 5,
        height: at(*rows) - 7,
    };
    let nodes = rows.iter().map(node).collect();
    let links = (0..links).map(|_| {
        let (parent, child) = (next(count), next(count));
        let (parent_at, child_at) = (at(next(2).min(rows[parent] - 1)), at(next(rows[child])));
        Link { parent, parent_at, child, child_at, is_optional: next(3) == 0 }
    });
    let links = links.collect();
    Graph { nodes, links }
}

#[test]
fn no_two_boxes_overlap() {
    for graph in graphs() {
        let layout = Layout::of(&graph);
        assert_eq!(layout.boxes.len(), graph.nodes.len());
        for (at, one) in layout.boxes.iter().enumerate() {
            let is_within = one.x >= 0 && one.y >= 0 && one.x + one.width <= layout.width;
            assert!(is_within && one.y + one.height <= layout.height, "{one:?}");
            assert!(one.width >= graph.nodes[at].width && one.height == graph.nodes[at].height);
            for other in &layout.boxes[at + 1..] {
                let beside = one.x + one.width < other.x || other.x + other.width < one.x;
                let above = one.y + one.height < other.y || other.y + other.height < one.y;
                assert!(beside || above, "{one:?} {other:?}");
            }
        }
    }
}

#[test]
fn every_link_has_a_line_from_its_row_to_its_row() {
    for graph in graphs() {
        let layout = Layout::of(&graph);
        assert_eq!(layout.routes.len(), graph.links.len());
        for (link, route) in graph.links.iter().zip(&layout.routes) {
            let first = route.points.first().expect("a point");
            let last = route.points.last().expect("a point");
            for (point, node, at, is_right) in [
                (first, link.parent, link.parent_at, route.parent_is_left),
                (last, link.child, link.child_at, !route.child_is_right),
            ] {
                let rect = layout.boxes[node];
                assert_eq!(point.x, if is_right { rect.x + rect.width } else { rect.x });
                assert!(point.y.abs_diff(rect.y + at) <= 7, "{link:?} {route:?} {rect:?}");
            }
        }
    }
}

#[test]
fn no_line_runs_through_a_box() {
    for graph in graphs() {
        let layout = Layout::of(&graph);
        for route in &layout.routes {
            for pair in route.points.windows(2) {
                let [one, other] = [pair[0], pair[1]];
                let is_straight = one.x == other.x || one.y.abs_diff(other.y) <= 1;
                assert!(is_straight, "{route:?}");
                for rect in &layout.boxes {
                    let beside =
                        one.x.max(other.x) <= rect.x || one.x.min(other.x) >= rect.x + rect.width;
                    let above =
                        one.y.max(other.y) < rect.y || one.y.min(other.y) > rect.y + rect.height;
                    assert!(beside || above, "{rect:?} {route:?}");
                }
            }
        }
    }
}

/// Lines that begin at the same point may share a part; others never do.
#[test]
fn lines_of_different_parents_do_not_overlap() {
    let (mut upright, mut shared) = (0, 0);
    for graph in graphs() {
        let layout = Layout::of(&graph);
        let sections = layout.routes.iter().flat_map(|route| {
            let start = route.points[0];
            route.points.windows(2).map(move |pair| (start, pair[0], pair[1]))
        });
        let sections: Vec<_> = sections.filter(|(_, one, other)| one.x == other.x).collect();
        for (at, (start, one, other)) in sections.iter().enumerate() {
            upright += 1;
            let met = sections[at + 1..].iter().filter(|(begin, two, end)| {
                let apart =
                    one.y.max(other.y) < two.y.min(end.y) || two.y.max(end.y) < one.y.min(other.y);
                begin != start && two.x == one.x && !apart
            });
            shared += met.count();
        }
    }
    assert!(upright > 100);
    assert_eq!(shared, 0);
}

#[test]
fn the_same_graph_is_laid_out_the_same_way() {
    let layouts =
        || graphs().iter().map(Layout::of).map(|it| format!("{it:?}")).collect::<Vec<_>>();
    assert_eq!(layouts(), layouts());
}

#[test]
fn cycles_are_laid_out() {
    let link =
        |parent, child| Link { parent, parent_at: 51, child, child_at: 75, is_optional: true };
    let node = Node { width: 200, lead: 100, height: 100 };
    for links in [
        vec![link(0, 0)],
        vec![link(0, 1), link(1, 0)],
        vec![link(0, 1), link(1, 2), link(2, 0), link(2, 2)],
    ] {
        let graph = Graph { nodes: vec![node; 3], links };
        assert_eq!(Layout::of(&graph).routes.len(), graph.links.len());
        assert!(net::plan(&graph, &layer::layers(&graph)).layers.len() <= 3);
    }
}
