//! Matches foreign keys before and after a script, since a rebuild may rename tables, columns and
//! parents.

use std::cmp::Reverse;

use super::key::ForeignKey;
use super::snapshot::{Looked, Snapshot};

/// A key before the script, matched to a key after it.
#[derive(Clone, Copy)]
pub(super) struct Former<'a> {
    pub(super) looked: &'a Looked,
    /// Whether a column of the key has a different type now.
    pub(super) is_converted: bool,
}

impl Former<'_> {
    /// Returns the digests of violating rows beyond those before.
    pub(super) fn excess(&self, now: &Looked) -> Vec<u64> {
        let mut old = self.looked.digests.get(self.is_converted).iter().peekable();
        let is_new = |digest: &u64| {
            while old.next_if(|it| *it < digest).is_some() {}
            old.next_if_eq(&digest).is_none()
        };
        now.digests.get(self.is_converted).iter().copied().filter(is_new).collect()
    }
}

/// Matches each key after the script with a key before it; each is matched at most once.
///
/// Unchanged keys are matched first, then those that changed least. If two keys changed equally, as
/// when two columns are renamed at once, the one that explains most of the dangling rows is chosen.
pub(super) fn former<'a>(before: &'a Snapshot, after: &Snapshot) -> Vec<Option<Former<'a>>> {
    let mut found: Vec<Option<Former<'a>>> = vec![None; after.keys.len()];
    let mut is_taken = vec![false; before.keys.len()];
    for (new, found) in after.keys.iter().zip(&mut found) {
        let is_it = |at: &usize| !is_taken[*at] && is_same(&before.keys[*at].key, &new.key);
        if let Some(at) = (0..before.keys.len()).find(is_it) {
            is_taken[at] = true;
            *found = Some(pair(before, after, &before.keys[at], new));
        }
    }
    let mut candidates = Vec::new();
    for (at, new) in after.keys.iter().enumerate().filter(|(at, _)| found[*at].is_none()) {
        for (of, old) in before.keys.iter().enumerate().filter(|(of, _)| !is_taken[*of]) {
            let Some(change) = change(before, after, &old.key, &new.key) else { continue };
            let former = pair(before, after, old, new);
            let explained = new.digests.len() - former.excess(new).len();
            candidates.push((change, Reverse(explained), of, at, former));
        }
    }
    candidates.sort_unstable_by_key(|&(change, explained, of, at, _)| (change, explained, of, at));
    for (_, _, of, at, former) in candidates {
        if !is_taken[of] && found[at].is_none() {
            is_taken[of] = true;
            found[at] = Some(former);
        }
    }
    found
}

fn pair<'a>(before: &Snapshot, after: &Snapshot, looked: &'a Looked, new: &Looked) -> Former<'a> {
    let (old, new) = (&looked.key, &new.key);
    let (old_table, new_table) = (lower(&old.table), lower(&new.table));
    let is_converted = old.columns.iter().zip(&new.columns).any(|((old, _), (new, _))| {
        before.declared(&old_table, &lower(old)) != after.declared(&new_table, &lower(new))
    });
    Former { looked, is_converted }
}

fn is_same(old: &ForeignKey, new: &ForeignKey) -> bool {
    let is_same_column =
        |((old, old_target), (new, new_target)): (&(String, String), &(String, String))| {
            old.eq_ignore_ascii_case(new) && old_target.eq_ignore_ascii_case(new_target)
        };
    old.table.eq_ignore_ascii_case(&new.table)
        && old.parent.eq_ignore_ascii_case(&new.parent)
        && old.columns.len() == new.columns.len()
        && old.columns.iter().zip(&new.columns).all(is_same_column)
}

/// How much a key changed, least first: whether its table was renamed, its columns were, its parent
/// differs, and its parent's columns differ.
type Change = [bool; 4];

/// Returns what changed between two keys; `None` if they can't be the same. A name counts as
/// renamed only if the old one is gone and the new one is new.
///
/// A column that refers to another table now still holds the same rows; if it is renamed as well,
/// it is a different column.
fn change(
    before: &Snapshot,
    after: &Snapshot,
    old: &ForeignKey,
    new: &ForeignKey,
) -> Option<Change> {
    if old.columns.len() != new.columns.len() {
        return None;
    }
    let (old_table, new_table) = (lower(&old.table), lower(&new.table));
    let is_relation_renamed = |old: &str, new: &str| {
        !after.relations.contains_key(old) && !before.relations.contains_key(new)
    };
    let is_table_renamed = old_table != new_table;
    if is_table_renamed && !is_relation_renamed(&old_table, &new_table) {
        return None;
    }
    let pairs = || old.columns.iter().zip(&new.columns);
    let mut is_column_renamed = false;
    for ((old, _), (new, _)) in pairs() {
        let (old, new) = (lower(old), lower(new));
        if old != new {
            is_column_renamed = true;
            let is_gone = after.declared(&new_table, &old).is_none();
            if !is_gone || before.declared(&old_table, &new).is_some() {
                return None;
            }
        }
    }
    let (old_parent, new_parent) = (lower(&old.parent), lower(&new.parent));
    let is_parent_other = old_parent != new_parent;
    let is_parent_renamed = is_relation_renamed(&old_parent, &new_parent);
    if is_parent_other && !is_parent_renamed && (is_table_renamed || is_column_renamed) {
        return None;
    }
    let is_target_other = pairs().any(|((_, old), (_, new))| !old.eq_ignore_ascii_case(new));
    Some([is_table_renamed, is_column_renamed, is_parent_other, is_target_other])
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}
