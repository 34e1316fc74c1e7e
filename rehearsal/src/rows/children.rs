//! Adds rows that refer to each row of a table.
//!
//! No row refers to those ordinary rows that have NULLs or repeat another one; but in a user's
//! database, any row of a parent may have children.

use std::collections::BTreeSet;

use rusqlite::{self, Connection};

use super::complaint::or_if_refused;
use super::fill_error::FillError;
use super::target::{Row, Target, is_ordinary};
use super::transaction::{enforcing, whole};
use super::value::Maker;
use super::writer::Writer;
use crate::schema::{Name, Schema, Table};

/// Writes a row for each row of `parent` and each foreign key that refers to it.
///
/// If SQLite refuses the row, it is left out: where the child's key is unique, another row may
/// already refer to the parent. Tables for which a person gave rows get none.
pub(super) fn write(
    conn: &Connection,
    schema: &Schema,
    parent: &Name,
    given: &BTreeSet<Name>,
    maker: &mut Maker,
) -> rusqlite::Result<()> {
    let refers = |table: &&Table| {
        !given.contains(&table.name) && table.foreign_keys.iter().any(|key| key.parent == *parent)
    };
    let children = schema.tables.values().filter(refers);
    enforcing(conn, || {
        for child in children.filter(|child| is_ordinary(child)) {
            let mut writer = match Writer::new(conn, Target::new(schema, child), &[]) {
                Ok(writer) => writer,
                Err(error) => {
                    error.into_message()?;
                    continue;
                }
            };
            writer.read_keys()?;
            let links = writer.target.links.iter().enumerate();
            let to_parent = links.filter(|(_, link)| *link.parent == *parent);
            let to_parent: Vec<_> = to_parent.map(|(at, _)| at).collect();
            for at in to_parent {
                let keys = writer.target.links[at].keys.clone();
                for key in keys {
                    refer(conn, &mut writer, at, key, maker)?;
                }
            }
        }
        Ok(())
    })
}

/// Writes a row whose foreign key at `at` has this value, if SQLite accepts it.
fn refer(
    conn: &Connection,
    writer: &mut Writer<'_>,
    at: usize,
    key: Row,
    maker: &mut Maker,
) -> rusqlite::Result<()> {
    let others = std::mem::replace(&mut writer.target.links[at].keys, vec![key]);
    let row = writer.clean(maker);
    let written = whole(conn, || writer.write(row, maker));
    writer.target.links[at].keys = others;
    match written {
        // SQLite refuses a deferred key only at the COMMIT, which does not matter here.
        Ok(()) | Err(FillError::Rejected(_) | FillError::RolledBack(_)) => Ok(()),
        Err(FillError::Sqlite(error)) => or_if_refused(Err(error), ()),
    }
}
