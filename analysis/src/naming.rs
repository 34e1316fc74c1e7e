//! How the files of a set are named: the command line names the next ones alike.

pub(crate) mod constant;
pub mod date;
pub(crate) mod form;
pub(crate) mod layout;
pub(crate) mod name;

pub use self::form::Form;
pub use self::name::{Ending, Reading, clean};
pub use migratory_core::Direction;
