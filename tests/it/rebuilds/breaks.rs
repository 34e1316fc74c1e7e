//! Ways to break a sound migration, each with the codes that may report it.

mod copies;
mod objects;
mod pairs;
mod rows;
mod search;
mod values;

use migratory_analysis::Code;
use migratory_faulty::Random;

use super::schema::Schema;
use super::set::Set;

/// One way to break a migration.
pub(crate) struct Break {
    pub(crate) name: &'static str,
    /// The codes that name the damage.
    pub(crate) codes: &'static [Code],
    /// Creates a broken set from a schema, if possible.
    pub(crate) make: fn(&mut Random, Schema) -> Option<Set>,
}

const fn way(
    name: &'static str,
    codes: &'static [Code],
    make: fn(&mut Random, Schema) -> Option<Set>,
) -> Break {
    Break { name, codes, make }
}

/// Returns all ways to break a migration.
pub(crate) fn all() -> impl Iterator<Item = &'static Break> {
    let groups: [&[Break]; 6] = [
        &copies::BREAKS,
        &values::BREAKS,
        &rows::BREAKS,
        &pairs::BREAKS,
        &objects::BREAKS,
        &search::BREAKS,
    ];
    groups.into_iter().flatten()
}
