//! Turns a diagram into the graph that the layout needs: sizes and positions, no text.

use super::area::{self, Area};
use crate::layout::{Graph, Link, Node};
use crate::resolved::{Edge, Resolved, is_same};

pub(super) fn graph(resolved: &Resolved<'_>) -> Graph {
    let nodes = resolved.tables.iter().map(|table| {
        let area = Area::of(table);
        Node { width: area.width, lead: area.kind, height: area.height }
    });
    let links = resolved.edges.iter().map(|edge| link(resolved, edge));
    Graph { nodes: nodes.collect(), links: links.collect() }
}

fn link(resolved: &Resolved<'_>, edge: &Edge<'_>) -> Link {
    let at = |table: usize, column: Option<&String>| {
        let columns = &resolved.tables[table].columns;
        let row = column.and_then(|name| columns.iter().position(|it| is_same(&it.name, name)));
        area::middle(row)
    };
    Link {
        parent: edge.parent,
        parent_at: at(edge.parent, edge.relation.parent_columns.first()),
        child: edge.child,
        child_at: at(edge.child, edge.relation.child_columns.first()),
        is_optional: edge.relation.is_optional,
    }
}
