//! Rows that refer to each row of a table.
//!
//! Among the ordinary rows, those that lack something or repeat another have none that refer to them; in a
//! user's database any row of a parent may have some.

use std::collections::BTreeSet;

use rusqlite::{self, Connection};

use super::complaint::said;
use super::target::{Row, Target, is_ordinary};
use super::transaction::{enforcing, whole};
use super::value::Maker;
use super::writer::{Refusal, Writer, Written};
use crate::schema::{Name, Schema, Table};

/// Writes, for each row of `parent` and each foreign key that leads to it, a row that refers to it. One that SQLite refuses is
/// left out: another may refer to the key already, where the key of the child is unique. Tables whose rows a person gave
/// get none.
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
            let Ok(mut writer) = Writer::new(conn, Target::new(schema, child), &[])? else {
                continue;
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

/// Writes a row whose foreign key at `at` holds this key, and nothing else.
fn refer(
    conn: &Connection,
    writer: &mut Writer<'_>,
    at: usize,
    key: Row,
    maker: &mut Maker,
) -> rusqlite::Result<()> {
    let others = std::mem::replace(&mut writer.target.links[at].keys, vec![key]);
    let row = writer.clean(maker);
    let written: Written<()> = whole(conn, || writer.write(row, maker));
    writer.target.links[at].keys = others;
    match written {
        // A deferred key is refused only at the end, and that is of no concern here.
        Ok(Ok(()) | Err(Refusal::Said(_) | Refusal::Lost(_))) => Ok(()),
        Err(error) => said(error).map(drop),
    }
}
