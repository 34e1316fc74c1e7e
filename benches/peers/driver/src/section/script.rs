//! The time of a script with very many statements.

use crate::Outcome;
use crate::peer;
use crate::place::Place;
use crate::program::Program;
use crate::rounds::{self, Contender, Reading};
use crate::section::editing::rehearsals;
use crate::section::package::copy_folder;
use crate::section::{Column, compared, timetable, written};

const SET: &str = "large";
const ROUNDS: usize = 3;
/// Most of them take a quarter of a minute.
const ROUNDS_OF_PEERS: usize = 1;

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let (rounds, of_peers) = (place.rounds(ROUNDS), place.rounds(ROUNDS_OF_PEERS));
    let run = Column { title: "run".into(), values: run(place, rounds)? };
    let labels: Vec<_> = peer::ALL.iter().map(|it| vec![it.name.to_owned()]).collect();
    let rehearsed = [("one file of 6.5 MB".to_owned(), vec![rehearsed(place, rounds)?])];
    let rehearsed = timetable(&["migratory", "rehearsed, not optimised"], &rehearsed);
    Ok(written(
        "A long script",
        "What does a file of 6.5 MB take on a new database, with 62,000 INSERTs, and how long does the macro take to \
         rehearse it?",
        &format!("{}\n{rehearsed}", compared(&labels, &["library"], &[run])),
        &format!(
            "{rounds} rounds of one sample, {of_peers} of the libraries other than migratory and include_dir, with \
             SQLite's default settings. rusqlite's `execute_batch` passes a text that does not end in NUL, and SQLite copies \
             all of it for each statement, which takes quadratic time; migratory passes it in windows, and Diesel with a \
             NUL. The rehearsal is that of a macro in a dev build."
        ),
    ))
}

fn run(place: &Place, rounds: usize) -> Outcome<Vec<rounds::Values>> {
    let folder = place.empty("script")?;
    let mut contenders = Vec::new();
    for peer in &peer::ALL {
        let program = Program::build(place, peer, SET)?;
        let file = folder.join(format!("{}.db", peer.name));
        let contender = Contender::new(peer.name, move || {
            program.median("fresh", &file, &["1", "delete"]).map(Reading::Value)
        });
        let is_main = ["bare", "include_dir", "migratory"].contains(&peer.name);
        contenders.push(if is_main {
            contender
        } else {
            contender.at_most(place.rounds(ROUNDS_OF_PEERS))
        });
    }
    rounds::run(&mut contenders, rounds)
}

/// Returns the times of a rehearsal, each in a process of its own.
fn rehearsed(place: &Place, rounds: usize) -> Outcome<Vec<f64>> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        let package = place.empty("script")?;
        copy_folder(&place.sets.join("pairs").join(SET), &package.join("migrations"))?;
        times.extend(rehearsals(place, &package, 0)?.iter().map(|it| it.nanoseconds));
    }
    Ok(times)
}
