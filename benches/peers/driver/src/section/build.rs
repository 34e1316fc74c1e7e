//! The cost of a first build.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::process::{self, Took};
use crate::program::cargo;
use crate::rounds::{self, Contender, Reading};
use crate::section::{Column, compared, written};

const ROUNDS: usize = 2;

/// A package, and how to build it.
struct Way {
    peer: &'static Peer,
    label: String,
    arguments: &'static [&'static str],
}

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let ways = ways();
    for way in &ways {
        // Don't measure downloads.
        fetch(place, way.peer)?;
    }
    let mut labels = Vec::new();
    for way in &ways {
        labels.push(vec![way.label.clone(), crates(place, way)?.to_string()]);
    }
    let dev = clean_builds(place, &ways, "dev", rounds)?;
    let release = clean_builds(place, &ways, "release", rounds)?;
    let columns: Vec<_> = dev.into_iter().chain(release).collect();
    written(
        "A clean build",
        "How long does a first build with 10 migrations take, and how many crates does it compile?",
        &compared(&labels, &["library", "crates"], &columns),
        &format!(
            "{rounds} rounds, each into an empty folder, without downloads. CPU is the user and system time of cargo \
             and all compilers. SQLite itself takes the longest of all. In a dev build the program and the rehearsal \
             share it; in a release build the rehearsal has its own, without optimisation. The row without the \
             rehearsal shows that cost; there, migrations are not tried while they compile. The program is not \
             counted among the crates."
        ),
    )
}

fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for peer in &peer::ALL {
        let set = &["--features", "set-10"];
        ways.push(Way { peer, label: peer.name.into(), arguments: set });
        if peer.name == "migratory" {
            let arguments = &["--no-default-features", "--features", "set-10"];
            ways.push(Way { peer, label: "migratory, without the rehearsal".into(), arguments });
        }
    }
    ways
}

fn fetch(place: &Place, peer: &Peer) -> Outcome {
    let mut command = cargo("fetch", &place.peers.join(peer.name), &place.target);
    process::output(&format!("fetching the crates of {}", peer.name), &mut command)?;
    Ok(())
}

/// Counts the crates of a program, including those that run while it compiles.
fn crates(place: &Place, way: &Way) -> Outcome<usize> {
    let mut command = cargo("tree", &place.peers.join(way.peer.name), &place.target);
    command.args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    let tree = process::output(&way.label, command.args(way.arguments))?;
    Ok(distinct(&tree))
}

/// Counts the distinct lines of a tree, without the program and the crates that all programs share.
fn distinct(tree: &str) -> usize {
    let lines = tree.lines().map(|line| line.trim().trim_end_matches("(*)").trim());
    lines.filter(|line| !line.is_empty() && !is_ours(line)).collect::<BTreeSet<_>>().len()
}

fn is_ours(name: &str) -> bool {
    name.starts_with("peer-") || name.starts_with("peers-common ")
}

/// Builds each in turn into an empty folder. Returns a column of wall times and one of CPU times.
fn clean_builds(place: &Place, ways: &[Way], profile: &str, rounds: usize) -> Outcome<[Column; 2]> {
    let cpu: Vec<_> = ways.iter().map(|_| RefCell::new(Vec::new())).collect();
    let mut contenders = Vec::new();
    for (way, cpu) in ways.iter().zip(&cpu) {
        contenders.push(Contender::new(way.label.clone(), move || {
            let took = clean_build(place, way, profile)?;
            eprintln!("  {} in {profile}: {:.1} s", way.label, took.wall.as_secs_f64());
            cpu.borrow_mut().push(took.cpu.as_secs_f64() * 1e9);
            Ok(Reading::Value(took.wall.as_secs_f64() * 1e9))
        }));
    }
    let values = rounds::run(&mut contenders, rounds)?;
    drop(contenders);
    let cpu = cpu.into_iter().map(|values| Ok(values.into_inner())).collect();
    Ok([
        Column { title: profile.into(), values },
        Column { title: format!("{profile}, CPU"), values: cpu },
    ])
}

fn clean_build(place: &Place, way: &Way, profile: &str) -> Outcome<Took> {
    let target = place.empty("build")?;
    let mut command = cargo("build", &place.peers.join(way.peer.name), Path::new(&target));
    command.args(way.arguments).args(["--profile", profile]);
    process::timed(&format!("building {}", way.label), &mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_counted_once() {
        let tree = "peer-x v0.0.0 (/x)\npeers-common v0.0.0 (/y)\nlibc v0.2.1\ncc v1.2.0\nlibc v0.2.1 (*)\n\n";
        assert_eq!(distinct(tree), 2);
    }
}
