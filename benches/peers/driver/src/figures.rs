//! README's figures, which are those of the results.

use std::fs;

use crate::place::Place;
use crate::{Outcome, marked};
use cells::Section;

mod cells;
mod lines;

/// The name of the marked part in README.
const PART: &str = "figures";

/// Rewrites README's figures, and says which the results do not have.
pub(crate) fn update(place: &Place) -> Outcome {
    let readme = fs::read_to_string(&place.readme)?;
    let results = fs::read_to_string(&place.results)?;
    let (block, missing) = block(&results);
    for figure in missing {
        eprintln!("no figure in the results: {figure}");
    }
    Ok(fs::write(&place.readme, marked::replaced(&readme, PART, &block)?)?)
}

/// Returns the text for README, and the figures that it leaves out.
fn block(results: &str) -> (String, Vec<&'static str>) {
    let mut missing = Vec::new();
    let mut keep = |what, row: Option<Vec<String>>| {
        if row.is_none() {
            missing.push(what);
        }
        row
    };
    let mut peers = lines::head_of_peers();
    for line in &lines::PEERS {
        if let Some(row) = keep(line.label, line.row(results)) {
            peers.row(row);
        }
    }
    let mut own = lines::head_of_own();
    let mut count = 0;
    for line in &lines::OWN {
        if let Some(row) = keep(line.label, line.row(results)) {
            count += 1;
            own.row(row);
        }
    }
    let own = if count == 0 { String::new() } else { format!("\n{}", own.narrow()) };
    (format!("{}\n\n{}{own}", measured(results), peers.narrow()), missing)
}

/// Returns the sentence about the measurement.
fn measured(results: &str) -> String {
    let machine = Section::of(results, "machine");
    let of = |what: &str| machine.and_then(|it| it.cell("what", what, "which"));
    let processor = of("processor").unwrap_or_default();
    let commit = of("commit").map(|hash| format!(", commit {hash}")).unwrap_or_default();
    let date = of("date").unwrap_or_default();
    format!(
        "Measured in turns ({processor}), {date}{commit}. [benches/RESULTS.md](benches/RESULTS.md) has the rest."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readme_has_the_figures_of_the_results() {
        let place = Place::new(None).expect("the folders");
        let readme = fs::read_to_string(&place.readme).expect("a README");
        let results = fs::read_to_string(&place.results).expect("results");
        assert_eq!(
            marked::find(&readme, PART),
            Some(block(&results).0.trim()),
            "run `just figures`"
        );
    }

    #[test]
    fn a_figure_that_is_not_there_is_left_out() {
        let machine = "| what | which |\n|--|--|\n| processor | P, 2 cores |\n| commit | a1 |\n| date | d |\n";
        let size = "| library | over bare |\n|--|--|\n| bare | 0 KiB |\n| migratory | 9 KiB |\n";
        let results = [marked::part("machine", machine), marked::part("size", size)].join("\n");
        let (text, missing) = block(&results);
        assert!(text.starts_with("Measured in turns (P, 2 cores), d, commit a1. "), "{text}");
        assert!(text.contains("9 KiB") && !text.contains("verify"), "{text}");
        assert_eq!(missing.len(), lines::PEERS.len() + lines::OWN.len() - 1);
    }
}
