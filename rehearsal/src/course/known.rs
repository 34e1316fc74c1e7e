//! What is known about a migration once it has run on empty tables, for the runs on rows.
//!
//! `empty_run` holds what that run showed about a migration, and `script_run` what it showed about
//! one of its scripts. `skipped` tracks the statements that the rehearsal left out, and
//! `independent_parts` divides a migration into statements that have nothing to do with each other.

pub(crate) mod empty_run;
pub(crate) mod independent_parts;
pub(crate) mod script_run;
pub(crate) mod skipped;
