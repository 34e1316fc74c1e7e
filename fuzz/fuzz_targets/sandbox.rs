//! For any scripts and rows, the rehearsal ends in time, and leaves no new file.

#![no_main]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use migratory_analysis::{Options, render};
use migratory_fuzz::script::{self, BASE, Piece};
use migratory_rehearsal::check;
use tempfile::TempDir;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    up: Vec<Piece<'a>>,
    down: Vec<Piece<'a>>,
    rows: Vec<Piece<'a>>,
    unprotected: bool,
}

/// The rehearsal's time limit, and how much later it may return on a busy machine.
const LIMIT: Duration = Duration::from_millis(500);
const SLACK: Duration = Duration::from_secs(10);

fuzz_target!(|input: Input<'_>| {
    let here = here();
    let package = tempfile::tempdir().expect("a folder");
    let folder = package.path().join("migrations");
    fs::create_dir_all(folder.join("rehearsal")).expect("folders in it");
    let head = if input.unprotected { "-- migratory: no-transaction\n" } else { "" };
    let text = |pieces: &[Piece<'_>]| script::script(pieces, &script::ESCAPES);
    for (name, text) in [
        ("1_base.up.sql", BASE.0.to_owned()),
        ("1_base.down.sql", BASE.1.to_owned()),
        ("rehearsal/1.sql", text(&input.rows)),
        ("2_any.up.sql", head.to_owned() + &text(&input.up)),
        ("2_any.down.sql", head.to_owned() + &text(&input.down)),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
    let before = names(&folder);
    let mut options = Options::default();
    options.time_limit = LIMIT;
    let begin = Instant::now();
    let checked = check(package.path(), "migrations", &options);
    assert!(begin.elapsed() < LIMIT + SLACK, "it took {:?}", begin.elapsed());
    let findings = checked.as_ref().map_or_else(|findings| findings, |checked| checked.warnings());
    let _ = render::plain(findings);
    assert_eq!(names(&folder), before);
    assert_eq!(names(package.path()).len(), 1, "{:?}", names(package.path()));
    assert!(names(here).is_empty(), "{:?}", names(here));
});

/// The process's current folder, to which relative names refer. It is empty.
fn here() -> &'static Path {
    static HERE: OnceLock<TempDir> = OnceLock::new();
    let folder = HERE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        std::env::set_current_dir(folder.path()).expect("a folder to be in");
        folder
    });
    folder.path()
}

fn names(folder: &Path) -> BTreeSet<OsString> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name()).collect()
}
