//! Manual resolutions of a history that the runner can't judge.

use migratory_core::Direction;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::Version;
use crate::config::Config;
use crate::db::schema;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::history::read::History;
use crate::history::shape;
use crate::history::stamp;
use crate::history::write;
use crate::inspect::verify;

/// A manual resolution, which [`Runner::repair`](crate::Runner::repair) records.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::Repair;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # let runner = halting(&mut conn);
/// // Migration 2 stopped half-way, and the release that had this script is gone. A person has made
/// // the database as the migration leaves it, and records that it is done.
/// assert!(runner.up(&mut conn).is_err_and(|error| error.is_dirty()));
/// conn.execute_batch("INSERT OR IGNORE INTO tag SELECT title FROM item")?;
/// runner.repair(&mut conn, Repair::Done(migrations::V2_ADD_TAGS))?;
/// assert!(runner.up(&mut conn)?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repair {
    /// This migration was edited after it was applied, and the database is as if the new text had
    /// been applied. The schema is compared with the one that the current texts produce.
    Edited(Version),
    /// The half-way `no-transaction` migration has been completed by hand.
    Done(Version),
    /// The half-way `no-transaction` migration has been undone by hand.
    Undone(Version),
}

/// Records the resolution in the history. If there is nothing of this kind to repair, nothing
/// changes.
pub(crate) fn repair(conn: &Connection, config: &Config<'_>, repair: Repair) -> Result<(), Error> {
    let set = config.set;
    if !conn.is_autocommit() {
        return Err(ErrorKind::InTransaction.into());
    }
    let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    let before = History::read(conn, set)?;
    if !before.exists {
        return Ok(());
    }
    shape::check_triggers(conn)?;
    let ours = stamp::ours(conn, &before)?;
    match repair {
        Repair::Edited(version) => edited(conn, config, &before, version)?,
        Repair::Done(version) => settle(conn, &before, version, true)?,
        Repair::Undone(version) => settle(conn, &before, version, false)?,
    }
    let after = History::read(conn, set)?;
    if after.last().is_some_and(|entry| entry.schema.is_none()) {
        write::set_schema(conn, schema::fingerprint(conn)?)?;
    }
    stamp::write(conn, set, &after, ours)?;
    Ok(transaction.commit()?)
}

/// Replaces the migration's checksum, and all chains from it onwards, by those of the set.
fn edited(
    conn: &Connection,
    config: &Config<'_>,
    history: &History,
    version: Version,
) -> Result<(), Error> {
    let set = config.set;
    let Some(migration) = set.get(version) else {
        let latest = set.latest().map(crate::Migration::version);
        return Err(ErrorKind::NoSuchVersion { version, latest }.into());
    };
    if history.get(version).is_none() {
        return Ok(());
    }
    let drift = verify::drift(conn, config)?;
    if !drift.is_empty() {
        return Err(ErrorKind::NotAsEdited { file: migration.up().file().to_owned(), drift }.into());
    }
    write::set_checksum(conn, migration)?;
    write::remark(conn, version, "taken as edited")?;
    let later = history.entries.iter().filter(|entry| entry.version > version);
    for (entry, migration) in later.filter_map(|entry| Some((entry, set.get(entry.version)?))) {
        if entry.checksum == migration.checksum() {
            write::set_checksum(conn, migration)?;
        }
    }
    Ok(())
}

fn settle(conn: &Connection, history: &History, version: Version, done: bool) -> Result<(), Error> {
    let underway = history.get(version).and_then(|entry| entry.underway.as_ref());
    match (underway.map(|underway| underway.direction), done) {
        (Some(Direction::Up), true) | (Some(Direction::Down), false) => {
            write::set_applied(conn, version)?;
            write::remark(
                conn,
                version,
                if done { "finished by hand" } else { "put back by hand" },
            )?;
        }
        (Some(Direction::Up), false) | (Some(Direction::Down), true) => {
            write::delete(conn, version)?;
        }
        (None, _) => {}
    }
    Ok(())
}
