//! For tests: compares rehearsals that continue from an image with whole ones. They must find the
//! same, byte for byte.

mod changed_rows;
mod damage;
mod edits;
mod killed;
mod pieces;
mod random;
mod sets;
mod stated;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use migratory_analysis::{Checked, Options};
use tempfile::TempDir;

use self::edits::{EDITS, Fit};
use self::sets::SETS;
use crate::memo::{self, CONTINUED};

/// An up, a down, and the rows after them; empty if there are none.
type Scripts = [&'static str; 3];

/// A set of migrations, and how it is rehearsed.
struct Set {
    what: &'static str,
    options: fn(&mut Options),
    scripts: &'static [Scripts],
    /// Whether a rehearsal continues before its last migration.
    continues: bool,
}

/// A package with a set, and the file that remembers it.
struct Package {
    folder: TempDir,
    options: Options,
}

impl Package {
    fn new(set: &Set, last: &Scripts) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut options = Options::default();
        (set.options)(&mut options);
        options.memo = Some(folder.path().join("memo"));
        let package = Self { folder, options };
        for (scripts, at) in set.scripts.iter().chain([last]).zip(1..) {
            package.write(at, scripts);
        }
        package
    }

    fn write(&self, at: usize, [up, down, rows]: &Scripts) {
        let folder = self.folder.path().join("migrations");
        fs::create_dir_all(folder.join("rehearsal")).expect("a folder");
        fs::write(folder.join(format!("{at}_a.up.sql")), up).expect("a file");
        fs::write(folder.join(format!("{at}_a.down.sql")), down).expect("a file");
        if !rows.is_empty() {
            fs::write(folder.join(format!("rehearsal/{at}.sql")), rows).expect("a file");
        }
    }

    fn images(&self) -> PathBuf {
        self.folder.path().join("memo.images")
    }

    /// Returns what a new process finds, and how many migrations were behind the image from which it
    /// continued; `None` if it knew the result.
    fn rehearse(&self) -> (String, Option<usize>) {
        let found = found(self.folder.path(), &self.options);
        (found, CONTINUED.get())
    }

    /// Returns what a whole rehearsal finds.
    fn whole(&self) -> String {
        let mut options = self.options.clone();
        options.memo = None;
        let found = found(self.folder.path(), &options);
        assert_eq!(CONTINUED.get(), Some(0), "without a file there is no image");
        found
    }
}

/// Rehearses as a new process does, which remembers nothing.
fn found(package: &Path, options: &Options) -> String {
    // Tests run on several threads of one process, and rehearse the same sets.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(checked) = migratory_analysis::analyse(package, "migrations", options).set {
        memo::forget(&checked, options);
    }
    CONTINUED.set(None);
    told(crate::check(package, "migrations", options))
}

fn told(result: Result<Checked, migratory_analysis::Findings>) -> String {
    match result {
        Ok(checked) => format!("{:#?}\n{}", checked.rehearsal(), checked.warnings()),
        Err(findings) => findings.to_string(),
    }
}

/// A table whose rows have an amount.
const AMOUNTS: Scripts =
    ["CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);", "DROP TABLE t;", ""];

const SOUND: Scripts = ["CREATE TABLE last_one (x);", "DROP TABLE last_one;", ""];

/// Edits the last migration of each set in each way, twice in a row.
#[test]
fn continued_rehearsals_find_what_whole_ones_find() {
    for set in SETS {
        let package = Package::new(set, &SOUND);
        let last = set.scripts.len() + 1;
        let first = package.rehearse();
        assert_eq!(first, (package.whole(), Some(0)), "{}", set.what);
        let is_clean = first.0.contains("\n0 findings");
        assert!(
            is_clean || (first.0.starts_with("Some") && !set.continues),
            "{}: {}",
            set.what,
            first.0
        );
        for (edit, fit) in EDITS {
            package.write(last, edit);
            let whole = package.whole();
            for time in ["first", "second"] {
                let (found, behind) = package.rehearse();
                let place = format!("{}, {}, the {time} time", set.what, edit[0]);
                assert_eq!(found, whole, "{place}");
                let fits = *fit == Fit::Earlier || (*fit == Fit::Own && time == "second");
                let expected = if set.continues && fits { last - 1 } else { 0 };
                // A build that knows that the whole set passed rehearses nothing.
                let is_known = behind.is_none() && time == "second";
                assert!(behind == Some(expected) || is_known, "{place}: {behind:?} {found}");
                assert!(!is_known || found.starts_with("Some"), "{place}: {found}");
            }
        }
    }
}

/// Adds, edits and removes migrations, each time from what the build before has left.
#[test]
fn images_follow_a_set_that_grows_and_shrinks() {
    let table = |name: &str| format!("CREATE TABLE {name} (id INTEGER PRIMARY KEY, x TEXT);");
    let set = Set { what: "", options: |_| (), scripts: &[], continues: true };
    let package = Package::new(&set, &SOUND);
    let folder = package.folder.path().join("migrations");
    let write = |at: usize, name: &str| {
        fs::write(folder.join(format!("{at}_a.up.sql")), table(name)).expect("a file");
        fs::write(folder.join(format!("{at}_a.down.sql")), format!("DROP TABLE {name};"))
            .expect("a file");
    };
    let rehearse = |expected: Option<usize>, what: &str| {
        let (found, behind) = package.rehearse();
        assert_eq!((found, behind), (package.whole(), expected), "{what}");
        let count = fs::read_dir(package.images()).expect("a folder").count();
        assert!(count <= 2, "{what}: {count} images");
    };
    (1..=12).for_each(|at| write(at, &format!("t{at}")));
    rehearse(Some(0), "a new set");
    write(12, "edited");
    rehearse(Some(11), "the last migration is edited");
    (13..=14).for_each(|at| write(at, &format!("t{at}")));
    rehearse(Some(11), "two are added");
    write(14, "of_SELECT");
    rehearse(Some(13), "the last one is edited");
    write(13, "t14");
    rehearse(Some(12), "the one before has an image where the set grew");
    write(5, "t1");
    rehearse(Some(0), "one in the middle is edited, and fails");
    rehearse(Some(4), "there is an image where the set differed from the one before");
    write(5, "t5");
    rehearse(Some(13), "the image from before the edit is still there");
    (13..=14).for_each(|at| {
        for direction in ["up", "down"] {
            fs::remove_file(folder.join(format!("{at}_a.{direction}.sql"))).expect("a file");
        }
    });
    rehearse(None, "all that is left has passed");
}
