//! How long a developer waits for the message about a migration that fails.

use std::cell::RefCell;
use std::path::Path;

use crate::Outcome;
use crate::peer::{Peer, migratory};
use crate::place::Place;
use crate::rounds::{self, Contender, Reading};
use crate::section::package::Copy;
use crate::section::{nanoseconds, timetable, written};

const SETS: [(&str, &str); 2] = [("100", "100 migrations"), ("1000", "1,000 migrations")];
const ROUNDS: usize = 3;
/// What SQLite says of the broken statement.
const MESSAGE: &str = "no such table: missing";

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let mut rows = Vec::new();
    for (set, title) in SETS {
        let folder = place.empty(&format!("broken-{set}"))?;
        rows.push((title.to_owned(), broken(place, migratory(), &folder, set, rounds)?.to_vec()));
    }
    Ok(written(
        "`cargo check` of a migration that fails",
        "How long does a developer wait for the message of `cargo check` (debug, incremental) after a statement that fails \
         was added to the newest migration, and then after another edit that leaves it wrong?",
        &timetable(&["migratory", "with the error", "edited, and still wrong"], &rows),
        &format!(
            "{rounds} rounds; before each, the migration is right and checked. The other libraries report such an error \
             when the program runs."
        ),
    ))
}

/// Returns the times of the first check and of the second one.
fn broken(
    place: &Place,
    peer: &'static Peer,
    folder: &Path,
    set: &str,
    rounds: usize,
) -> Outcome<[Vec<f64>; 2]> {
    let copy = Copy::new(place, peer, folder, set)?;
    let second = RefCell::new(Vec::new());
    let mut edits = 0;
    let mut check = || -> Outcome<f64> {
        edits += 1;
        copy.append_to_migration(&format!("INSERT INTO missing VALUES ({edits});\n"))?;
        Ok(nanoseconds(copy.check_broken(MESSAGE)?.wall))
    };
    let mut contenders = [Contender::new(format!("{} with {set}", peer.name), || {
        copy.append_to_migration("")?;
        copy.check()?;
        let first = check()?;
        second.borrow_mut().push(check()?);
        Ok(Reading::Value(first))
    })];
    let [first] = <[_; 1]>::try_from(rounds::run(&mut contenders, rounds)?)
        .map_err(|_| "one contender has one result")?;
    drop(contenders);
    Ok([first?, second.into_inner()])
}
