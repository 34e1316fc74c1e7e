//! Pending migrations on copies of a real database.
//!
//! `copies` makes two copies of it, one to run the migrations on and one to compare with. `course` takes the first up,
//! down and up again, and compares. `print` and `json` write what was seen.

mod copies;
mod course;
mod json;
mod kept;
mod print;
mod text;

pub(crate) use copies::Copies;
pub(crate) use course::{Seen, course};
