//! The schema after each migration.

use migratory_analysis::schema::Schema;
use migratory_runtime::rusqlite::Connection;
use migratory_runtime::{Down, Runner, Version};

use crate::failure::Result;
use crate::set::Set;

/// The schemas after these migrations, which are in ascending order.
///
/// Steps in Rust are left out: they are the program's, and mostly about rows.
pub(crate) fn schemas(set: &Set, versions: &[Version]) -> Result<Vec<Schema>> {
    let mut conn = Connection::open_in_memory()?;
    let runner = runner(set);
    let mut schemas = Vec::with_capacity(versions.len());
    for version in versions {
        runner.to(&mut conn, *version)?;
        schemas.push(Schema::read(&conn)?);
    }
    Ok(schemas)
}

/// A runner for which nothing is missing.
fn runner(set: &Set) -> Runner<'static> {
    let mut runner = set.runner();
    for migration in set.migrations().migrations() {
        if migration.up().has_code() {
            runner = runner.with(migration.version(), |_| Ok(()));
        }
        if matches!(migration.down(), Down::Script(down) if down.has_code()) {
            runner = runner.with_down(migration.version(), |_| Ok(()));
        }
    }
    runner
}
