//! The mark in a database's header that says "nothing to do".
//!
//! `user_version` holds a mix of the set's chain and of SQLite's schema cookie as it was when the runner
//! last looked. SQLite moves the cookie at every change of the schema, so a stamp that fits says both
//! that the set is applied and that nobody changed the schema since. Both numbers stand in the file's
//! first hundred bytes: reading them parses no schema.

use rusqlite::Connection;

use crate::history::History;
use crate::{Checksum, Migration, MigrationSet, record};

/// The largest stamp; a prime, so that every seed below it gives a stamp of its own for a given cookie.
const MODULUS: u64 = (1 << 31) - 1;
const USER_VERSION: &str = "PRAGMA main.user_version";
/// Spreads the cookie, which counts up by one, over the stamps.
const SPREAD: u64 = 1_664_525_237;

/// The stamp of a database that has the migrations of this chain and no other, at this schema cookie.
///
/// It is between 1 and 2^31 - 1: zero is what a fresh file holds, and means that there is no stamp.
pub(crate) fn stamp(chain: Checksum, cookie: i32) -> i32 {
    let mixed =
        (seed(chain) + u64::from(u32::from_ne_bytes(cookie.to_ne_bytes())) * SPREAD) % MODULUS + 1;
    i32::try_from(mixed).unwrap_or(i32::MAX)
}

/// The part of a chain that goes into the stamp; below 2^31 - 1.
fn seed(chain: Checksum) -> u64 {
    chain.as_bytes()[..8].iter().fold(0, |seed, &byte| (seed << 8 | u64::from(byte)) % MODULUS)
}

/// Whether the header says that the migrations of this chain are applied and the schema untouched since.
///
/// Reads two numbers of the file's header, and only the first where there is no stamp.
pub(crate) fn is_current(conn: &Connection, chain: Checksum) -> rusqlite::Result<bool> {
    let mut statement = conn.prepare(USER_VERSION)?;
    let mut rows = statement.query([])?;
    let found = rows.next()?.map_or(Ok(0), |row| row.get(0))?;
    // The statement stands on its row still: the second number is read under the lock of the first.
    Ok(found != 0 && found == stamp(chain, cookie(conn)?))
}

/// The `user_version`, if it is ours to overwrite: not set, or set by the last run.
pub(crate) fn ours(conn: &Connection, history: &History) -> rusqlite::Result<Option<i32>> {
    let found = user_version(conn)?;
    let recorded = history.last().map_or(0, |entry| entry.stamp);
    Ok((found == 0 || found == recorded).then_some(found))
}

/// The stamp that a database with this history should have; zero where a start must look closer.
pub(crate) fn due(
    conn: &Connection,
    set: &MigrationSet<'_>,
    history: &History,
) -> rusqlite::Result<i32> {
    match history.last().filter(|_| history.is_prefix_of(set)) {
        Some(last) => Ok(stamp(last.chain, cookie(conn)?)),
        None => Ok(0),
    }
}

/// Stamps the database, if `user_version` still is what was `ours` before the run.
pub(crate) fn write(
    conn: &Connection,
    set: &MigrationSet<'_>,
    history: &History,
    ours: Option<i32>,
) -> rusqlite::Result<()> {
    if ours != Some(user_version(conn)?) {
        return Ok(());
    }
    let due = due(conn, set, history)?;
    record::set_stamp(conn, due)?;
    conn.execute_batch(&format!("PRAGMA main.user_version = {due}"))
}

/// Puts back what a change took away that came to nothing.
pub(crate) fn restore(conn: &Connection, user_version: i32, last: i32) -> rusqlite::Result<()> {
    record::set_stamp(conn, last)?;
    conn.execute_batch(&format!("PRAGMA main.user_version = {user_version}"))
}

pub(crate) fn user_version(conn: &Connection) -> rusqlite::Result<i32> {
    conn.query_row(USER_VERSION, [], |row| row.get(0))
}

/// The number that SQLite moves at every change of the schema.
pub(crate) fn cookie(conn: &Connection) -> rusqlite::Result<i32> {
    conn.query_row("PRAGMA main.schema_version", [], |row| row.get(0))
}

/// The first two versions of a set after which the stamps would be alike, if there are such.
///
/// A database at one of them would pass for one at the other. The macro refuses such a set.
pub fn collision<'a>(set: &MigrationSet<'a>) -> Option<[&'a Migration<'a>; 2]> {
    let mut seeds: Vec<_> =
        set.migrations().iter().map(|each| (seed(each.chain()), each)).collect();
    seeds.sort_by_key(|&(seed, migration)| (seed, migration.version()));
    seeds.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| [pair[0].1, pair[1].1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Down, Mode, Script, Version};

    fn chain(first: u64) -> Checksum {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&first.to_be_bytes());
        Checksum::new(bytes)
    }

    #[test]
    fn a_stamp_is_positive_and_moves_with_chain_and_cookie() {
        for first in [0, 1, MODULUS - 1, u64::MAX] {
            for cookie in [0, 1, 77, i32::MAX, -1, i32::MIN] {
                let made = stamp(chain(first), cookie);
                assert!(made > 0, "{first} {cookie}");
                assert_ne!(made, stamp(chain(first), cookie.wrapping_add(1)), "{first} {cookie}");
                assert_ne!(made, stamp(chain(first.wrapping_add(1)), cookie), "{first} {cookie}");
            }
        }
    }

    #[test]
    fn chains_that_mix_alike_are_found() {
        let migration = |version, seed| {
            let up = Script::new("x", "", Mode::Transaction);
            let version = Version::new(version);
            Migration::new(version, "x", up, Down::UpOnly, chain(seed), chain(seed))
        };
        let apart = [migration(1, 5), migration(2, 6)];
        assert!(collision(&MigrationSet::new(&apart)).is_none());
        let alike = [migration(1, 5), migration(2, 6), migration(3, 5 + MODULUS)];
        let found = collision(&MigrationSet::new(&alike)).map(|pair| pair.map(Migration::version));
        assert_eq!(found, Some([Version::new(1), Version::new(3)]));
    }
}
