//! Compares the dangling rows before and after an operation.

use std::collections::HashMap;

use super::digest::Digest;
use super::rename::{Former, former};
use super::snapshot::{Looked, Snapshot};

/// The violations added to one key.
pub(super) struct Addition<'a> {
    /// The key's place among those that were looked at.
    pub(super) at: usize,
    pub(super) looked: &'a Looked,
    pub(super) has_parent: bool,
    /// SQLite's message, if it could check the key before and can't now.
    pub(super) problem: Option<&'a str>,
    /// The new digests, sorted, each as often as it was added.
    pub(super) excess: Vec<u64>,
    former: Option<Former<'a>>,
}

/// Selects the added rows among those that dangle now. Among rows of equal values, the first ones
/// count as old.
pub(super) struct Picker<'a> {
    excess: &'a [u64],
    old: &'a [u64],
    is_converted: bool,
    seen: HashMap<u64, usize>,
}

pub(super) fn additions<'a>(before: &'a Snapshot, after: &'a Snapshot) -> Vec<Addition<'a>> {
    let mut additions: Vec<Addition<'a>> = Vec::new();
    for ((at, looked), former) in after.keys.iter().enumerate().zip(former(before, after)) {
        let excess = match &former {
            Some(former) => former.excess(looked),
            None => looked.digests.get(false).to_vec(),
        };
        let was_unchecked = former.is_some_and(|former| former.looked.problem.is_some());
        let is_listed = |problem: &&str| additions.iter().any(|it| it.problem == Some(*problem));
        let problem = looked.problem.as_deref().filter(|it| !was_unchecked && !is_listed(it));
        if excess.is_empty() && problem.is_none() {
            continue;
        }
        let has_parent = after.has_parent(&looked.key);
        additions.push(Addition { at, looked, has_parent, problem, excess, former });
    }
    additions
}

impl Addition<'_> {
    pub(super) fn picker(&self) -> Picker<'_> {
        let is_converted = self.former.is_some_and(|former| former.is_converted);
        let old = self.former.map_or(&[][..], |it| it.looked.digests.get(is_converted));
        Picker { excess: &self.excess, old, is_converted, seen: HashMap::new() }
    }
}

impl Picker<'_> {
    /// Returns whether a row that violates the key was added.
    pub(super) fn picks(&mut self, digest: Digest) -> bool {
        let digest = if self.is_converted { digest.converted } else { digest.exact };
        if self.excess.binary_search(&digest).is_err() {
            return false;
        }
        let from = self.old.partition_point(|it| *it < digest);
        let count = self.old[from..].partition_point(|it| *it == digest);
        let seen = self.seen.entry(digest).or_default();
        *seen += 1;
        *seen > count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_old_row_excuses_one_new_row() {
        let mut picker =
            Picker { excess: &[2, 7], old: &[2, 2, 5], is_converted: false, seen: HashMap::new() };
        let mut picks = |exact| picker.picks(Digest { exact, converted: 0 });
        assert_eq!([2, 5, 2, 2, 7].map(&mut picks), [false, false, false, true, true]);
    }
}
