//! Shows what migrations do to the rows of a real database, on a copy of it.
//!
//! [`Scripts`] runs the pending migrations on empty tables in memory, which shows what each
//! statement intends: what it updates, deletes, drops and renames. [`compare`] then reads the
//! tables of two databases side by side, one from before and one from after. It reports each row
//! and value that is gone, and the script that says so, if there is one.
//!
//! Rows are streamed, so that the memory in use does not grow with the tables.

mod compare;
mod comparison_plan;
mod cursor;
mod differences;
mod followed_table;
mod harmless_text;
mod index;
mod pairing;
mod script_intent;
mod scripts;
mod sequence;
mod table;
mod tally;
mod unmet_assumptions;
mod unpaired_rows;
mod virtual_table;

pub use self::followed_table::Way;
pub use self::harmless_text::harmless;
pub use self::unmet_assumptions::{Unmet, unmet};
pub use self::unpaired_rows::Room;
pub use compare::{Comparison, Left, Rows, compare};
pub use differences::{Difference, Sample, Standing, What};
pub use index::stale_indexes;
pub use scripts::Scripts;

#[cfg(test)]
mod tests;
