//! Reads and writes the names of migrations. The command line names new files in the same way.

pub(crate) mod constant;
pub mod date;
pub(crate) mod form;
pub(crate) mod name;

pub use self::form::Form;
pub use self::name::{Ending, Reading, clean};
pub use migratory_core::Direction;
