//! Keeps rows that violate a key, to be named once they are gone.

use std::collections::{HashMap, VecDeque};

use super::digest::Digest;
use super::violation::Violation;

/// How many rows of a key are kept to be named after they are gone.
const KEPT: usize = 5_000;

/// Rows by the place of the key that they violate: the last ones, since rows that were added come last.
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
