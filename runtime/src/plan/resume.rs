//! Plans the continuation of a half-way `no-transaction` script.

use migratory_core::{Direction, Step};

use super::{apply, revert};
use crate::error::Result;
use crate::error::remains::Unresumable;
use crate::history::progress;
use crate::history::read::{Entry, History, Underway};
use crate::place;
use crate::{Down, Migration, MigrationSet, Mode};

/// Returns the step that finishes the half-way script, and the history after it.
pub(super) fn resume(
    set: &MigrationSet<'_>,
    history: &History,
    entry: &Entry,
    underway: &Underway,
) -> Result<(Step, History)> {
    let step = step(set, entry, underway).map_err(|why| underway.dirty(entry, why))?;
    let after = after(set, history, &step);
    Ok((step, after))
}

fn step(set: &MigrationSet<'_>, entry: &Entry, underway: &Underway) -> Result<Step, Unresumable> {
    let progress = underway.progress.as_ref().ok_or(Unresumable::NoProgress)?;
    let (mut step, sql) = script(set, entry, underway).ok_or(Unresumable::OtherScript)?;
    if progress.at.is_none() {
        return Err(Unresumable::NoProgress);
    }
    let at = progress.fits(sql).filter(|_| step.mode == Mode::NoTransaction);
    let at = at.ok_or(Unresumable::OtherScript)?;
    if at > 0 && !progress::is_resumable(sql) {
        let statement = place::locate(sql, at, None);
        return Err(Unresumable::BoundToConnection {
            line: place::place(sql, statement.start).0,
            statement: sql.get(statement).unwrap_or_default().to_owned(),
            file: step.file,
        });
    }
    step.resume_at = Some(at);
    Ok(step)
}

/// Returns the interrupted step, and this program's script for it.
fn script<'a>(
    set: &MigrationSet<'a>,
    entry: &'a Entry,
    underway: &Underway,
) -> Option<(Step, &'a str)> {
    let known = set.get(entry.version);
    match underway.direction {
        Direction::Up => known.map(|migration| (apply(migration), migration.up().sql())),
        Direction::Down => {
            let step = revert(set, entry).ok()?;
            let sql = match known.map(Migration::down) {
                _ if step.is_stored => entry.down.as_deref()?,
                Some(Down::Script(script)) => script.sql(),
                _ => return None,
            };
            Some((step, sql))
        }
    }
}

/// Returns the history after this step, which finishes the half-way script with this program's
/// text.
fn after(set: &MigrationSet<'_>, history: &History, step: &Step) -> History {
    let mut after = history.clone();
    match step.direction {
        Direction::Up => {
            let entry = after.entries.iter_mut().find(|entry| entry.version == step.version);
            if let (Some(entry), Some(migration)) = (entry, set.get(step.version)) {
                entry.underway = None;
                (entry.checksum, entry.chain) = (migration.checksum(), migration.chain());
            }
        }
        Direction::Down => after.entries.retain(|entry| entry.version != step.version),
    }
    after
}

#[cfg(test)]
mod tests {
    use super::super::Planner;
    use super::*;
    use crate::error::kind::ErrorKind;
    use crate::history::progress::Progress;
    use crate::{Checksum, NewerDatabase, Script, Version};
    use migratory_core::{Goal, Plan, Target};

    const UP: &str = "-- migratory: no-transaction\nDELETE FROM a;\nVACUUM;";
    const DOWN: &str = "-- migratory: no-transaction\nVACUUM;";

    fn with_set<T>(up: &'static str, test: impl FnOnce(&MigrationSet<'_>) -> T) -> T {
        let mut chain = None;
        let migrations = [1, 2, 3].map(|number| {
            let sql = if number == 2 { up } else { "SELECT 1" };
            let (version, checksum) = (Version::new(number), Checksum::of_script(sql));
            let linked = Checksum::chained(chain, version, checksum);
            chain = Some(linked);
            let script = |sql| Script::new("file", sql, Mode::of_script(sql));
            let down = Down::Script(script(if number == 2 { DOWN } else { "SELECT 1" }));
            Migration::new(version, "x", script(sql), down, checksum, linked)
        });
        test(&MigrationSet::new(&migrations))
    }

    /// Creates a history of versions 1 and 2; version 2 is half-way.
    fn history(set: &MigrationSet<'_>, direction: Direction, progress: Option<&str>) -> History {
        let entry = |migration: &Migration<'_>| Entry {
            version: migration.version(),
            name: "x".to_owned(),
            checksum: migration.checksum(),
            chain: migration.chain(),
            schema: None,
            applied_at: 0,
            duration_ms: 0,
            underway: (migration.version().get() == 2)
                .then(|| Underway { direction, progress: progress.and_then(Progress::parse) }),
            stamp: 0,
            compatible_with: None,
            down_code: false,
            down: None,
        };
        History { exists: true, entries: set.migrations()[..2].iter().map(entry).collect() }
    }

    fn name(done: &str) -> String {
        progress::name_of(&progress::hash_of(done))
    }

    fn shown(plan: Result<Plan>) -> String {
        let word = |step: &Step| {
            let sign = if step.direction == Direction::Up { '+' } else { '-' };
            let resumed = step.resume_at.map_or(String::new(), |at| format!("@{at}"));
            format!("{sign}{}{resumed}", step.version)
        };
        match plan {
            Ok(plan) => plan.steps().iter().map(word).collect::<Vec<_>>().join(" "),
            Err(error) => match error.kind() {
                ErrorKind::Dirty { why, .. } => {
                    format!("{why:?}").split(' ').next().unwrap_or_default().to_owned()
                }
                _ => error.to_string(),
            },
        }
    }

    #[test]
    fn a_half_way_script_is_finished_before_the_goal_is_reached() {
        let to = |version| Goal::To(Target::Version(Version::new(version)));
        let (up, down) = (Direction::Up, Direction::Down);
        let cases = [
            (up, Goal::To(Target::Latest), "+2@43 +3"),
            (up, to(2), "+2@43"),
            (up, to(1), "+2@43 -2"),
            (up, Goal::Down(1), "+2@43 -2"),
            (up, Goal::Down(0), "+2@43"),
            (up, Goal::Redo, "+2@43 -2 +2"),
            (up, Goal::Again(Version::new(2)), "+2@43"),
            (down, Goal::To(Target::Latest), "-2@43 +2 +3"),
            (down, to(1), "-2@43"),
            (down, Goal::To(Target::Empty), "-2@43 -1"),
            (down, Goal::Down(1), "-2@43"),
            (down, Goal::Down(2), "-2@43 -1"),
            (down, Goal::Redo, "-2@43 +2"),
        ];
        for (direction, goal, expected) in cases {
            let sql = if direction == up { UP } else { DOWN };
            let at = 43.min(sql.len());
            let progress = format!("byte {at} after {}, run ab", name(&sql[..at]));
            let found = with_set(UP, |set| {
                Planner::ANY.plan(
                    set,
                    &history(set, direction, Some(&progress)),
                    goal,
                    NewerDatabase::Refuse,
                )
            });
            let expected = expected.replace("@43", &format!("@{at}"));
            assert_eq!(shown(found), expected, "{direction:?} {goal:?}");
        }
    }

    /// The migration was edited after it was applied, so its down in the program is of another up.
    #[test]
    fn a_stored_down_that_is_half_way_is_continued_by_its_own_text() {
        const STORED: &str = "-- migratory: no-transaction\nDELETE FROM b;\nVACUUM;";
        for (begun, expected) in [(STORED, "-2@43"), (DOWN, "OtherScript")] {
            let at = 43.min(begun.len());
            let progress = format!("byte {at} after {}", name(&begun[..at]));
            let found = with_set(UP, |set| {
                let mut history = history(set, Direction::Down, Some(&progress));
                let entry = &mut history.entries[1];
                entry.checksum = Checksum::of_script("SELECT 'before the edit'");
                entry.down = Some(STORED.to_owned());
                Planner::ANY.plan(set, &history, Goal::Down(1), NewerDatabase::Refuse)
            });
            assert_eq!(shown(found), expected, "{begun}");
        }
    }

    #[test]
    fn a_script_that_this_program_cannot_continue_is_refused() {
        const BOUND: &str = "-- migratory: no-transaction\nCREATE TEMP TABLE a (b);\nVACUUM;";
        let cases = [
            (UP, None, "NoProgress"),
            (UP, Some("byte 9 after 0123456789abcdef".to_owned()), "OtherScript"),
            (UP, Some(format!("byte ? after {}", name(""))), "NoProgress"),
            (UP, Some(format!("byte 999 after {}", name(UP))), "OtherScript"),
            (BOUND, Some(format!("byte 53 after {}", name(&BOUND[..53]))), "BoundToConnection"),
            (BOUND, Some(format!("byte 0 after {}", name(""))), "+2@0 +3"),
        ];
        for (sql, progress, expected) in cases {
            let found = with_set(sql, |set| {
                let history = history(set, Direction::Up, progress.as_deref());
                Planner::ANY.plan(set, &history, Goal::To(Target::Latest), NewerDatabase::Refuse)
            });
            assert_eq!(shown(found), expected, "{progress:?}");
        }
    }
}
