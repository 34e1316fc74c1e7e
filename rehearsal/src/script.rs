//! Reads what a script does, and what it intends, from what SQLite reports of its statements and
//! from its text.
//!
//! `intent` holds what the statements do to rows, and `succession` which table and column hold what
//! another one held before. `mapping` and `by_value` read how a copy or an UPDATE treats values,
//! `rowids` where rowids are stored, and `writes` the tables written to.

pub(crate) mod by_value;
pub(crate) mod intent;
pub(crate) mod mapping;
pub(crate) mod rowids;
pub(crate) mod succession;
pub(crate) mod writes;
