//! Remembers what was rehearsed, so that a set which did not change costs a hash, and one of which the last
//! migrations changed costs only these.
//!
//! Within a process everything is remembered: an editor expands the macro at each key that is pressed.
//! From build to build, in a file below the target folder, only the migrations about which there was nothing to
//! report. Whoever can write there can replace the compiled program too: the file is guarded against damage, and
//! not against forgery.

mod file;
mod key;
mod writes;

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use migratory_runtime::Checksum;

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

/// What a rehearsal came to, with what it found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) rehearsal: Rehearsal,
    pub(crate) found: Vec<Diagnostic>,
    /// How many migrations from the first on there is nothing to tell about.
    pub(crate) passed: usize,
}

impl Outcome {
    /// Notes that so many migrations are over.
    pub(crate) fn pass(&mut self, count: usize) {
        let Rehearsal { gaps, untried, .. } = &self.rehearsal;
        if self.found.is_empty() && gaps.is_empty() && untried.is_empty() {
            self.passed = count;
        }
    }

    /// Takes in what was found out beside.
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

/// What the set came to when it was rehearsed before, or what `rehearse` says of it, which is told how many
/// migrations have passed already.
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
    // The downs of what has passed were not run.
    for (writes, known) in outcome.rehearsal.writes.iter_mut().zip(known).take(passed) {
        *writes = known;
    }
    if outcome.passed < keys.len() && passed > 0 {
        // What is told of a set is the same each time: the rows that are shown depend on all that came before.
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

/// What this process knows: what the set came to, or how many of its migrations have passed.
fn remembered(keys: &[Checksum]) -> (Option<Outcome>, usize) {
    let known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    let same = known.iter().find(|known| known.keys == keys).map(|known| known.outcome.clone());
    let is_told = |known: &Known| {
        known.keys.get(known.outcome.passed).is_some_and(|told| keys.contains(told))
    };
    if known.iter().any(is_told) {
        // It will be told again, and that takes a whole rehearsal.
        return (same, 0);
    }
    let passed = |known: &Known| shared(keys, &known.keys[..known.outcome.passed]);
    (same, known.iter().map(passed).max().unwrap_or_default())
}

/// What the first migrations write to, so many of which have passed in this process.
fn writes(keys: &[Checksum], passed: usize) -> Vec<Writes> {
    let known = MEMO.lock().unwrap_or_else(PoisonError::into_inner);
    let has_passed = |known: &&Known| shared(keys, &known.keys[..known.outcome.passed]) >= passed;
    known.iter().find(has_passed).map(|it| it.outcome.rehearsal.writes.clone()).unwrap_or_default()
}

/// How many of these keys are the same from the first on. The key of a migration tells all before it too.
fn shared(keys: &[Checksum], others: &[Checksum]) -> usize {
    keys.iter().zip(others).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use migratory_analysis::Code;

    /// A set of tables, one a migration.
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

    /// What a set of so many migrations came to, so many of which passed.
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
            assert_eq!(outcome.found.len(), 1, "what was found is told again");
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
    fn what_passed_in_this_process_passes_before_another_end() {
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

    /// Downs are run only where a migration is judged.
    #[test]
    fn what_a_down_writes_to_is_known_of_what_passed() {
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
    fn what_is_found_is_found_by_a_whole_rehearsal() {
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
    fn what_passed_is_known_in_the_next_build() {
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
            "what is told again is told of a whole"
        );
        fs::write(&file, "something else\n").expect("a file");
        assert_eq!(passed(&set), 0, "what can't be read is rehearsed again");
    }
}
