//! Four migrations that look right, pass on empty tables, and lose data or fail at a user's: what a build
//! says of each, and that the corrected one passes.
//!
//! Run it with `cargo run --example caught`. The sets are folders in `tests/traps/`, to be looked at.

#![allow(clippy::print_stdout, reason = "it shows what a build prints")]

use std::path::Path;

use migratory_analysis::{Options, check};

const TRAPS: [(&str, &str); 4] = [
    (
        "02_rebuild_with_foreign_keys_on/cascade",
        "A table is rebuilt to drop a NOT NULL. Its children refer to it ON DELETE CASCADE.",
    ),
    ("03_add_column_on_rows/default_current_timestamp", "A column gets the time as its default."),
    ("04_unique_over_duplicates/plain", "What should be unique is made unique."),
    ("15_wrong_down/rows_lost", "A down restores the schema, to the letter."),
];

fn main() {
    let options = Options::default();
    for (trap, about) in TRAPS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traps").join(trap);
        println!("{about}\n");
        match check(&folder, "bad", &options) {
            Ok(_) => println!("It passes, which it should not."),
            Err(findings) => println!("{findings}"),
        }
        match check(&folder, "good", &options) {
            Ok(checked) => println!("Corrected, its {} migrations pass.\n", checked.set().len()),
            Err(findings) => println!("Corrected, it should pass:\n{findings}"),
        }
    }
}
