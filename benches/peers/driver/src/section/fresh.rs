//! The time of all migrations on a new file.

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::program::Program;
use crate::rounds::{self, Contender, Reading};
use crate::section::{Column, compared, written};

const SETS: [(&str, &str); 2] = [("200", "200 migrations"), ("1000", "1,000 migrations")];
const JOURNALS: [(&str, &str); 2] = [("delete", ""), ("wal", ", WAL")];
const ROUNDS: usize = 9;

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
    written(
        "A fresh file",
        "What do all migrations take on a file that does not exist yet, of about two statements each? `bare` runs all of \
         the SQL in one transaction.",
        &compared(&labels, &["library"], &columns),
        &format!(
            "{rounds} rounds of one sample. The first two are with SQLite's defaults, `journal_mode = DELETE` and \
             `synchronous = FULL`; the others with `journal_mode = WAL` and `synchronous = NORMAL`, set before the \
             library is called. `bare` and include_dir write no history, rusqlite_migration a number; only migratory \
             stores the downs, checksums and a hash of the schema with each migration."
        ),
    )
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
