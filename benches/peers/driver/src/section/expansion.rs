//! The cost of the rehearsal while a crate compiles.

use crate::Outcome;
use crate::place::Place;
use crate::process;
use crate::program::bench;
use crate::section::written;
use crate::table::Table;
use crate::unit;

const SIZES: [&str; 3] = ["10", "100", "1000"];

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let head =
        ["pairs", "SQLite alone", "reading", "on empty tables", "with rows too", "for a pair"];
    let mut table = Table::new(1, head);
    eprintln!("  rehearsing");
    let mut command = bench(place, "rehearsal");
    let output = process::output("the rehearsal's benchmark", command.args(SIZES))?;
    for cells in rows(&output) {
        table.row(cells);
    }
    Ok(written(
        "The rehearsal",
        "What does a whole rehearsal take while a crate compiles? A fifth of the migrations are ALTERs, and every table \
         holds rows.",
        &table.render(),
        "The least of three runs of [rehearsal.rs](rehearsal.rs), which has a set of its own with one statement a \
         migration. Neither the macro nor SQLite is optimised, as in any build of cargo's default profiles. `SQLite alone` runs each migration up, down and up on one database with empty tables; the rehearsal \
         does that on two, beside each other. What grows with the square of the set is `ALTER TABLE`, at which SQLite reads \
         all definitions anew. Of a set that did not change nothing is rehearsed again, of one that did, \
         what comes after the newest image before the change. No peer does any of it.",
    ))
}

/// Splits the lines below the header into cells: a number, and then numbers of milliseconds.
fn rows(output: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (pairs, times) = words.split_first()?;
        let times =
            times.chunks(2).map(|time| time[0].parse().map_or(f64::NAN, |ms: f64| ms * 1e6));
        let times = times.map(unit::time);
        Some(std::iter::once((*pairs).to_owned()).chain(times).collect())
    };
    output.lines().skip(1).filter_map(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_becomes_cells() {
        let output = " pairs     reading\n    10     1.20 ms    3000.00 ms\n";
        assert_eq!(rows(output), [["10", "1.20 ms", "3.00 s"]]);
    }
}
