//! Compares the planner with the model in one case.

use std::fmt;

use migratory_core::Grouping;

use super::*;
use crate::Checksum;
use crate::history::read::Underway;

/// Creates the migrations of a set, for `plan`.
pub(super) fn migrations(set: &Set) -> Vec<Migration<'static>> {
    let mut chain = None;
    let migration = |(&version, &kind): (&i64, &Kind)| {
        let mode = match kind {
            Kind::KeysOff => Mode::ForeignKeysOff,
            Kind::Unprotected => Mode::NoTransaction,
            Kind::Plain | Kind::Irreversible | Kind::UpOnly => Mode::Transaction,
        };
        let down = match kind {
            Kind::Irreversible => Down::Irreversible("it can't be"),
            Kind::UpOnly => Down::UpOnly,
            _ => Down::Script(Script::new("down", "", mode)),
        };
        let (version, checksum) = (Version::new(version), text(version, false));
        let linked = Checksum::chained(chain, version, checksum);
        chain = Some(linked);
        Migration::new(version, "x", Script::new("up", "", mode), down, checksum, linked)
    };
    set.iter().map(migration).collect()
}

/// Creates the history of these rows, for `plan`. Each chain covers the rows before, as runs leave
/// it.
pub(super) fn history(rows: &Rows) -> History {
    let mut chain = None;
    let told = |(&version, row): (&i64, &Row)| {
        let (version, checksum) = (Version::new(version), text(version, row.is_changed));
        let linked = Checksum::chained(chain, version, checksum);
        chain = Some(linked);
        let chain = if row.is_forged { Checksum::new([9; 32]) } else { linked };
        Entry {
            underway: row
                .is_underway
                .then_some(Underway { direction: Direction::Up, progress: None }),
            compatible_with: row.compatible_with.map(Version::new),
            down_code: row.has_code,
            down: row.has_down.then(|| "PRAGMA foreign_keys = OFF".to_owned()),
            ..entry(version, checksum, chain)
        }
    };
    History { exists: true, entries: rows.iter().map(told).collect() }
}

fn entry(version: Version, checksum: Checksum, chain: Checksum) -> Entry {
    Entry {
        version,
        name: "x".to_owned(),
        checksum,
        chain,
        schema: None,
        applied_at: 0,
        duration_ms: 0,
        underway: None,
        stamp: 0,
        compatible_with: None,
        down_code: false,
        down: None,
    }
}

/// Returns a cheap checksum, because a million are needed.
fn text(version: i64, is_changed: bool) -> Checksum {
    let mut digest = [u8::from(is_changed); 32];
    digest[..8].copy_from_slice(&version.to_be_bytes());
    Checksum::new(digest)
}

fn steps_or_refusal(planned: Result<&Plan, &Error>) -> Result<Vec<ModelStep>, Refused> {
    match planned.map_err(Error::kind) {
        Ok(plan) => {
            let told = |step: &Step| (step.direction, step.version.get(), step.is_stored);
            Ok(plan.steps().iter().map(told).collect())
        }
        Err(ErrorKind::Dirty { .. }) => Err(Refused::Dirty),
        Err(ErrorKind::Unknown { .. }) => Err(Refused::Unknown),
        Err(ErrorKind::NoSuchVersion { .. }) => Err(Refused::NoSuchVersion),
        Err(ErrorKind::Changed { .. }) => Err(Refused::Changed),
        Err(ErrorKind::OutOfOrder { .. }) => Err(Refused::OutOfOrder),
        Err(ErrorKind::BrokenHistory { .. }) => Err(Refused::Broken),
        Err(ErrorKind::Irreversible { .. }) => Err(Refused::Irreversible),
        Err(_) => Err(Refused::Otherwise),
    }
}

/// A set and a history, for both the planner and the model, and the seed that generated them.
pub(super) struct Case<'c> {
    pub(super) set: &'c Set,
    pub(super) migrations: MigrationSet<'c>,
    pub(super) rows: &'c Rows,
    pub(super) history: &'c History,
    pub(super) seed: Option<u64>,
}

impl fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {:?}, set {:?}, history {:?}", self.seed, self.set, self.rows)
    }
}

impl Case<'_> {
    fn compare(&self, goal: Goal, newer: NewerDatabase) -> (Option<Plan>, Outcome) {
        let planned = Planner::ANY.plan(&self.migrations, self.history, goal, newer);
        let expected = model(self.set, self.rows, goal, newer);
        assert_eq!(
            steps_or_refusal(planned.as_ref()),
            expected,
            "{self:?} {goal:?} {newer:?}: {planned:?}"
        );
        (planned.ok(), expected.err())
    }
}

/// Returns the history after these steps, as a run records it.
fn after(case: &Case<'_>, mut history: History, steps: &[Step]) -> History {
    for step in steps {
        let place = history.entries.binary_search_by_key(&step.version, |entry| entry.version);
        if step.direction == Direction::Down {
            history.entries.remove(place.expect("one that is applied"));
            continue;
        }
        let migration = case.migrations.get(step.version).expect("one of the set");
        let applied = entry(step.version, migration.checksum(), migration.chain());
        history.entries.insert(place.expect_err("one that is pending"), applied);
    }
    history
}

/// Asserts that a plan leads to exactly the target.
fn leads_to(case: &Case<'_>, target: Target, newer: NewerDatabase, plan: &Plan) {
    let mut meant = wanted(case.set, target).expect("a target that was planned for");
    if newer == NewerDatabase::Tolerate {
        meant.extend(unknown(case.set, case.rows));
    }
    let history = after(case, case.history.clone(), plan.steps());
    let reached = history.entries.iter().map(|entry| entry.version.get());
    assert!(reached.eq(meant), "{case:?} {target:?} {newer:?}");
}

/// Asserts that planning again after each transaction gives the rest of the first plan.
fn goes_on(case: &Case<'_>, goal: Goal, newer: NewerDatabase, plan: &Plan) {
    for grouping in [Grouping::PerRun, Grouping::PerMigration] {
        let (mut history, mut left, mut goal) = (case.history.clone(), plan.steps(), goal);
        loop {
            let again = Planner::ANY.plan(&case.migrations, &history, goal, newer);
            let steps = again.as_ref().map(Plan::steps).ok();
            assert_eq!(steps, Some(left), "{case:?} {goal:?} {newer:?}: {again:?}");
            let Ok(again) = again else { break };
            let segment = again.segment(grouping);
            if segment.is_empty() {
                break;
            }
            assert!(segment.iter().all(|step| step.mode == segment[0].mode), "{segment:?}");
            history = after(case, history, segment);
            goal = goal.after(segment);
            left = &left[segment.len()..];
        }
    }
}

impl Case<'_> {
    pub(super) fn hold(&self, goal: Goal, newer: NewerDatabase) -> Outcome {
        let (plan, outcome) = self.compare(goal, newer);
        let Some(plan) = plan else { return outcome };
        if let Goal::To(target) = goal {
            leads_to(self, target, newer, &plan);
        }
        // `Again` is the rest of a `Redo`; no run begins with it.
        if !plan.is_empty() && !matches!(goal, Goal::Again(_)) {
            goes_on(self, goal, newer, &plan);
        }
        outcome
    }
}
