//! The schema after each migration.

use migratory_core::Version;
use migratory_rehearsal::schema::Schema;
use migratory_rehearsal::scratch;

use crate::failure::Result;
use crate::set::Set;

/// Returns the schema after each of these migrations, which are in ascending order.
///
/// Steps in Rust don't run: only the application has them, and they can't change the schema.
pub(crate) fn schemas(set: &Set, versions: &[Version]) -> Result<Vec<Schema>> {
    let mut conn = scratch(set.checked, set.options)?;
    let runner = set.without_code();
    let mut schemas = Vec::with_capacity(versions.len());
    for version in versions {
        runner.to(&mut conn, *version)?;
        schemas.push(Schema::read(&conn)?);
    }
    Ok(schemas)
}
