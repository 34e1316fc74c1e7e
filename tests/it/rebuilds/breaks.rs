//! Ways to break a migration that was right, each with what may be said of it.

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
    /// The findings that see it for what it is.
    pub(crate) codes: &'static [Code],
    /// Makes a broken set of a schema, where that is possible.
    pub(crate) make: fn(&mut Random, Schema) -> Option<Set>,
}

const fn way(
    name: &'static str,
    codes: &'static [Code],
    make: fn(&mut Random, Schema) -> Option<Set>,
) -> Break {
    Break { name, codes, make }
}

/// All ways there are.
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
