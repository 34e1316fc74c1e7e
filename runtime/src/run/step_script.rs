//! Returns the script of a step: the set's, or the one stored in the database.

use migratory_core::{Direction, Down, Migration, MigrationSet, Script, Step};

use crate::db::foreign_keys::Scope;
use crate::history::read::History;

/// Returns the script of a step, and the tables that it wrote to in its rehearsal.
pub(crate) fn scope<'a>(set: &MigrationSet<'a>, history: &'a History, step: &Step) -> Scope<'a> {
    let migration = set.get(step.version).filter(|_| !step.is_stored);
    let script = match (step.direction, migration.map(Migration::down)) {
        (Direction::Down, Some(Down::Script(script))) => Some(script),
        (Direction::Up, _) => migration.map(Migration::up),
        (Direction::Down, _) => None,
    };
    Scope { sql: sql(set, history, step), writes: script.and_then(Script::writes) }
}

/// Returns the SQL of a step.
pub(crate) fn sql<'a>(set: &MigrationSet<'a>, history: &'a History, step: &Step) -> &'a str {
    let migration = set.get(step.version);
    match (step.direction, migration.map(Migration::down)) {
        _ if step.is_stored => {
            history.get(step.version).and_then(|entry| entry.down.as_deref()).unwrap_or_default()
        }
        (Direction::Down, Some(Down::Script(script))) => script.sql(),
        (Direction::Up, _) => migration.map(|it| it.up().sql()).unwrap_or_default(),
        (Direction::Down, _) => "",
    }
}
