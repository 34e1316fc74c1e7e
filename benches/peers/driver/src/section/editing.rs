//! The cost of the rehearsal in an editor, which expands the macro again and again.

use std::path::Path;

use crate::Outcome;
use crate::place::Place;
use crate::process;
use crate::program::bench;
use crate::section::package::copy_folder;
use crate::section::written;
use crate::statistics::Summary;
use crate::table::Table;
use crate::unit::{mib, time, times};

const SET: &str = "1000";
const EDITS: usize = 100;
/// How long the edits may take together, in seconds.
const LIMIT: u64 = 120;
/// The edit after which the memory should grow no longer.
const EARLY: usize = 10;

/// A rehearsal in a process that made others before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rehearsed {
    pub(crate) nanoseconds: f64,
    /// The memory of the process afterwards.
    pub(crate) resident: f64,
}

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let folder = place.empty("editing")?;
    copy_folder(&place.sets.join("pairs").join(SET), &folder.join("migrations"))?;
    // As many edits as there would be rounds.
    let all = rehearsals(place, &folder, place.rounds(EDITS))?;
    let (cold, edits) = all.split_first().ok_or("no rehearsal")?;
    Ok(written(
        "The rehearsal in an editor",
        "What does an edit of the newest of 1,000 pairs cost in a process that expands the macro after each, as \
         rust-analyzer's does, and does the process grow?",
        &table(cold, edits),
        &format!(
            "{} edits in one process, by [editing.rs](editing.rs): {EDITS}, unless they take longer than {LIMIT} seconds. \
             Nothing is optimised, as in a build of cargo's dev profile. Memory is what the process has in RAM (`VmRSS`).",
            edits.len()
        ),
    ))
}

/// Rehearses the set below a folder, and again after each edit.
pub(crate) fn rehearsals(place: &Place, package: &Path, edits: usize) -> Outcome<Vec<Rehearsed>> {
    eprintln!("  rehearsing");
    let mut command = bench(place, "editing");
    command.arg(package).args([edits.to_string(), LIMIT.to_string()]);
    read(&process::output("the rehearsals", &mut command)?)
}

/// Reads lines of nanoseconds and bytes.
fn read(output: &str) -> Outcome<Vec<Rehearsed>> {
    let mut all = Vec::new();
    for line in output.lines() {
        let [nanoseconds, resident] =
            process::numbers("a rehearsal", &line.replace(' ', "\n"))?[..]
        else {
            return Err(format!("no two numbers: {line}").into());
        };
        all.push(Rehearsed { nanoseconds, resident });
    }
    Ok(all)
}

fn table(cold: &Rehearsed, edits: &[Rehearsed]) -> String {
    let seconds: Vec<f64> = edits.iter().map(|edit| edit.nanoseconds).collect();
    let early = EARLY.min(edits.len() / 2).max(1);
    let after = |nth: usize| edits.get(nth.saturating_sub(1)).map_or(f64::NAN, |it| it.resident);
    let (before, last) = (after(early), after(edits.len()));
    let mut table = Table::new(1, ["1,000 pairs", "value"]);
    for (what, value) in [
        ("the first rehearsal".to_owned(), time(cold.nanoseconds)),
        ("after an edit".to_owned(), times(Summary::of(&seconds))),
        (format!("memory after edit {early}"), mib(before)),
        (format!("memory after edit {}", edits.len()), mib(last)),
        ("growth".to_owned(), mib(last - before)),
    ] {
        table.row([what, value]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_that_between_an_early_edit_and_the_last() {
        let lines: Vec<_> = (0..=30).map(|nth| format!("2000000 {}\n", nth << 20)).collect();
        let all = read(&lines.concat()).expect("numbers");
        assert_eq!(all[1], Rehearsed { nanoseconds: 2e6, resident: 1_048_576.0 });
        let text = table(&all[0], &all[1..]);
        for expected in ["after edit 10 | 10.0 MiB", "after edit 30 | 30.0 MiB", "20.0 MiB"] {
            assert!(text.contains(expected), "{text}");
        }
        assert!(read("12\n").is_err());
    }
}
