//! The boxes and lines of a diagram, without any text: what a layout needs to know.

use migratory_analysis::schema::Name;

use super::area::{self, Area};
use super::model::{Entity, Model};
use super::relation::Relation;

/// Boxes, and the lines between them.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) links: Vec<Link>,
}

/// A box.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) width: i32,
    /// Where in it the second part of the text begins, which is at one place in boxes below each other.
    pub(super) lead: i32,
    pub(super) height: i32,
}

/// A line from a row of a parent to a row of a child.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) parent: usize,
    /// How far below the top of the parent it leaves.
    pub(super) parent_at: i32,
    pub(super) child: usize,
    pub(super) child_at: i32,
    /// Whether the end at the parent says that there may be none.
    pub(super) is_optional: bool,
}

impl Graph {
    pub(super) fn of(model: &Model) -> Self {
        let nodes = model.entities.iter().map(node).collect();
        let links = model.relations.iter().map(|relation| link(model, relation)).collect();
        Self { nodes, links }
    }

    /// The part of it that holds these nodes alone, numbered anew, and the links that are in it.
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

fn node(entity: &Entity) -> Node {
    let area = Area::of(entity);
    Node { width: area.width, lead: area.kind, height: area.height }
}

fn link(model: &Model, relation: &Relation) -> Link {
    let at = |entity: usize, column: Option<&Name>| {
        let row = column.and_then(|column| {
            model.entities[entity].rows.iter().position(|row| row.name == *column)
        });
        area::middle(row)
    };
    Link {
        parent: relation.parent,
        parent_at: at(relation.parent, relation.parent_columns.first()),
        child: relation.child,
        child_at: at(relation.child, relation.child_columns.first()),
        is_optional: relation.is_optional,
    }
}
