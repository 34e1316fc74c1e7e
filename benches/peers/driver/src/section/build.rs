//! The cost of a first build.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::process::{self, Took};
use crate::program::cargo;
use crate::rounds::{self, Contender, Reading};
use crate::section::{Column, compared, nanoseconds, written};

/// Of bare and migratory in dev.
const ROUNDS: usize = 2;
/// Of all others: a round takes four minutes in dev, and a release build more than one.
const ROUNDS_OF_OTHERS: usize = 1;

/// As cargo builds crates of a registry: not incrementally, and without lints. The peers have some
/// crates by path, and migratory all of its own.
const NOT_INCREMENTAL: [&str; 2] = ["--config", "profile.dev.package.\"*\".incremental=false"];
const NO_LINTS: &str = "--cap-lints=allow";

/// A package, and how to build it.
struct Way {
    peer: &'static Peer,
    label: String,
    arguments: &'static [&'static str],
    /// Whether it is built in more than one round, and in release.
    is_main: bool,
}

/// How all packages are built.
#[derive(Clone, Copy)]
struct Build {
    title: &'static str,
    profile: &'static str,
    jobs: usize,
    of_all: bool,
}

const DEV: Build = Build { title: "dev", profile: "dev", jobs: 2, of_all: true };
const DEV_ON_FOUR: Build = Build { title: "dev, `-j 4`", jobs: 4, ..DEV };
const RELEASE: Build = Build { title: "release", profile: "release", jobs: 2, of_all: false };

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let (rounds, others) = (place.rounds(ROUNDS), place.rounds(ROUNDS_OF_OTHERS));
    let ways = ways();
    for way in &ways {
        // Don't measure downloads.
        fetch(place, way.peer)?;
    }
    let mut labels = Vec::new();
    for way in &ways {
        labels.push(vec![way.label.clone(), crates(place, way)?.to_string()]);
    }
    let mut columns = Vec::new();
    for build in builds(std::thread::available_parallelism()?.get()) {
        columns.extend(clean_builds(place, &ways, build)?);
    }
    Ok(written(
        "A clean build",
        "How long does a first build with 10 migrations take, and how many crates does it compile?",
        &compared(&labels, &["library", "crates"], &columns),
        &format!(
            "{rounds} rounds of bare and migratory in dev, {others} of the others, each into an empty folder with `-j 2`; \
             nothing is downloaded. CPU is user and system time of cargo and all compilers. All crates but the program \
             itself are built as cargo builds those of a registry: not incrementally, and without lints. SQLite itself \
             is the longest part of all. In a dev build the program and the rehearsal share it; in a release build the \
             rehearsal has one of its own, without optimisation. Without the rehearsal, no migration is tried while it \
             compiles. The program is not one of the crates."
        ),
    ))
}

fn ways() -> Vec<Way> {
    let mut ways = Vec::new();
    for peer in &peer::ALL {
        let set = &["--features", "set-10"];
        let is_main = ["bare", "migratory"].contains(&peer.name);
        ways.push(Way { peer, label: peer.name.into(), arguments: set, is_main });
        if peer.name == "migratory" {
            let arguments = &["--no-default-features", "--features", "set-10"];
            let label = "migratory, without the rehearsal".into();
            ways.push(Way { peer, label, arguments, is_main: false });
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

/// Returns the builds to measure on so many cores.
fn builds(cores: usize) -> Vec<Build> {
    let on_four = (cores >= 4).then_some(DEV_ON_FOUR);
    [Some(DEV), on_four, Some(RELEASE)].into_iter().flatten().collect()
}

/// Builds each in turn into an empty folder. Returns a column of wall times and one of CPU times.
fn clean_builds(place: &Place, ways: &[Way], build: Build) -> Outcome<[Column; 2]> {
    let (rounds, others) = (place.rounds(ROUNDS), place.rounds(ROUNDS_OF_OTHERS));
    let takes_part = |way: &Way| way.is_main || build.of_all;
    let cpu: Vec<_> = ways.iter().map(|_| RefCell::new(Vec::new())).collect();
    let mut contenders = Vec::new();
    for (way, cpu) in ways.iter().zip(&cpu) {
        let contender = Contender::new(way.label.clone(), move || {
            if !takes_part(way) {
                return Ok(Reading::Wrong("–".into()));
            }
            let took = clean_build(place, way, build)?;
            eprintln!("  {} in {}: {:.1} s", way.label, build.title, took.wall.as_secs_f64());
            cpu.borrow_mut().push(nanoseconds(took.cpu));
            Ok(Reading::Value(nanoseconds(took.wall)))
        });
        let most = if way.is_main && build.of_all { rounds } else { others };
        contenders.push(contender.at_most(most));
    }
    let values = rounds::run(&mut contenders, rounds)?;
    drop(contenders);
    let cpu = cpu.into_iter().zip(ways).map(|(values, way)| {
        if takes_part(way) { Ok(values.into_inner()) } else { Err("–".into()) }
    });
    let title = build.title;
    Ok([
        Column { title: title.into(), values },
        Column { title: format!("{title}, CPU"), values: cpu.collect() },
    ])
}

fn clean_build(place: &Place, way: &Way, build: Build) -> Outcome<Took> {
    let target = place.empty("build")?;
    let mut command = cargo("build", &place.peers.join(way.peer.name), &target);
    command.args(way.arguments).args(["--profile", build.profile]);
    command.args(["--jobs", &build.jobs.to_string()]).args(NOT_INCREMENTAL);
    command.env("RUSTFLAGS", NO_LINTS);
    process::timed(&format!("building {}", way.label), &mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_jobs_want_four_cores() {
        let titles = |cores| builds(cores).iter().map(|it| it.title).collect::<Vec<_>>();
        assert_eq!(titles(2), ["dev", "release"]);
        assert_eq!(titles(4), ["dev", "dev, `-j 4`", "release"]);
    }

    #[test]
    fn crates_are_counted_once() {
        let tree = "peer-x v0.0.0 (/x)\npeers-common v0.0.0 (/y)\nlibc v0.2.1\ncc v1.2.0\nlibc v0.2.1 (*)\n\n";
        assert_eq!(distinct(tree), 2);
    }
}
