//! Runs pending migrations on copies of a real database.
//!
//! `copies` makes two copies, one to run the migrations on and one to compare with. `course` runs
//! up, down and up again, and compares. `print` and `json` report the result.

mod copies;
mod course;
mod json;
mod kept;
mod print;
mod text;

pub(crate) use copies::Copies;
pub(crate) use course::{Seen, course};
