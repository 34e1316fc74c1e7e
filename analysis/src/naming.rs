//! How the files of a set are named, for the command line: it names the next ones alike.

pub use crate::form::Form;
pub use crate::name::{Ending, Reading, clean};
pub use migratory_core::Direction;
