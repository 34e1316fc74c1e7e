//! What is remembered, and what is rehearsed again.

use std::cell::Cell;
use std::fs;

use migratory_analysis::{Code, Writes};

use super::*;

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

/// Calls `recall` with a rehearsal that has this outcome.
fn recalled(
    checked: &Checked,
    options: &Options,
    mut rehearse: impl FnMut() -> Outcome,
) -> Outcome {
    recall(checked, options, |_| Ran { outcome: rehearse(), ..Ran::default() })
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
        let outcome = recalled(&set, &options, || {
            runs += 1;
            outcome(1, 0)
        });
        assert_eq!(outcome.found.len(), 1, "the findings are reported again");
    }
    let mut other = Options::default();
    other.foreign_keys = false;
    recalled(&set, &other, || {
        runs += 1;
        outcome(1, 0)
    });
    assert_eq!(runs, 2, "other options are another rehearsal");
}

/// The rows that a script meets depend on those before it, so that not even what passed is left out.
#[test]
fn every_other_set_is_rehearsed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut in_file = Options::default();
    in_file.memo = Some(folder.path().join("memo"));
    for (options, [x, y, z]) in [(Options::default(), ["x", "y", "z"]), (in_file, ["u", "v", "w"])]
    {
        recalled(&checked(&[x, y, z]), &options, || outcome(3, 3));
        for tables in [&[x, y, "other"][..], &[x, y, z, "more"], &[x, "other", z], &["other", y, z]]
        {
            let mut runs = 0;
            recalled(&checked(tables), &options, || {
                runs += 1;
                outcome(tables.len(), tables.len())
            });
            assert_eq!(runs, 1, "{tables:?}");
        }
    }
}

#[test]
fn migrations_that_passed_are_remembered_by_the_next_build() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("memo");
    let mut options = Options::default();
    options.memo = Some(file.clone());
    let [set, edited, longer] = [&["p", "q"][..], &["p", "edited"], &["p", "q", "r"]].map(checked);
    recalled(&set, &options, || outcome(2, 2));
    let passed = |of: &Checked| file::read(&file, &keys(of, &options)).schemas.len();
    assert_eq!(file::read(&file, &keys(&set, &options)), outcome(2, 2).rehearsal);
    assert_eq!([passed(&edited), passed(&longer)], [1, 2]);
    recalled(&longer, &options, || outcome(3, 0));
    assert_eq!([passed(&set), passed(&longer)], [0, 0], "nothing passed of what was seen last");
    let four = checked(&["p", "q", "r", "s"]);
    recalled(&four, &options, || outcome(4, 2));
    assert_eq!([passed(&set), passed(&longer)], [2, 2]);
    fs::write(&file, "something else\n").expect("a file");
    assert_eq!(passed(&set), 0, "what can't be read is rehearsed again");
}
