//! The cases for comparing the planner with the model: all small ones, and many large ones.

use super::compared::{Case, history, migrations};
use super::*;

/// A row as a run of the set leaves it.
const SAME: Row = Row {
    is_changed: false,
    is_underway: false,
    is_forged: false,
    compatible_with: None,
    has_code: false,
    has_down: true,
};
const COMPATIBLE: Row = Row { compatible_with: Some(2), ..SAME };
const CHANGED: Row = Row { is_changed: true, ..SAME };
const UNDERWAY: Row = Row { is_underway: true, ..SAME };
const WITHOUT_DOWN: Row = Row { has_down: false, ..CHANGED };
const WITH_CODE: Row = Row { has_code: true, ..CHANGED };
const FORGED: Row = Row { is_forged: true, ..SAME };

const NEWER: [NewerDatabase; 3] =
    [NewerDatabase::Refuse, NewerDatabase::RollBack, NewerDatabase::Tolerate];

/// Returns all ways to give each version from 1 to `count` one of these choices, or none.
fn every<T: Copy>(count: i64, choices: &[T]) -> Vec<BTreeMap<i64, T>> {
    (1..=count).fold(vec![BTreeMap::new()], |maps, version| {
        let with = |map: &BTreeMap<i64, T>, choice| {
            let mut map = map.clone();
            map.insert(version, choice);
            map
        };
        let longer = maps.iter().flat_map(|map| choices.iter().map(|each| with(map, *each)));
        let longer: Vec<_> = longer.collect();
        maps.into_iter().chain(longer).collect()
    })
}

fn goals(versions: i64) -> impl Iterator<Item = Goal> {
    let to = |version| Goal::To(Target::Version(Version::new(version)));
    [Goal::To(Target::Latest), Goal::To(Target::Empty), Goal::Redo, Goal::Again(Version::new(2))]
        .into_iter()
        .chain((1..=versions).map(to))
        .chain((1..=3).map(Goal::Down))
}

/// Compares every set of up to three of the versions with every history, goal and policy.
fn exhaust(versions: i64, kinds: &[Kind], rows: &[Row]) {
    let histories: Vec<_> =
        every(versions, rows).into_iter().map(|rows| (history(&rows), rows)).collect();
    for set in every(versions, kinds).iter().filter(|set| set.len() <= 3) {
        let migrations = migrations(set);
        for (history, rows) in &histories {
            let migrations = MigrationSet::new(&migrations);
            let case = Case { set, migrations, rows, history, seed: None };
            for (goal, newer) in goals(versions).flat_map(|goal| NEWER.map(|newer| (goal, newer))) {
                case.hold(goal, newer);
            }
        }
    }
}

#[test]
fn every_small_plan_matches_the_model() {
    let of_set = [Kind::Plain, Kind::Irreversible, Kind::KeysOff];
    let odd = [SAME, COMPATIBLE, UNDERWAY, WITHOUT_DOWN, WITH_CODE, FORGED];
    exhaust(3, &of_set, &[SAME, COMPATIBLE, CHANGED, UNDERWAY]);
    exhaust(4, &[Kind::Plain], &[SAME, COMPATIBLE, CHANGED]);
    exhaust(3, &[Kind::Plain], &odd);
}

/// The same with one more version: twenty times as many cases.
#[test]
#[ignore = "takes a minute"]
fn every_plan_of_four_versions_matches_the_model() {
    let of_set = [Kind::Plain, Kind::Irreversible, Kind::KeysOff];
    exhaust(4, &of_set, &[SAME, COMPATIBLE, CHANGED, UNDERWAY]);
    exhaust(4, &[Kind::Plain], &[SAME, COMPATIBLE, UNDERWAY, WITHOUT_DOWN, WITH_CODE, FORGED]);
}

/// Pseudo-random numbers (splitmix64), reproducible by their seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = usize::try_from(self.next() >> 1).unwrap_or_default() % choices.len();
        choices[at]
    }

    fn version(&mut self) -> i64 {
        i64::try_from(self.below(12)).unwrap_or_default() + 1
    }
}

/// Generates a set and a history. A history with several faults is refused for the first one, so
/// most faults are rare: `wildness` is how often a row differs from what a run leaves.
fn set_and_rows(random: &mut Random) -> (Set, Rows) {
    let (mut set, mut rows) = (Set::new(), Rows::new());
    let wildness = random.one_of(&[1000, 20, 4]);
    let (newest_known, newest_applied) = (random.version(), random.version());
    let has_gaps = random.one_in(3);
    for version in (1..=12).filter(|_| !has_gaps || !random.one_in(3)).collect::<Vec<_>>() {
        if version <= newest_known && !random.one_in(wildness) {
            set.insert(version, kind(random));
        }
        if version <= newest_applied && !random.one_in(wildness) {
            rows.insert(version, row(random, wildness));
        }
    }
    (set, rows)
}

fn kind(random: &mut Random) -> Kind {
    match random.below(12) {
        0 => random.one_of(&[Kind::Irreversible, Kind::UpOnly]),
        1..=3 => random.one_of(&[Kind::KeysOff, Kind::Unprotected]),
        _ => Kind::Plain,
    }
}

fn row(random: &mut Random, wildness: u64) -> Row {
    Row {
        is_changed: random.one_in(2 * wildness),
        is_underway: random.one_in(20 * wildness),
        is_forged: random.one_in(10 * wildness),
        compatible_with: random.one_in(2).then(|| random.version() / 2),
        has_code: random.one_in(12),
        has_down: !random.one_in(12),
    }
}

fn goal(random: &mut Random) -> Goal {
    let version = Version::new(random.version());
    let count = usize::try_from(random.below(14)).unwrap_or_default();
    random.one_of(&[
        Goal::To(Target::Latest),
        Goal::To(Target::Latest),
        Goal::To(Target::Empty),
        Goal::To(Target::Version(version)),
        Goal::To(Target::Version(version)),
        Goal::Down(count),
        Goal::Redo,
        Goal::Again(version),
    ])
}

#[test]
fn large_plans_match_the_model() {
    let mut outcomes: BTreeMap<Outcome, usize> = BTreeMap::new();
    for seed in 0..6_250 {
        let mut random = Random(seed);
        let (set, rows) = set_and_rows(&mut random);
        let (history, migrations) = (history(&rows), migrations(&set));
        let migrations = MigrationSet::new(&migrations);
        let seed = Some(seed);
        let case = Case { set: &set, migrations, rows: &rows, history: &history, seed };
        for _ in 0..16 {
            let (goal, newer) = (goal(&mut random), random.one_of(&NEWER));
            *outcomes.entry(case.hold(goal, newer)).or_default() += 1;
        }
    }
    // The plan and each refusal: all of them are compared often enough.
    assert!(outcomes.len() == 8 && outcomes.values().all(|count| *count > 100), "{outcomes:?}");
}
