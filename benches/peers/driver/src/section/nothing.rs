//! The cost of a call with nothing to do.

use crate::Outcome;
use crate::peer;
use crate::place::Place;
use crate::program::Program;
use crate::rounds::{self, Contender, Reading};
use crate::section::{Column, compared, written};

const SETS: [(&str, &str); 3] =
    [("10", "10 migrations"), ("100", "100 migrations"), ("1000", "1,000 migrations")];
const ROUNDS: usize = 9;
const SAMPLES: &str = "15";
const BATCH: &str = "50";

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let folder = place.empty("nothing")?;
    let mut columns = Vec::new();
    for (set, title) in SETS {
        let mut contenders = Vec::new();
        for peer in &peer::ALL {
            let program = Program::build(place, peer, set)?;
            let file = folder.join(format!("{}-{set}.db", peer.name));
            program.run("prepare", &file, &[])?;
            contenders.push(Contender::new(peer.name, move || {
                program.median("nothing", &file, &[SAMPLES, BATCH]).map(Reading::Value)
            }));
        }
        let values = rounds::run(&mut contenders, rounds)?;
        columns.push(Column { title: title.into(), values });
    }
    let labels: Vec<_> =
        peer::ALL.iter().map(|it| vec![it.name.to_owned(), it.notices.to_owned()]).collect();
    Ok(written(
        "Nothing to do",
        "How long does a call take on a warm connection, if the database is up to date?",
        &compared(&labels, &["library", "notices"], &columns),
        &format!(
            "{rounds} rounds of {SAMPLES} samples of {BATCH} calls. include_dir, rusqlite_migration and \
             diesel_migrations compare no checksums: an edited migration passes. Only migratory notices that someone \
             changed the schema. sqlx runs SQLite on a separate thread, with a round trip for each statement."
        ),
    ))
}
