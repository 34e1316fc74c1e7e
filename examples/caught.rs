//! Four migrations that look right, pass on empty tables, and lose data or fail on users' machines. Shows the build
//! error for each, and that the corrected version passes.
//!
//! Run it with `cargo run --example caught`. The sets are in `tests/traps/`.

#![allow(clippy::print_stdout, reason = "prints what a build prints")]

use migratory_analysis::Options;
use migratory_rehearsal::check;

use self::case::Case;

/// Reads a file of `tests/traps/`.
#[path = "../tests/it/traps/case.rs"]
#[allow(
    dead_code,
    clippy::panic,
    reason = "the tests use all of it, and panic if they can't continue"
)]
mod case;

const TRAPS: [(&str, &str); 4] = [
    (
        "02_rebuild_with_foreign_keys_on/cascade",
        "An up rebuilds a table to drop a NOT NULL. Its children refer to it ON DELETE CASCADE.",
    ),
    (
        "03_add_column_on_rows/default_current_timestamp",
        "An up adds a column whose default is the current time.",
    ),
    ("04_unique_over_duplicates/plain", "An up adds a UNIQUE index to a column with duplicates."),
    ("15_wrong_down/rows_lost", "A down restores the schema exactly, but not the rows."),
];

fn main() {
    let options = Options::default();
    for (trap, about) in TRAPS {
        let folder = tempfile::tempdir().expect("a folder");
        Case::named(trap).write(folder.path());
        println!("{about}\n");
        match check(folder.path(), "bad", &options) {
            Ok(_) => println!("It passes, but should not."),
            Err(findings) => println!("{findings}"),
        }
        match check(folder.path(), "good", &options) {
            Ok(checked) => println!("Corrected, its {} migrations pass.\n", checked.set().len()),
            Err(findings) => println!("Corrected, it fails, but should pass:\n{findings}"),
        }
    }
}
