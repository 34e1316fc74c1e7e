//! Keeps rows that violate a key, so that an error can name them after a rollback.

use std::collections::{HashMap, VecDeque};

use super::digest::Digest;
use super::violation::Violation;

/// How many rows of each key are kept.
const KEPT: usize = 5_000;

/// Rows by the index of the key they violate. The last ones are kept, because added rows usually
/// come last.
#[derive(Default)]
pub(super) struct Kept(HashMap<usize, KeptRows>);

#[derive(Default)]
pub(super) struct KeptRows(VecDeque<(Digest, Violation)>);

impl Kept {
    pub(super) fn of(&mut self, key: usize) -> &mut KeptRows {
        self.0.entry(key).or_default()
    }

    pub(super) fn rows(&self, key: usize) -> impl Iterator<Item = &(Digest, Violation)> {
        self.0.get(&key).into_iter().flat_map(|kept| &kept.0)
    }
}

impl KeptRows {
    pub(super) fn push(&mut self, digest: Digest, violation: Violation) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back((digest, violation));
    }

    #[cfg(test)]
    pub(super) fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter().map(|(_, violation)| violation)
    }
}
