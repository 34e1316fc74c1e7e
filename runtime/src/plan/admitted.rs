//! Selects the applied migrations that a plan considers.

use migratory_core::{Goal, Migration, MigrationSet, Target, Version};

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::history::read::{Entry, History};
use crate::plan::newer::NewerDatabase;

/// Returns the applied migrations without those that are tolerated.
pub(crate) fn admitted<'h>(
    set: &MigrationSet<'_>,
    history: &'h History,
    goal: Goal,
    newer: NewerDatabase,
) -> Result<Vec<&'h Entry>, Error> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for entry in &history.entries {
        if set.get(entry.version).is_some() { &mut known } else { &mut unknown }.push(entry);
    }
    let Some(oldest) = unknown.first() else { return Ok(known) };
    let latest = set.latest().map(Migration::version);
    let are_newer = known.last().is_none_or(|newest| newest.version < oldest.version);
    let is_fit = are_newer
        && match newer {
            NewerDatabase::Refuse => false,
            NewerDatabase::RollBack => true,
            // With nothing pending, the run writes nothing, so no chain has to cover the tolerated
            // migrations.
            NewerDatabase::Tolerate => {
                goal == Goal::To(Target::Latest)
                    && known.len() == set.migrations().len()
                    && unknown.iter().all(|entry| suits(entry, latest))
            }
        };
    match newer {
        NewerDatabase::Tolerate if is_fit => Ok(known),
        _ if is_fit => Ok(history.entries.iter().collect()),
        _ => Err(ErrorKind::Unknown {
            migrations: unknown.iter().map(|entry| (entry.version, entry.name.clone())).collect(),
            latest,
            policy: newer,
        }
        .into()),
    }
}

/// Returns whether a program that knows the migrations up to `latest` can work with a database that
/// has this one.
fn suits(entry: &Entry, latest: Option<Version>) -> bool {
    entry.compatible_with.is_some_and(|oldest| Some(oldest) <= latest)
}
