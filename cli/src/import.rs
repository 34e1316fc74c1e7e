//! Folders of other tools, rewritten as the pairs that they are here.
//!
//! Each tool has a file that reads its folder into a `Draft`: scripts without the tool's markers, in the order in
//! which the tool runs them. `number` gives them versions, `pair` their texts, and the `Plan` of all that is shown,
//! written into a folder of its own, and checked. What can't be known is said, and not guessed.

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
