//! Orders tables for filling: parents before children.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::{Name, Schema};

type Parents<'a> = BTreeMap<&'a Name, BTreeSet<&'a Name>>;

/// Returns the tables in groups, each after those that it refers to. A group of more than one is a
/// cycle of foreign keys.
pub(super) fn groups<'a>(schema: &'a Schema, tables: &BTreeSet<&'a Name>) -> Vec<Vec<&'a Name>> {
    let mut waiting = parents(schema, tables);
    let mut groups = Vec::new();
    while !waiting.is_empty() {
        let ready: Vec<&Name> = waiting
            .iter()
            .filter(|(_, parents)| parents.is_empty())
            .map(|(&name, _)| name)
            .collect();
        let next = if ready.is_empty() { vec![cycle(&waiting)] } else { singles(ready) };
        let done: BTreeSet<&Name> = next.iter().flatten().copied().collect();
        if done.is_empty() {
            break;
        }
        waiting.retain(|name, _| !done.contains(name));
        for parents in waiting.values_mut() {
            parents.retain(|parent| !done.contains(parent));
        }
        groups.extend(next);
    }
    groups
}

fn singles(names: Vec<&Name>) -> Vec<Vec<&Name>> {
    names.into_iter().map(|name| vec![name]).collect()
}

fn parents<'a>(schema: &'a Schema, tables: &BTreeSet<&'a Name>) -> Parents<'a> {
    let of = |name: &'a Name| {
        let keys = schema.tables.get(name).into_iter().flat_map(|table| &table.foreign_keys);
        keys.filter_map(|key| tables.get(&key.parent).copied())
            .filter(|&parent| parent != name)
            .collect()
    };
    tables.iter().map(|&name| (name, of(name))).collect()
}

/// Returns a cycle that depends on no table outside it. Each remaining table depends on another, so
/// the one that reaches the fewest is in such a cycle, and reaches exactly its members.
fn cycle<'a>(waiting: &Parents<'a>) -> Vec<&'a Name> {
    waiting
        .keys()
        .map(|&name| reached(waiting, name))
        .min_by_key(BTreeSet::len)
        .map(|cycle| cycle.into_iter().collect())
        .unwrap_or_default()
}

fn reached<'a>(waiting: &Parents<'a>, from: &'a Name) -> BTreeSet<&'a Name> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        for &parent in waiting.get(name).into_iter().flatten() {
            if reached.insert(parent) {
                open.push(parent);
            }
        }
    }
    reached
}
