//! The schema after each migration.

use migratory_analysis::schema::Schema;
use migratory_analysis::scratch;
use migratory_core::Version;

use crate::failure::Result;
use crate::set::Set;

/// The schemas after these migrations, which are in ascending order.
///
/// Steps in Rust are left out: they are the program's, and mostly about rows.
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
