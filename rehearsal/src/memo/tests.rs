//! What is remembered, and what is rehearsed again.

use std::cell::Cell;
use std::fs;

use super::*;
use migratory_analysis::Code;

thread_local! {
    /// How many migrations the last rehearsal of this thread had behind it.
    pub(crate) static CONTINUED: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Forgets all states of a set, as a new process knows none.
pub(crate) fn forget(checked: &Checked, options: &Options) {
    let keys = keys(checked, options);
    MEMO.lock().expect("a lock").retain(|it| it.keys.first() != keys.first());
}

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

/// Calls `recall` with a rehearsal that gets how many migrations passed.
fn recalled(
    checked: &Checked,
    options: &Options,
    mut rehearse: impl FnMut(usize) -> Outcome,
) -> Outcome {
    let run = |task: Task| Ran { outcome: rehearse(task.passed), ..Ran::default() };
    recall(checked, options, run)
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
        let outcome = recalled(&set, &options, |_| {
            runs += 1;
            outcome(1, 0)
        });
        assert_eq!(outcome.found.len(), 1, "the findings are reported again");
    }
    let mut other = Options::default();
    other.foreign_keys = false;
    recalled(&set, &other, |passed| {
        runs += 1;
        outcome(1, passed)
    });
    assert_eq!(runs, 2, "other options are another rehearsal");
}

#[test]
fn migrations_that_passed_in_this_process_are_not_rehearsed_again() {
    let options = Options::default();
    recalled(&checked(&["x", "y", "z"]), &options, |_| outcome(3, 2));
    for (tables, expected) in [
        (&["x", "y", "other"][..], 2),
        (&["x", "y", "z", "w"], 0),
        (&["x", "other", "z"], 1),
        (&["other", "y", "z"], 0),
    ] {
        recalled(&checked(tables), &options, |passed| {
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
    for (options, tables) in [(&Options::default(), ["d", "e", "f"]), (&in_file, ["g", "h", "i"])] {
        recalled(&checked(&tables[..2]), options, |_| {
            let mut outcome = outcome(2, 2);
            outcome.rehearsal.writes[0].down = Some("first".to_owned());
            outcome
        });
        if options.memo.is_some() {
            let known = keys(&checked(&tables[..2]), options);
            MEMO.lock().expect("a lock").retain(|it| it.keys != known);
        }
        let longer = recalled(&checked(&tables), options, |passed| {
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
    recalled(&checked(&["k", "l"]), &options, |_| outcome(2, 2));
    let mut runs = Vec::new();
    recalled(&checked(&["k", "l", "bad"]), &options, |passed| {
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
    let [set, edited, longer] = [&["p", "q"][..], &["p", "edited"], &["p", "q", "r"]].map(checked);
    recalled(&set, &options, |_| outcome(2, 2));
    let passed = |of: &Checked| file::read(&file, &keys(of, &options)).passed;
    assert_eq!(file::read(&file, &keys(&set, &options)).rehearsal, outcome(2, 2).rehearsal);
    assert_eq!([passed(&edited), passed(&longer)], [1, 2]);
    recalled(&longer, &options, |_| outcome(3, 0));
    assert_eq!([passed(&set), passed(&longer)], [0, 0], "nothing passed of what was seen last");
    let four = checked(&["p", "q", "r", "s"]);
    recalled(&four, &options, |_| outcome(4, 2));
    assert_eq!(
        [passed(&set), passed(&longer)],
        [2, 0],
        "findings are reported from a whole rehearsal"
    );
    fs::write(&file, "something else\n").expect("a file");
    assert_eq!(passed(&set), 0, "what can't be read is rehearsed again");
}
