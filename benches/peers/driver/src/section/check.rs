//! How long a developer waits for a check after an edit.

use std::path::Path;

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::rounds::{self, Contender, Reading};
use crate::section::package::Copy;
use crate::section::{Column, compared, nanoseconds, written};

const SETS: [(&str, &str); 2] = [("100", "100 migrations"), ("1000", "1,000 migrations")];
const ROUNDS: usize = 5;

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let mut code = Vec::new();
    let mut migration = Vec::new();
    for (set, title) in SETS {
        let folder = place.empty(&format!("check-{set}"))?;
        let all: Vec<&Peer> = peer::ALL.iter().collect();
        code.extend(edited(place, &folder, set, title, &all, rounds, Copy::edit_code)?);
        // A program that reads no migration has nothing to check.
        let embedding: Vec<&Peer> = peer::ALL.iter().filter(|peer| peer.embeds()).collect();
        let change = Copy::edit_migration;
        migration.extend(edited(place, &folder, set, title, &embedding, rounds, change)?);
    }
    let label = |peer: &Peer| vec![peer.name.to_owned()];
    let all: Vec<_> = peer::ALL.iter().map(label).collect();
    let embedding: Vec<_> = peer::ALL.iter().filter(|peer| peer.embeds()).map(label).collect();
    let after_code = compared(&all, &["after an edit of the Rust file"], &code);
    let after_migration =
        compared(&embedding, &["after an edit of the newest migration"], &migration);
    Ok(written(
        "`cargo check` after an edit",
        "How long does a developer wait for `cargo check` (debug, incremental) after an edit of the file with the \
         library's macro, and after an edit of the newest migration?",
        &format!("{after_code}\n{after_migration}"),
        &format!(
            "{rounds} rounds; CPU is the user and system time of cargo and all compilers, in hundredths of a second. \
             migratory, diesel_migrations and sqlx have the build script that their documentation recommends. After \
             an edit of the newest migration, migratory continues the rehearsal from an image of the databases \
             before it; the other libraries don't check the SQL."
        ),
    ))
}

/// Checks each peer in turn after an edit. Returns a column of wall times and one of CPU times.
fn edited(
    place: &Place,
    folder: &Path,
    set: &str,
    title: &str,
    peers: &[&'static Peer],
    rounds: usize,
    edit: fn(&mut Copy) -> Outcome,
) -> Outcome<[Column; 2]> {
    let cpu: Vec<_> = peers.iter().map(|_| std::cell::RefCell::new(Vec::new())).collect();
    let mut contenders = Vec::new();
    for (peer, cpu) in peers.iter().zip(&cpu) {
        let mut copy = Copy::new(place, peer, folder, set)?;
        eprintln!("  checking {} with {set}", peer.name);
        copy.check()?;
        contenders.push(Contender::new(peer.name, move || {
            edit(&mut copy)?;
            let took = copy.check()?;
            cpu.borrow_mut().push(nanoseconds(took.cpu));
            Ok(Reading::Value(nanoseconds(took.wall)))
        }));
    }
    let values = rounds::run(&mut contenders, rounds)?;
    drop(contenders);
    let cpu = cpu.into_iter().map(|values| Ok(values.into_inner())).collect();
    Ok([
        Column { title: title.into(), values },
        Column { title: format!("{title}, CPU"), values: cpu },
    ])
}
