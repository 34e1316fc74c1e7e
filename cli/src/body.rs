//! The statements of a new migration, from its name and from the schema before it.
//!
//! `verb` reads the name. Each verb has a file that writes drafts, the best first; the first one without errors is
//! used. `rebuild` is SQLite's recipe for what ALTER TABLE can't do; it goes from one schema to another, so it serves an
//! up and its down alike.

mod affected;
mod column;
mod create;
mod definition;
mod drop_column;
mod filling;
mod ground;
mod nullable;
mod object;
mod rebuild;
mod rename;
mod script;
mod sql;
mod users;
mod verb;

pub(crate) use ground::Ground;
pub(crate) use script::{Directive, Draft, Script};
pub(crate) use verb::{Missing, Reading, Verb, read, wants_schema};

use crate::failure::Result;

/// Drafts of the files, the best first.
pub(crate) fn drafts(verb: &Verb, ground: &Ground) -> Result<Vec<Draft>> {
    match verb {
        Verb::CreateTable(table) => create::table(ground, table).map(|draft| vec![draft]),
        Verb::AddColumn { table, column } => {
            create::column(ground, table, column).map(|draft| vec![draft])
        }
        Verb::Index { table, columns } => {
            create::index(ground, table, columns).map(|draft| vec![draft])
        }
        Verb::DropColumn { table, column } => drop_column::drafts(ground, table, column),
        Verb::Drop(object) => object::dropped(ground, object),
        Verb::RenameColumn { table, from, to } => {
            rename::column(ground, table, from, to).map(|draft| vec![draft])
        }
        Verb::RenameTable { from, to } => rename::table(ground, from, to).map(|draft| vec![draft]),
        Verb::Nullable { table, column } => nullable::nullable(ground, table, column),
        Verb::Required { table, column } => nullable::required(ground, table, column),
    }
}
