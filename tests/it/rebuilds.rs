//! Random schemas and migrations: those that are right are taken, and those that are broken in one way are refused.
//!
//! Whether a migration is right is seen apart from the rehearsal: plain SQLite runs it on random rows (`harm`). A break
//! that no such row shows is not counted, but for those of which rows can't show it: an index that is gone, a LIMIT that
//! is larger than a test's tables.

#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "all that make a set have one form"
)]
mod breaks;
#[allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "all that make a set have one form"
)]
mod changes;
mod harm;
mod pick;
mod random;
mod schema;
mod script;
mod set;
mod table;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use migratory_faulty::Random;

use self::breaks::Break;
use self::changes::CHANGES;
use self::schema::Schema;
use self::set::{Harm, Set};

/// How many sets of each kind are made, unless the environment says otherwise.
const SETS: u64 = 100;
/// How often other rows are tried before a break is taken for harmless.
const ROWS: u64 = 4;

fn count() -> u64 {
    std::env::var("MIGRATORY_TEST_SETS").map_or(SETS, |count| count.parse().unwrap())
}

/// What was made, and what came of it.
#[derive(Default)]
struct Tally {
    made: usize,
    /// What went wrong, as a person reads it.
    wrong: Vec<String>,
}

#[test]
fn migrations_that_are_right_are_taken() {
    let mut tally = Tally::default();
    for seed in 0..count() {
        let mut random = Random::new(seed);
        let (name, change) = CHANGES[random.below(CHANGES.len())];
        let schema = Schema::random(&mut random);
        let Some(set) = change(&mut random, schema) else { continue };
        let harm = if set.has_a_say { None } else { harm::of(&set, seed) };
        assert_eq!(harm, None, "{seed}, {name}, is not right\n{}", set.text());
        tally.made += 1;
        if let Err(findings) = set.check() {
            tally.wrong.push(format!("{seed}, {name}\n{}\n{findings}", set.text()));
        }
    }
    assert!(tally.wrong.is_empty(), "{} refused\n{}", tally.wrong.len(), tally.wrong.join("\n"));
    assert!(tally.made * 2 > usize::try_from(count()).unwrap(), "{} sets", tally.made);
    told(&format!("{} right sets, none refused", tally.made));
}

#[test]
fn migrations_that_are_broken_are_refused_for_what_is_broken() {
    let breaks: Vec<_> = breaks::all().collect();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for seed in 0..count() {
        let mut random = Random::new(seed);
        let broken = breaks[random.below(breaks.len())];
        let schema = Schema::random(&mut random);
        let Some(set) = (broken.make)(&mut random, schema).filter(|set| is_harmful(set, seed))
        else {
            continue;
        };
        let tally = tallies.entry(broken.name).or_default();
        tally.made += 1;
        tally
            .wrong
            .extend(miss(broken, &set).map(|miss| format!("{seed}, {}\n{miss}", broken.name)));
    }
    let made: usize = tallies.values().map(|tally| tally.made).sum();
    let wrong: Vec<_> = tallies.values().flat_map(|tally| &tally.wrong).cloned().collect();
    let not_seen = wrong.join("\n");
    told(&format!("{}{not_seen}\n{made} broken sets, {} not seen", table(&tallies), wrong.len()));
    // Of a hundred, one may be missed: it depends on rows that nobody thought of.
    assert!(wrong.len() * 100 <= made, "{} of {made}\n{}", wrong.len(), wrong.join("\n"));
    assert!(made * 2 > usize::try_from(count()).unwrap(), "{made} sets");
}

/// Every way to break a migration can be made of some schema, and does harm.
#[test]
fn every_way_to_break_a_migration_breaks_some() {
    for broken in breaks::all() {
        let breaks_some = (0..400).any(|seed| {
            let mut random = Random::new(seed);
            let schema = Schema::random(&mut random);
            (broken.make)(&mut random, schema).is_some_and(|set| is_harmful(&set, seed))
        });
        assert!(breaks_some, "{}", broken.name);
    }
}

fn is_harmful(set: &Set, seed: u64) -> bool {
    set.harm == Harm::Text || (0..ROWS).any(|nth| harm::of(set, seed + nth).is_some())
}

/// That a broken set is taken, or refused for something else.
fn miss(broken: &Break, set: &Set) -> Option<String> {
    match set.check() {
        Ok(_) => Some(format!("{}\nno finding", set.text())),
        Err(findings) => {
            let is_seen = findings.iter().any(|it| broken.codes.contains(&it.code));
            (!is_seen).then(|| format!("{}\n{findings}", set.text()))
        }
    }
}

fn table(tallies: &BTreeMap<&str, Tally>) -> String {
    let mut table = String::new();
    for (name, Tally { made, wrong }) in tallies {
        writeln!(table, "{name}: {made} made, {} not seen", wrong.len()).unwrap();
    }
    table
}

/// Prints figures, which `--nocapture` shows.
#[allow(clippy::print_stdout, reason = "the figures of tests/README.md")]
fn told(figures: &str) {
    println!("{figures}");
}
