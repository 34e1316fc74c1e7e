//! Looks up the tables of each foreign key.

use std::borrow::Cow;

use crate::model::{Diagram, Mark, Relation, Table, TableKind};

/// The tables of a diagram, including those that only a foreign key names, and its lines.
#[derive(Debug)]
pub(crate) struct Resolved<'a> {
    pub(crate) tables: Vec<Cow<'a, Table>>,
    /// In the order of the diagram's relations.
    pub(crate) edges: Vec<Edge<'a>>,
}

/// A foreign key with the indexes of its two tables.
#[derive(Debug)]
pub(crate) struct Edge<'a> {
    pub(crate) parent: usize,
    pub(crate) child: usize,
    pub(crate) relation: &'a Relation,
}

impl<'a> Resolved<'a> {
    pub(crate) fn new(diagram: &'a Diagram) -> Self {
        let mut tables = diagram.tables.iter().map(Cow::Borrowed).collect();
        let edges = diagram.relations.iter().map(|relation| Edge {
            parent: index(&mut tables, &relation.parent),
            child: index(&mut tables, &relation.child),
            relation,
        });
        let edges = edges.collect();
        Self { tables, edges }
    }

    /// Returns the foreign key as a sentence, for its tooltip and for screen readers.
    pub(crate) fn description(&self, edge: &Edge<'_>) -> String {
        let relation = edge.relation;
        let child = end(&self.tables[edge.child], &relation.child_columns);
        let parent = end(&self.tables[edge.parent], &relation.parent_columns);
        let many = if relation.is_single { "at most one" } else { "any number" };
        let one = if relation.is_optional { "at most one" } else { "exactly one" };
        let mut text = format!("{child} references {parent}: {many} to {one}");
        if !relation.on_delete.is_empty() {
            text.extend([", ON DELETE ", &relation.on_delete]);
        }
        if relation.mark != Mark::Same {
            text.extend([", ", relation.mark.word()]);
        }
        text
    }
}

/// Returns the index of the table with this name, and adds the table if it is missing.
fn index(tables: &mut Vec<Cow<'_, Table>>, name: &str) -> usize {
    tables.iter().position(|table| is_same(&table.name, name)).unwrap_or_else(|| {
        let name = name.to_owned();
        tables.push(Cow::Owned(Table { name, kind: TableKind::Missing, ..Table::default() }));
        tables.len() - 1
    })
}

/// Whether two names are the same in SQL.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn end(table: &Table, columns: &[String]) -> String {
    match columns {
        [] => table.name.clone(),
        [only] => format!("{}.{only}", table.name),
        several => format!("{} ({})", table.name, several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(child: &str, parent: &str) -> Relation {
        Relation { child: child.to_owned(), parent: parent.to_owned(), ..Relation::default() }
    }

    #[test]
    fn tables_are_found_in_any_case_and_added_if_missing() {
        let table = |name: &str| Table { name: name.to_owned(), ..Table::default() };
        let diagram = Diagram {
            tables: vec![table("a"), table("b")],
            relations: vec![relation("a", "B"), relation("b", "gone"), relation("GONE", "a")],
            ..Diagram::default()
        };
        let resolved = Resolved::new(&diagram);
        let ends: Vec<_> = resolved.edges.iter().map(|edge| (edge.child, edge.parent)).collect();
        assert_eq!(ends, [(0, 1), (1, 2), (2, 0)]);
        let kinds: Vec<_> = resolved.tables.iter().map(|table| &table.kind).collect();
        assert_eq!(kinds, [&TableKind::Ordinary, &TableKind::Ordinary, &TableKind::Missing]);
    }

    #[test]
    fn a_foreign_key_is_described_in_a_sentence() {
        let columns = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        for (relation, expected) in [
            (relation("a", "b"), "a references b: any number to exactly one"),
            (
                Relation {
                    child_columns: columns(&["x"]),
                    parent_columns: columns(&["id"]),
                    is_optional: true,
                    on_delete: "CASCADE".to_owned(),
                    ..relation("a", "b")
                },
                "a.x references b.id: any number to at most one, ON DELETE CASCADE",
            ),
            (
                Relation {
                    child_columns: columns(&["x", "y"]),
                    is_single: true,
                    mark: Mark::New,
                    ..relation("a", "b")
                },
                "a (x, y) references b: at most one to exactly one, new",
            ),
        ] {
            let diagram = Diagram { relations: vec![relation], ..Diagram::default() };
            let resolved = Resolved::new(&diagram);
            assert_eq!(resolved.description(&resolved.edges[0]), expected);
        }
    }
}
