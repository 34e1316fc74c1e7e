//! Runs a set on SQLite while the program compiles: on empty tables, on populated ones, and every
//! down.
//!
//! Each migration goes up, down, and up again on databases in memory. One has empty tables, and
//! shows what a script does and whether its down restores the schema. Another has all kinds of rows
//! that the schema allows. If something fails or is lost there, a third one with clean rows decides
//! whether the script is wrong, or assumes something that the schema does not guarantee.
//!
//! A step in Rust does not run, since its program does not exist yet. What happens to rows counts
//! against the SQL only if no step can have been involved.
//!
//! Each module uses only those below it:
//!
//! | module | contents |
//! |---|---|
//! | `keys_off` | whether a set that fails on foreign keys runs with foreign keys off |
//! | `supervision` | the time limit, and what is remembered of an earlier rehearsal |
//! | `runs` | the run on empty tables, and one migration behind it the one on rows |
//! | `empty` | runs every up and every down on empty tables, and the rules |
//! | `populated` | runs them on rows, and decides what a fault means |
//! | `edges` | tries a migration on unusual values that the schema allows |
//! | `track` | a database with rows of one kind that follows the set |
//! | `replay` | databases at a given version, without running all ups each time |
//! | `findings` | the messages, and which of them are shown |
//! | `faults` | the faults of a script on rows, and the assumptions that rule them out |
//! | `known` | what the run on empty tables showed, and what was skipped |

mod edges;
mod empty;
mod faults;
mod findings;
mod keys_off;
mod known;
mod populated;
mod replay;
mod runs;
mod supervision;
mod track;

use migratory_analysis::{Checked, Findings, Options, Rehearsal};

/// Rehearses a valid set, and adds what it finds.
///
/// If an up fails on a foreign key, the set is rehearsed again with foreign keys off: many programs
/// never enforce them, and their migrations run only that way.
pub(crate) fn rehearse(checked: &Checked, options: &Options, findings: &mut Findings) -> Rehearsal {
    let mut found = Findings::new(checked.folder());
    let rehearsal = supervision::recall_or_run(checked, options, &mut found);
    let mut all: Vec<_> = found.iter().cloned().collect();
    if keys_off::would_help(checked, options, &all) {
        all = keys_off::suggested(all, checked.set().len());
    }
    findings.take(all, &found);
    rehearsal
}
