//! Converts other tools' folders of migrations into pairs.
//!
//! Each tool has a file that reads its folder into a `Draft`: the scripts without the tool's markers, in the order in
//! which the tool runs them. `number` gives them versions and `pair` writes their texts. The `Plan` is shown,
//! written to a new folder, and checked. What can't be known is reported, not guessed.

mod advice;
mod dbmate;
mod draft;
mod drizzle;
mod flyway;
mod folder;
mod goose;
mod looks;
mod number;
mod pair;
mod plan;
mod prisma;
mod reading;
mod refinery;
mod report;
mod sql_migrate;
mod target;
mod text;
mod tool;

pub(crate) use folder::Folder;
pub(crate) use plan::Plan;
pub(crate) use target::Target;
pub(crate) use tool::Tool;
