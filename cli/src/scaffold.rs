//! The files of a new migration: their name, number and layout, a check of them, and writing them.

mod layout;
mod moment;
mod number;
mod stage;
mod title;
mod write;

pub(crate) use layout::Layout;
pub(crate) use moment::Moment;
pub(crate) use stage::{Verdict, judge};
pub(crate) use title::{sentence, snake, title};
pub(crate) use write::{File, write};
