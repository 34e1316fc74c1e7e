//! Remembers what was rehearsed, so that a set which did not change costs a hash.
//!
//! Within a process everything is remembered: an editor expands the macro at each key that is pressed.
//! From build to build, in a file below the target folder, only what a set that passed came to.

use std::collections::VecDeque;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use migratory_runtime::Checksum;

use crate::checked::{Checked, CheckedScript};
use crate::{Diagnostic, Options, Rehearsal};

/// How many sets a process remembers.
const REMEMBERED: usize = 32;

static MEMO: Mutex<VecDeque<(u64, Outcome)>> = Mutex::new(VecDeque::new());

/// What a rehearsal came to, with what it found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) rehearsal: Rehearsal,
    pub(crate) found: Vec<Diagnostic>,
}

impl Outcome {
    /// Takes in what was found out beside.
    pub(crate) fn add(&mut self, other: Self) {
        self.found.extend(other.found);
        other.rehearsal.untried.iter().for_each(|file| self.rehearsal.leave(file));
        self.rehearsal.untried.sort();
        self.rehearsal.gaps.extend(other.rehearsal.gaps);
    }
}

/// What the set came to when it was rehearsed before, or what `rehearse` says of it.
pub(crate) fn recall(
    checked: &Checked,
    options: &Options,
    rehearse: impl FnOnce() -> Outcome,
) -> Outcome {
    let key = key(checked, options);
    let known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    let found = known.iter().find(|(known, _)| *known == key).map(|(_, outcome)| outcome.clone());
    drop(known);
    if let Some(outcome) = found {
        return outcome;
    }
    let file = options.memo.as_deref();
    let read = file.and_then(|file| read(file, key));
    let is_new = read.is_none();
    let outcome = read.unwrap_or_else(rehearse);
    if let Some(file) = file.filter(|_| is_new && outcome.found.is_empty()) {
        write(file, key, &outcome.rehearsal);
    }
    let mut known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    known.truncate(REMEMBERED - 1);
    known.push_front((key, outcome.clone()));
    outcome
}

/// A hash over all that a rehearsal depends on.
fn key(checked: &Checked, options: &Options) -> u64 {
    let mut hash = DefaultHasher::new();
    (env!("CARGO_PKG_VERSION"), rusqlite::version(), checked.folder()).hash(&mut hash);
    // Every field is named, so that a new one can't be forgotten.
    let Options {
        up_only: _,
        rehearsal: _,
        memo: _,
        accept_through,
        populated,
        foreign_keys,
        time_limit,
        assumptions_warn,
        functions,
        collations,
    } = options;
    (accept_through, populated, foreign_keys, time_limit, assumptions_warn).hash(&mut hash);
    (functions, collations).hash(&mut hash);
    for migration in checked.set() {
        migration.version.hash(&mut hash);
        for CheckedScript { file, sql, mode, directives, .. } in migration.scripts() {
            (file, sql, mode).hash(&mut hash);
            for directive in directives {
                directive.kind.hash(&mut hash);
            }
        }
    }
    hash.finish()
}

/// The fingerprints that a file holds for this set. A gap or an untried script is not written down: a
/// set that has one is rehearsed again.
fn read(file: &Path, key: u64) -> Option<Outcome> {
    let text = fs::read_to_string(file).ok()?;
    let mut lines = text.lines();
    if lines.next()? != format!("{key:016x}") {
        return None;
    }
    let sqlite = lines.next()?.to_owned();
    let schemas = lines.map(Checksum::from_hex).collect::<Option<_>>()?;
    let rehearsal = Rehearsal { schemas, sqlite, ..Rehearsal::default() };
    Some(Outcome { rehearsal, found: Vec::new() })
}

/// Writes to another file first, so that a build beside this one never reads half of it. What can't be
/// written is rehearsed again.
fn write(file: &Path, key: u64, rehearsal: &Rehearsal) {
    if !rehearsal.gaps.is_empty() || !rehearsal.untried.is_empty() {
        return;
    }
    let schemas: Vec<_> = rehearsal.schemas.iter().map(ToString::to_string).collect();
    let text = format!("{key:016x}\n{}\n{}\n", rehearsal.sqlite, schemas.join("\n"));
    let beside = file.with_extension(format!("{}.tmp", std::process::id()));
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, file));
    if written.is_err() {
        let _ = fs::remove_file(beside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;

    fn checked(up: &str) -> Checked {
        let package = tempfile::tempdir().expect("a folder");
        let folder = package.path().join("migrations");
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("1_a.up.sql"), up).expect("a file");
        fs::write(folder.join("1_a.down.sql"), "DROP TABLE a;").expect("a file");
        let options = Options { rehearsal: false, ..Options::default() };
        check(package.path(), "migrations", &options).expect("a sound set")
    }

    fn outcome() -> Outcome {
        let schemas = vec![Checksum::of_script("the schema")];
        let rehearsal = Rehearsal { schemas, sqlite: "3".to_owned(), ..Rehearsal::default() };
        Outcome { rehearsal, found: Vec::new() }
    }

    #[test]
    fn a_set_is_rehearsed_once_in_a_process() {
        let (set, options) = (checked("CREATE TABLE a (once);"), Options::default());
        let mut runs = 0;
        for _ in 0..3 {
            let outcome = recall(&set, &options, || {
                runs += 1;
                outcome()
            });
            assert_eq!(outcome.rehearsal.schemas.len(), 1);
        }
        let other = Options { foreign_keys: false, ..Options::default() };
        recall(&set, &other, || {
            runs += 1;
            outcome()
        });
        assert_eq!(runs, 2, "other options are another rehearsal");
    }

    #[test]
    fn a_set_that_passed_is_known_in_the_next_build() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("memo");
        let set = checked("CREATE TABLE a (kept);");
        let options = Options { memo: Some(file.clone()), ..Options::default() };
        recall(&set, &options, outcome);
        assert_eq!(
            read(&file, key(&set, &options)).expect("a memo").rehearsal,
            outcome().rehearsal
        );
        assert!(read(&file, key(&checked("CREATE TABLE a (edited);"), &options)).is_none());
        fs::write(&file, "something else\n").expect("a file");
        assert!(
            read(&file, key(&set, &options)).is_none(),
            "what can't be read is rehearsed again"
        );
    }
}
