//! The commit that is measured.

use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::process::output;

/// How many files a message names.
const SHOWN: usize = 3;

/// The state of the sources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    hash: String,
    /// The files that differ from the commit, or aren't in it.
    changed: Vec<String>,
}

impl Commit {
    /// Reads the state of the sources, without what the driver itself writes.
    pub(crate) fn of(repository: &Path) -> Outcome<Self> {
        let git =
            |words: &[&str]| output("git", Command::new("git").current_dir(repository).args(words));
        let hash = git(&["rev-parse", "--short=12", "HEAD"])?.trim().to_owned();
        let written = [":/", ":(top,exclude)benches/RESULTS.md", ":(top,exclude)README.md"];
        let status = git(&[&["status", "--porcelain", "--"], written.as_slice()].concat())?;
        Ok(Self { hash, changed: files(&status) })
    }

    /// Returns an error if the sources aren't those of the commit.
    pub(crate) fn clean(self) -> Outcome<Self> {
        if self.changed.is_empty() {
            return Ok(self);
        }
        let shown = &self.changed[..self.changed.len().min(SHOWN)];
        let (hash, files) = (&self.hash, shown.join(", "));
        let more = if self.changed.len() > SHOWN { ", .." } else { "" };
        let text = format!(
            "the results would not be those of commit {hash}: there are uncommitted changes ({files}{more}); commit \
             them, or write elsewhere with `--to <file>`"
        );
        Err(text.into())
    }

    /// Describes the commit, and whether the sources were the same at the end.
    pub(crate) fn describe(&self, at_the_end: &Self) -> String {
        let hash = &self.hash;
        if self != at_the_end {
            format!("{hash}, but the sources changed during the measurement")
        } else if self.changed.is_empty() {
            hash.clone()
        } else {
            format!("{hash}, with uncommitted changes")
        }
    }
}

/// Returns the files in the output of `git status --porcelain`.
fn files(status: &str) -> Vec<String> {
    status.lines().filter_map(|line| line.get(3..)).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(hash: &str, status: &str) -> Commit {
        Commit { hash: hash.into(), changed: files(status) }
    }

    #[test]
    fn the_commit_says_if_the_sources_are_others() {
        let (clean, dirty) = (commit("a1", ""), commit("a1", " M src/lib.rs\n?? new.rs\n"));
        assert_eq!(clean.describe(&clean), "a1");
        assert_eq!(dirty.describe(&dirty), "a1, with uncommitted changes");
        for end in [&dirty, &commit("b2", "")] {
            assert_eq!(clean.describe(end), "a1, but the sources changed during the measurement");
        }
        let fault = dirty.clean().expect_err("it is dirty").to_string();
        assert!(fault.contains("changes (src/lib.rs, new.rs); commit"), "{fault}");
        assert_eq!(clean.clone().clean().ok(), Some(clean));
    }
}
