//! The time of the calls that check a schema.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::peer::migratory;
use crate::place::Place;
use crate::program::Program;
use crate::rounds::{self, Contender, Reading};
use crate::section::{timetable, written};

const SETS: [(&str, &str); 2] = [("200", "200 migrations"), ("1000", "1,000 migrations")];
const CALLS: [&str; 2] = ["verify", "baseline"];
const ROUNDS: usize = 5;
const SAMPLES: &str = "5";

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let folder = place.empty("verify")?;
    let mut rows: Vec<_> = CALLS.iter().map(|call| (format!("`{call}`"), Vec::new())).collect();
    for (set, _) in SETS {
        for (row, times) in rows.iter_mut().zip(timed(place, &folder, set, rounds)?) {
            row.1.push(times);
        }
    }
    Ok(written(
        "A schema checked",
        "What does it take to compare the schema with that of the newest version (`verify`), and to adopt a database without \
         a history (`baseline`), if the schema is the one that the rehearsal proved?",
        &timetable(&["migratory", SETS[0].1, SETS[1].1], &rows),
        &format!(
            "{rounds} rounds of the call alone: {SAMPLES} samples of `verify`, each on a new connection that has read the \
             schema, and one of `baseline`, on a file that a script has just made. No other library has such a call."
        ),
    ))
}

/// Returns the times of each call.
fn timed(place: &Place, folder: &Path, set: &str, rounds: usize) -> Outcome<Vec<Vec<f64>>> {
    let program = Program::with_calls(place, migratory(), set)?;
    let (migrated, adopted) = (folder.join("migrated.db"), folder.join("adopted.db"));
    let script = place.sets.join("script").join(set).join("all.sql");
    let script = script.to_str().ok_or("a path that is no text")?;
    if migrated.exists() {
        fs::remove_file(&migrated)?;
    }
    let mut contenders = [
        Contender::new(CALLS[0], || {
            program.median("verify", &migrated, &[SAMPLES]).map(Reading::Value)
        }),
        Contender::new(CALLS[1], || {
            program.median("baseline", &adopted, &["1", script]).map(Reading::Value)
        }),
    ];
    let values = rounds::run(&mut contenders, rounds)?;
    Ok(values.into_iter().collect::<Result<_, _>>()?)
}
