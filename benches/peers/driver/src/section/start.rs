//! What a library adds to a start with nothing to do.

use crate::Outcome;
use crate::peer;
use crate::place::Place;
use crate::program::Program;
use crate::rounds::{self, Contender, Reading};
use crate::section::{Column, compared, written};

const SETS: [(&str, &str); 3] =
    [("10", "10 migrations"), ("100", "100 migrations"), ("1000", "1,000 migrations")];
const ROUNDS: usize = 11;
const SAMPLES: &str = "50";

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let folder = place.empty("start")?;
    let mut columns = Vec::new();
    for (set, title) in SETS {
        let mut contenders = Vec::new();
        for peer in &peer::ALL {
            let program = Program::build(place, peer, set)?;
            let file = folder.join(format!("{}-{set}.db", peer.name));
            program.run("prepare", &file, &[])?;
            contenders.push(Contender::new(peer.name, move || {
                program.median("start", &file, &[SAMPLES]).map(Reading::Value)
            }));
        }
        let values = rounds::run(&mut contenders, rounds)?;
        columns.push(Column { title: title.into(), values });
    }
    let labels: Vec<_> = peer::ALL.iter().map(|it| vec![it.name.to_owned()]).collect();
    Ok(written(
        "A start",
        "How long does it take to open an up-to-date file, let the library check it, and run the application's first \
         query, `SELECT count(*)` on one of its tables? `bare` opens and queries.",
        &compared(&labels, &["library"], &columns),
        &format!(
            "{rounds} rounds of {SAMPLES} samples, each with a new connection. SQLite parses the schema at the first \
             query; a library that reads its own table only causes that earlier, not twice. Diesel and sqlx set up \
             more in a connection than rusqlite does, which is included."
        ),
    ))
}
