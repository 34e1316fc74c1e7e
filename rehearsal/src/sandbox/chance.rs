//! Makes `random()` and `randomblob()` return the same values in each rehearsal, so that a set has
//! the same findings each time.
//!
//! A script that is wrong for some random values may still pass; but it passes everywhere, or
//! nowhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result, ffi};

use super::limits::LONGEST;

/// The state of a generator.
#[derive(Clone, Default)]
struct Chance(Arc<AtomicU64>);

impl Chance {
    /// Returns the next number: `SplitMix64`, as Steele, Lea and Flood describe it in "Fast splittable
    /// pseudorandom number generators" (2014).
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut bits = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Returns a blob; SQLite makes one byte where less is asked for.
    fn blob(&self, length: i64) -> Result<Vec<u8>> {
        let length = usize::try_from(length.max(1)).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_TOOBIG), None));
        }
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            bytes.extend(self.next().to_le_bytes());
        }
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// Registers both functions in place of SQLite's.
pub(super) fn register(conn: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    let chance = Chance::default();
    let same = chance.clone();
    conn.create_scalar_function("random", 0, flags, move |_| {
        Ok(i64::from_ne_bytes(same.next().to_ne_bytes()))
    })?;
    conn.create_scalar_function("randomblob", 1, flags, move |context| {
        chance.blob(length(context.get_raw(0))).map(Value::Blob)
    })
}

/// The length that a value stands for, as SQLite converts it.
fn length(value: ValueRef<'_>) -> i64 {
    match value {
        ValueRef::Integer(length) => length,
        #[allow(clippy::cast_possible_truncation, reason = "SQLite cuts off the fraction, too")]
        ValueRef::Real(length) => length as i64,
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
            text[..end].parse().unwrap_or(0)
        }
        ValueRef::Null | ValueRef::Blob(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(sql: &str) -> Vec<String> {
        let conn = Connection::open_in_memory().expect("a database");
        register(&conn).expect("functions");
        let mut statement = conn.prepare(sql).expect(sql);
        let rows = statement.query_map([], |row| row.get(0)).expect(sql);
        rows.collect::<Result<_>>().expect(sql)
    }

    #[test]
    fn values_look_random_and_are_the_same_each_time() {
        let sql = "WITH c (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c WHERE i < 1000)
                   SELECT hex(randomblob(8)) || random() FROM c";
        let mut values = ask(sql);
        assert_eq!(values, ask(sql));
        assert!(
            values.iter().any(|it| it.contains('-')) && values.iter().any(|it| !it.contains('-'))
        );
        values.sort();
        values.dedup();
        assert_eq!(values.len(), 1000);
    }

    #[test]
    fn blobs_have_the_length_of_those_of_sqlite() {
        for argument in ["NULL", "-1", "0", "7", "3.9", "'5'", "'6 bytes'", "x'07'", "'x'"] {
            let sql = format!("SELECT CAST(length(randomblob({argument})) AS TEXT)");
            let conn = Connection::open_in_memory().expect("a database");
            let expected: String = conn.query_row(&sql, [], |row| row.get(0)).expect(&sql);
            assert_eq!(ask(&sql), [expected], "{sql}");
        }
    }
}
