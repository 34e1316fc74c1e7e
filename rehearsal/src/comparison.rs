//! Compares the rows and values from before a script with those after it.
//!
//! `contents` reads the rows of a database, which `record` stores compactly. `preserved` decides
//! what is lost: each row is followed into the table that holds it afterwards, and each value is
//! compared by `measure`. `dropped_values` does the same for values that others take over from a
//! table or column that is dropped, and `search_index` checks full-text indexes.

pub(crate) mod contents;
pub(crate) mod dropped_values;
pub(crate) mod measure;
pub(crate) mod preserved;
pub(crate) mod record;
pub(crate) mod search_index;
