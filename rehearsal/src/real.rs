//! Shows what migrations do to the rows of a real database, on a copy of it.
//!
//! [`Scripts`] runs the pending migrations on empty tables in memory, which shows what each
//! statement intends: what it updates, deletes, drops and renames. [`compare`] then reads the
//! tables of two databases side by side, one from before and one from after. It reports each row
//! and value that is gone, and the script that says so, if there is one.
//!
//! Rows are streamed, so that the memory in use does not grow with the tables.

mod assumed;
mod compare;
mod cursor;
mod differences;
mod fate;
mod index;
mod pairing;
mod script_intent;
mod scripts;
mod sequence;
mod shown;
mod table;
mod tally;
mod terms;
mod virtual_table;
mod waiting;

pub use assumed::{Unmet, unmet};
pub use compare::{Comparison, Left, Rows, compare};
pub use differences::{Difference, Sample, Standing, What};
pub use fate::Way;
pub use index::stale_indexes;
pub use scripts::Scripts;
pub use shown::harmless;
pub use waiting::Room;

#[cfg(test)]
mod tests;
