//! The schema and its history as pictures and pages.
//!
//! `schemas` has the schema after each migration, `from_schema` turns one into what `migratory-diagram` draws, and
//! `page` shows the whole history as HTML.

mod change;
mod column;
mod file;
mod from_schema;
mod highlight;
mod key;
mod page;
mod relation;
mod schemas;

pub(crate) use file::write;
pub(crate) use from_schema::from_schema;
pub(crate) use page::{Page, page};
pub(crate) use schemas::schemas;
