//! Table tests of the planner: the applied versions, the goal, and the steps or the refusal.

use super::*;
use crate::Checksum;
use crate::history::read::Underway;

/// Creates migrations of these versions; 4 can't be reverted, 5 runs with foreign keys off, and 6
/// outside a transaction.
fn with_set<T>(versions: &[i64], test: impl FnOnce(&MigrationSet<'_>) -> T) -> T {
    let mut chain = None;
    let migrations: Vec<_> = versions
        .iter()
        .map(|&version| {
            let mode = match version {
                5 => Mode::ForeignKeysOff,
                6 => Mode::NoTransaction,
                _ => Mode::Transaction,
            };
            let down = match version {
                4 => Down::Irreversible("it can't be"),
                _ => Down::Script(Script::new("down", "", mode)),
            };
            let (version, checksum) = (Version::new(version), checksum(version));
            let linked = Checksum::chained(chain, version, checksum);
            chain = Some(linked);
            Migration::new(version, "x", Script::new("up", "", mode), down, checksum, linked)
        })
        .collect();
    test(&MigrationSet::new(&migrations))
}

fn checksum(version: i64) -> Checksum {
    Checksum::of_script(&version.to_string())
}

/// Parses a history: `3` as in the set, `3*` changed since, `3!` left half-way, `3~2` compatible
/// with 2.
fn history(applied: &str) -> History {
    let mut chain = None;
    let entries = applied.split_whitespace().map(|word| {
        let (word, compatible_with) = match word.split_once('~') {
            Some((word, with)) => (word, Some(Version::new(with.parse().expect("a version")))),
            None => (word, None),
        };
        let version: i64 = word.trim_end_matches(['*', '!']).parse().expect("a version");
        let text = if word.ends_with('*') { 1000 + version } else { version };
        let (version, checksum) = (Version::new(version), checksum(text));
        let linked = Checksum::chained(chain, version, checksum);
        chain = Some(linked);
        Entry {
            version,
            name: "x".to_owned(),
            checksum,
            chain: linked,
            schema: None,
            applied_at: 0,
            duration_ms: 0,
            underway: word
                .ends_with('!')
                .then_some(Underway { direction: Direction::Up, progress: None }),
            stamp: 0,
            compatible_with,
            down_code: false,
            down: (word.ends_with('*') || compatible_with.is_some())
                .then(|| "PRAGMA foreign_keys = OFF".to_owned()),
        }
    });
    History { exists: true, entries: entries.collect() }
}

/// Returns the steps as `+3` and `-3`, or the kind of the refusal.
fn planned(versions: &[i64], applied: &str, goal: Goal) -> String {
    planned_by(NewerDatabase::Refuse, versions, applied, goal)
}

fn planned_by(newer: NewerDatabase, versions: &[i64], applied: &str, goal: Goal) -> String {
    let told = |step: &Step| {
        let sign = if step.direction == Direction::Up { '+' } else { '-' };
        format!("{sign}{}{}", step.version, if step.is_stored { " stored" } else { "" })
    };
    match with_set(versions, |set| Planner::ANY.plan(set, &history(applied), goal, newer)) {
        Ok(plan) => plan.steps().iter().map(told).collect::<Vec<_>>().join(" "),
        Err(error) => {
            format!("{:?}", error.kind()).split([' ', '{']).next().unwrap_or_default().to_owned()
        }
    }
}

const LATEST: Goal = Goal::To(Target::Latest);
const EMPTY: Goal = Goal::To(Target::Empty);

fn at(version: i64) -> Goal {
    Goal::To(Target::Version(Version::new(version)))
}

#[test]
fn the_steps_to_a_target_are_found() {
    let cases = [
        ("", LATEST, "+1 +2 +3"),
        ("1", LATEST, "+2 +3"),
        ("1 2 3", LATEST, ""),
        ("1 2 3", EMPTY, "-3 -2 -1"),
        ("", EMPTY, ""),
        ("1 2 3", at(1), "-3 -2"),
        ("1", at(2), "+2"),
        ("1", at(1), ""),
        ("1 2 3", Goal::Down(2), "-3 -2"),
        ("1 2 3", Goal::Down(9), "-3 -2 -1"),
        ("1 2 3", Goal::Down(0), ""),
        ("1 2", Goal::Redo, "-2 +2"),
        ("", Goal::Redo, ""),
        ("1", Goal::Again(Version::new(2)), "+2"),
        ("1 2", Goal::Again(Version::new(2)), ""),
    ];
    for (applied, goal, steps) in cases {
        assert_eq!(planned(&[1, 2, 3], applied, goal), steps, "{applied:?} {goal:?}");
    }
}

#[test]
fn applied_and_embedded_are_compared_as_sets() {
    let cases = [
        ("2", LATEST, "OutOfOrder"),
        ("1 3", LATEST, "OutOfOrder"),
        ("1 3", at(3), "OutOfOrder"),
        ("1 3", at(1), "-3"),
        ("1 3", at(2), "-3 +2"),
        ("1 3", Goal::Down(1), "-3"),
        ("1 2 3 7", LATEST, "Unknown"),
        ("1 2 3 7", at(1), "Unknown"),
        ("0 1 2 3", LATEST, "Unknown"),
        ("1 7", Goal::Down(1), "Unknown"),
        ("1", at(7), "NoSuchVersion"),
    ];
    for (applied, goal, steps) in cases {
        assert_eq!(planned(&[1, 2, 3], applied, goal), steps, "{applied:?} {goal:?}");
    }
}

#[test]
fn a_changed_migration_is_refused_and_reverted_by_its_stored_down() {
    let cases = [
        ("1* 2", LATEST, "Changed"),
        ("1 2*", at(2), "Changed"),
        ("1 2*", at(1), "-2 stored"),
        ("1* 2", at(1), "Changed"),
        ("1* 2", Goal::Down(1), "-2"),
        ("1 2*", Goal::Redo, "-2 stored +2"),
        ("1! 2", LATEST, "Dirty"),
        ("1 2!", Goal::Down(1), "Dirty"),
    ];
    for (applied, goal, steps) in cases {
        assert_eq!(planned(&[1, 2, 3], applied, goal), steps, "{applied:?} {goal:?}");
    }
}

#[test]
fn an_irreversible_migration_refuses_the_run_before_it_begins() {
    for (applied, goal, steps) in [
        ("3 4 7", at(3), "Irreversible"),
        ("3 4 7", Goal::Down(2), "Irreversible"),
        ("3 4 7", Goal::Down(1), "-7"),
        ("3 4", Goal::Redo, "Irreversible"),
    ] {
        assert_eq!(planned(&[3, 4, 7], applied, goal), steps, "{applied:?} {goal:?}");
    }
}

#[test]
fn a_chain_that_does_not_match_is_a_broken_history() {
    let mut history = history("1 2");
    history.entries[0].chain = checksum(9);
    let found =
        with_set(&[1, 2, 3], |set| Planner::ANY.plan(set, &history, LATEST, NewerDatabase::Refuse));
    let error = found.expect_err("a refusal");
    assert!(matches!(error.kind(), ErrorKind::BrokenHistory { version, .. } if version.get() == 1));
}
