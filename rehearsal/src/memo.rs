//! Remembers what was rehearsed: an unchanged set costs a hash, and one whose last migrations
//! changed costs only these.
//!
//! Within a process, everything is remembered, since an editor expands the macro at every
//! keystroke. From build to build, a file below the target folder remembers the migrations without
//! findings. The file is guarded against damage but not against forgery: whoever can write there
//! can replace the compiled program too.

mod file;
mod key;
mod writes;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use migratory_runtime::Checksum;

pub use self::key::identity;
use self::key::keys;
use migratory_analysis::Checked;
use migratory_analysis::Writes;
use migratory_analysis::{Diagnostic, Options, Rehearsal};

/// How many sets a process remembers.
const REMEMBERED: usize = 32;

static MEMO: Mutex<VecDeque<Known>> = Mutex::new(VecDeque::new());

/// A set that this process has rehearsed.
struct Known {
    keys: Vec<Checksum>,
    outcome: Outcome,
}

/// The result of a rehearsal, with its findings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) rehearsal: Rehearsal,
    pub(crate) found: Vec<Diagnostic>,
    /// How many migrations at the start have no findings.
    pub(crate) passed: usize,
}

impl Outcome {
    /// Records that this many migrations have been rehearsed.
    pub(crate) fn pass(&mut self, count: usize) {
        let Rehearsal { gaps, untried, .. } = &self.rehearsal;
        if self.found.is_empty() && gaps.is_empty() && untried.is_empty() {
            self.passed = count;
        }
    }

    /// Adds the result of another part of the rehearsal.
    pub(crate) fn add(&mut self, other: Self) {
        self.found.extend(other.found);
        for untried in other.rehearsal.untried {
            self.rehearsal.leave(&untried.file, untried.reason);
        }
        self.rehearsal.untried.sort();
        self.rehearsal.gaps.extend(other.rehearsal.gaps);
        self.passed = self.passed.min(other.passed);
    }
}

/// Returns the remembered result of the set, or calls `rehearse` with the number of migrations that
/// have already passed.
pub(crate) fn recall(
    checked: &Checked,
    options: &Options,
    mut rehearse: impl FnMut(usize) -> Outcome,
) -> Outcome {
    let keys = keys(checked, options);
    let (remembered, passed) = remembered(&keys);
    if let Some(outcome) = remembered {
        return outcome;
    }
    let file = options.memo.as_deref();
    let read = file.map(|file| file::read(file, &keys)).unwrap_or_default();
    let is_whole = read.passed == keys.len() && !keys.is_empty();
    let known =
        if read.passed < passed { writes(&keys, passed) } else { read.rehearsal.writes.clone() };
    let passed = passed.max(read.passed);
    let mut outcome = if is_whole { read } else { rehearse(passed) };
    // The downs of migrations that passed were not run again, so the tables they write come from
    // memory.
    for (writes, known) in outcome.rehearsal.writes.iter_mut().zip(known).take(passed) {
        *writes = known;
    }
    if outcome.passed < keys.len() && passed > 0 {
        // The findings about a set must be the same each time, and the rows that a finding shows
        // depend on everything before.
        outcome = rehearse(0);
    }
    if let Some(file) = file.filter(|_| !is_whole) {
        file::write(file, &keys, &outcome);
    }
    let mut known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    known.truncate(REMEMBERED - 1);
    known.push_front(Known { keys, outcome: outcome.clone() });
    outcome
}

/// Returns what this process knows: the result for the set, or how many of its migrations have
/// passed.
fn remembered(keys: &[Checksum]) -> (Option<Outcome>, usize) {
    let known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    let same = known.iter().find(|known| known.keys == keys).map(|known| known.outcome.clone());
    let has_findings =
        |known: &Known| known.keys.get(known.outcome.passed).is_some_and(|key| keys.contains(key));
    if known.iter().any(has_findings) {
        // The findings are reported again, and that takes a whole rehearsal.
        return (same, 0);
    }
    let passed = |known: &Known| shared(keys, &known.keys[..known.outcome.passed]);
    (same, known.iter().map(passed).max().unwrap_or_default())
}

/// Returns what the first `passed` migrations write to, as this process knows it.
fn writes(keys: &[Checksum], passed: usize) -> Vec<Writes> {
    let known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    let has_passed = |known: &&Known| shared(keys, &known.keys[..known.outcome.passed]) >= passed;
    known.iter().find(has_passed).map(|it| it.outcome.rehearsal.writes.clone()).unwrap_or_default()
}

/// Counts the equal keys at the start of both lists. The key of a migration covers all migrations
/// before it.
fn shared(keys: &[Checksum], others: &[Checksum]) -> usize {
    keys.iter().zip(others).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use migratory_analysis::Code;

    /// A set of tables, one for each migration.
    fn checked(tables: &[&str]) -> Checked {
        let package = tempfile::tempdir().expect("a folder");
        let folder = package.path().join("migrations");
        fs::create_dir(&folder).expect("a folder");
        for (table, version) in tables.iter().zip(1..) {
            let script = |direction| folder.join(format!("{version}_a.{direction}.sql"));
            fs::write(script("up"), format!("CREATE TABLE {table} (a);")).expect("a file");
            fs::write(script("down"), format!("DROP TABLE {table};")).expect("a file");
        }
        migratory_analysis::check(package.path(), "migrations", &Options::default())
            .expect("a sound set")
    }

    /// The result for a set of `count` migrations, the first `passed` of which passed.
    fn outcome(count: usize, passed: usize) -> Outcome {
        let schemas = vec![Checksum::of_script("the schema"); count];
        let written = Writes { up: Some("a\nb".to_owned()), down: None };
        let (writes, sqlite) = (vec![written; count], rusqlite::version().to_owned());
        let rehearsal = Rehearsal { schemas, sqlite, writes, ..Rehearsal::default() };
        let finding = Diagnostic::error(Code::UpFails, "something");
        Outcome { rehearsal, found: vec![finding; usize::from(passed < count)], passed }
    }

    #[test]
    fn a_set_is_rehearsed_once_in_a_process() {
        let (set, options) = (checked(&["once"]), Options::default());
        let mut runs = 0;
        for _ in 0..3 {
            let outcome = recall(&set, &options, |_| {
                runs += 1;
                outcome(1, 0)
            });
            assert_eq!(outcome.found.len(), 1, "the findings are reported again");
        }
        let mut other = Options::default();
        other.foreign_keys = false;
        recall(&set, &other, |passed| {
            runs += 1;
            outcome(1, passed)
        });
        assert_eq!(runs, 2, "other options are another rehearsal");
    }

    #[test]
    fn migrations_that_passed_in_this_process_are_not_rehearsed_again() {
        let options = Options::default();
        recall(&checked(&["x", "y", "z"]), &options, |_| outcome(3, 2));
        for (tables, expected) in [
            (&["x", "y", "other"][..], 2),
            (&["x", "y", "z", "w"], 0),
            (&["x", "other", "z"], 1),
            (&["other", "y", "z"], 0),
        ] {
            recall(&checked(tables), &options, |passed| {
                assert_eq!(passed, expected, "{tables:?}");
                outcome(tables.len(), tables.len())
            });
        }
    }

    /// A down runs only if its migration is judged.
    #[test]
    fn the_tables_that_a_down_writes_are_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("memo");
        let mut in_file = Options::default();
        in_file.memo = Some(file);
        let down = |outcome: &Outcome, at: usize| outcome.rehearsal.writes[at].down.clone();
        for (options, tables) in
            [(&Options::default(), ["d", "e", "f"]), (&in_file, ["g", "h", "i"])]
        {
            recall(&checked(&tables[..2]), options, |_| {
                let mut outcome = outcome(2, 2);
                outcome.rehearsal.writes[0].down = Some("first".to_owned());
                outcome
            });
            if options.memo.is_some() {
                let known = keys(&checked(&tables[..2]), options);
                MEMO.lock().expect("a lock").retain(|it| it.keys != known);
            }
            let longer = recall(&checked(&tables), options, |passed| {
                assert_eq!(passed, 2);
                let mut outcome = outcome(3, 3);
                outcome.rehearsal.writes[2].down = Some("third".to_owned());
                outcome
            });
            let writes = [0, 1, 2].map(|at| down(&longer, at));
            assert_eq!(writes, [Some("first".to_owned()), None, Some("third".to_owned())]);
        }
    }

    #[test]
    fn findings_come_from_a_whole_rehearsal() {
        let options = Options::default();
        recall(&checked(&["k", "l"]), &options, |_| outcome(2, 2));
        let mut runs = Vec::new();
        recall(&checked(&["k", "l", "bad"]), &options, |passed| {
            runs.push(passed);
            outcome(3, 2)
        });
        assert_eq!(runs, [2, 0]);
    }

    #[test]
    fn migrations_that_passed_are_remembered_by_the_next_build() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("memo");
        let mut options = Options::default();
        options.memo = Some(file.clone());
        let [set, edited, longer] =
            [&["p", "q"][..], &["p", "edited"], &["p", "q", "r"]].map(checked);
        recall(&set, &options, |_| outcome(2, 2));
        let passed = |of: &Checked| file::read(&file, &keys(of, &options)).passed;
        assert_eq!(file::read(&file, &keys(&set, &options)).rehearsal, outcome(2, 2).rehearsal);
        assert_eq!([passed(&edited), passed(&longer)], [1, 2]);
        recall(&longer, &options, |_| outcome(3, 0));
        assert_eq!([passed(&set), passed(&longer)], [0, 0], "nothing passed of what was seen last");
        let four = checked(&["p", "q", "r", "s"]);
        recall(&four, &options, |_| outcome(4, 2));
        assert_eq!(
            [passed(&set), passed(&longer)],
            [2, 0],
            "findings are reported from a whole rehearsal"
        );
        fs::write(&file, "something else\n").expect("a file");
        assert_eq!(passed(&set), 0, "what can't be read is rehearsed again");
    }
}
