//! The time of all migrations on a new file.

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::program::Program;
use crate::rounds::{self, Contender, Reading};
use crate::section::{Column, compared, written};

const SETS: [(&str, &str); 2] = [("200", "200 migrations"), ("1000", "1,000 migrations")];
const JOURNALS: [(&str, &str); 2] = [("delete", ""), ("wal", ", WAL")];
const ROUNDS: usize = 5;

/// A library, and the scenario to run.
struct Way {
    peer: &'static Peer,
    label: String,
    scenario: &'static str,
}

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let ways = ways();
    let folder = place.empty("fresh")?;
    let mut columns = Vec::new();
    for (journal, suffix) in JOURNALS {
        for (set, title) in SETS {
            let mut contenders = Vec::new();
            for way in &ways {
                let program = Program::build(place, way.peer, set)?;
                let file = folder.join(format!("{}.db", way.peer.name));
                contenders.push(Contender::new(way.label.clone(), move || {
                    program.median(way.scenario, &file, &["1", journal]).map(Reading::Value)
                }));
            }
            let values = rounds::run(&mut contenders, rounds)?;
            columns.push(Column { title: format!("{title}{suffix}"), values });
        }
    }
    let labels: Vec<_> = ways.iter().map(|way| vec![way.label.clone()]).collect();
    Ok(written(
        "A fresh file",
        "How long do all migrations, of about two statements each, take on a new file? `bare` runs all of the SQL in \
         one transaction.",
        &compared(&labels, &["library"], &columns),
        &format!(
            "{rounds} rounds of one sample. The first two columns use SQLite's defaults, `journal_mode = DELETE` and \
             `synchronous = FULL`; the others use `journal_mode = WAL` and `synchronous = NORMAL`, set before the \
             library is called. `bare` and include_dir write no history, and rusqlite_migration a number; only \
             migratory stores the down, checksums and a hash of the schema for each migration."
        ),
    ))
}

/// Returns each library as its documentation shows it, and also in one transaction if that is
/// different.
fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for peer in &peer::ALL {
        ways.push(Way { peer, label: peer.name.into(), scenario: "fresh" });
        if let Some(how) = peer.grouped {
            ways.push(Way { peer, label: format!("{}, {how}", peer.name), scenario: "grouped" });
        }
    }
    ways
}
