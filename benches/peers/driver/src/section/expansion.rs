//! The cost of the rehearsal while a crate compiles.

use std::process::Command;

use crate::Outcome;
use crate::place::Place;
use crate::process;
use crate::section::written;
use crate::table::Table;

const PROFILES: [(&str, &str); 2] = [("dev", "not optimised"), ("release", "optimised")];

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let head = [
        "build",
        "pairs",
        "SQLite alone",
        "reading",
        "and on empty tables",
        "and on rows",
        "for a pair",
    ];
    let mut table = Table::new(1, head);
    for (profile, label) in PROFILES {
        eprintln!("  rehearsing, {label}");
        for cells in rows(&output(place, profile)?) {
            table.row(std::iter::once(label.to_owned()).chain(cells));
        }
    }
    written(
        "The rehearsal",
        "How long does the rehearsal take while a crate compiles? A fifth of the migrations are ALTERs, and every \
         table has rows. `cargo check` uses the macro without optimisation.",
        &table.render(),
        "The shortest of three runs of [rehearsal.rs](rehearsal.rs), which has its own set with one statement per \
         migration. `SQLite alone` runs each migration up, down and up on one database with empty tables; the \
         rehearsal does that on two in parallel. The cost of `ALTER TABLE` grows with the square of the set, because \
         SQLite rereads all definitions for it. An unchanged set is not rehearsed again, and a changed set only from \
         the change on. No other library rehearses.",
    )
}

fn output(place: &Place, profile: &str) -> Outcome<String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&place.repository).env("CARGO_TARGET_DIR", place.target.join("workspace"));
    command.args(["bench", "--quiet", "--locked", "--profile", profile, "--bench", "rehearsal"]);
    process::output("the rehearsal's benchmark", command.args(["--", "10", "100", "1000"]))
}

/// Splits the lines below the header into cells: a number, and then numbers with a unit.
fn rows(output: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (pairs, times) = words.split_first()?;
        let times = times.chunks(2).map(|time| time.join(" "));
        Some(std::iter::once((*pairs).to_owned()).chain(times).collect())
    };
    output.lines().skip(1).filter_map(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_becomes_cells() {
        let output = " pairs     reading\n    10     1.20 ms    3.00 ms\n";
        assert_eq!(rows(output), [["10", "1.20 ms", "3.00 ms"]]);
    }
}
