//! Keeps the rows of one side that still lack a counterpart.
//!
//! A table and its copy come in nearly the same order, so that few rows wait. If the order differs,
//! all of them may have to wait; those that exceed the memory go to a file.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, OptionalExtension as _, Params, params};

/// Identifies a row. If two rows have the same digest by chance, their values are compared, so that
/// no difference is missed.
pub(super) type Digest = [u8; 16];

/// Returns the digest of bytes that identify a row.
pub(super) fn digest(bytes: &[u8]) -> Digest {
    let mut digest = [0; 16];
    for (half, seed) in digest.chunks_exact_mut(8).zip([0_u8, 1]) {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(bytes);
        half.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    digest
}

/// The memory that a row takes besides its values: its entries in two maps, with their free space.
const EACH: usize = 200;

/// Where rows may wait.
#[derive(Clone, Debug)]
pub struct Room {
    /// The folder for rows that exceed the memory.
    pub folder: PathBuf,
    /// How many bytes of rows each side of a table may keep in memory.
    pub memory: usize,
}

/// The rows of one side without a counterpart, in the order of their arrival.
pub(super) struct UnpairedRows<'r> {
    room: &'r Room,
    rows: BTreeMap<i64, (Digest, Vec<u8>)>,
    places: HashMap<Digest, VecDeque<i64>>,
    bytes: usize,
    /// The largest number of bytes that waited in memory at once.
    pub(super) most: usize,
    next: i64,
    spilled: Option<Spilled>,
}

/// Unpaired rows in a file.
struct Spilled {
    /// `None` while it is dropped.
    conn: Option<Connection>,
    path: PathBuf,
    count: u64,
}

impl<'r> UnpairedRows<'r> {
    pub(super) fn new(room: &'r Room) -> Self {
        let (rows, places) = Default::default();
        Self { room, rows, places, bytes: 0, most: 0, next: 0, spilled: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn len(&self) -> u64 {
        let spilled = self.spilled.as_ref().map_or(0, |spilled| spilled.count);
        spilled + u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }

    /// Adds a row. Once one went to the file, all later ones do, so that their order is known.
    pub(super) fn put(&mut self, digest: Digest, row: Vec<u8>) -> rusqlite::Result<()> {
        self.next += 1;
        if self.spilled.is_none() && self.bytes + row.len() + EACH > self.room.memory {
            self.spilled = Some(Spilled::new(self.room)?);
        }
        if let Some(spilled) = &mut self.spilled {
            return spilled.put(self.next, digest, &row);
        }
        self.bytes += row.len() + EACH;
        self.most = self.most.max(self.bytes);
        self.places.entry(digest).or_default().push_back(self.next);
        self.rows.insert(self.next, (digest, row));
        Ok(())
    }

    /// Removes and returns the first row with this digest.
    pub(super) fn take(&mut self, digest: &Digest) -> rusqlite::Result<Option<Vec<u8>>> {
        if let Some(places) = self.places.get_mut(digest) {
            let first = places.pop_front();
            if places.is_empty() {
                self.places.remove(digest);
            }
            if let Some((_, row)) = first.and_then(|first| self.rows.remove(&first)) {
                self.bytes -= row.len() + EACH;
                return Ok(Some(row));
            }
        }
        match &mut self.spilled {
            Some(spilled) if spilled.count > 0 => spilled.take(digest),
            _ => Ok(None),
        }
    }

    /// Removes and returns the row that arrived first.
    pub(super) fn pop(&mut self) -> rusqlite::Result<Option<Vec<u8>>> {
        if let Some((_, (_, row))) = self.rows.pop_first() {
            return Ok(Some(row));
        }
        self.places.clear();
        self.spilled.as_mut().map_or(Ok(None), Spilled::pop)
    }
}

/// Files are numbered, so that one which can't be removed while it is open does not block the next.
static FILES: AtomicU64 = AtomicU64::new(0);

impl Spilled {
    fn new(room: &Room) -> rusqlite::Result<Self> {
        let nth = FILES.fetch_add(1, Ordering::Relaxed);
        let path = room.folder.join(format!("waiting-{nth}.db"));
        let conn = Connection::open(&path)?;
        // The file is written once, read once and removed, so it need not survive a crash.
        conn.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000; \
             CREATE TABLE waiting (nth INTEGER PRIMARY KEY, digest BLOB, content BLOB); \
             CREATE INDEX by_digest ON waiting (digest); BEGIN;",
        )?;
        Ok(Self { conn: Some(conn), path, count: 0 })
    }

    fn conn(&self) -> &Connection {
        self.conn.as_ref().expect("it is taken when this is dropped")
    }

    fn put(&mut self, nth: i64, digest: Digest, row: &[u8]) -> rusqlite::Result<()> {
        self.conn()
            .execute("INSERT INTO waiting VALUES (?1, ?2, ?3)", params![nth, digest, row])?;
        self.count += 1;
        Ok(())
    }

    fn take(&mut self, digest: &Digest) -> rusqlite::Result<Option<Vec<u8>>> {
        let first = "SELECT nth FROM waiting WHERE digest = ?1 ORDER BY nth LIMIT 1";
        self.remove(first, [digest])
    }

    fn pop(&mut self) -> rusqlite::Result<Option<Vec<u8>>> {
        self.remove("SELECT nth FROM waiting ORDER BY nth LIMIT 1", [])
    }

    /// Removes the row that a query finds.
    fn remove(&mut self, first: &str, params: impl Params) -> rusqlite::Result<Option<Vec<u8>>> {
        let sql = format!("DELETE FROM waiting WHERE nth = ({first}) RETURNING content");
        let row = self.conn().query_row(&sql, params, |row| row.get(0)).optional()?;
        self.count -= u64::from(row.is_some());
        Ok(row)
    }
}

impl Drop for Spilled {
    fn drop(&mut self) {
        drop(self.conn.take());
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In memory, in the file, and in both, the same rows come out in the same order.
    #[test]
    fn rows_wait_in_memory_and_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        for memory in [0, 1_000, 10_000] {
            let room = Room { folder: folder.path().to_owned(), memory };
            let mut waiting = UnpairedRows::new(&room);
            let key = |nth: u8| digest(&[nth % 4]);
            for nth in 0..12 {
                waiting.put(key(nth), vec![nth; 3]).expect("room");
            }
            assert!(waiting.most <= memory, "{memory}");
            assert_eq!(
                std::fs::read_dir(folder.path()).expect("it").count(),
                usize::from(memory < 12 * (EACH + 3))
            );
            for nth in [1, 5, 9] {
                assert_eq!(waiting.take(&key(1)).expect("it"), Some(vec![nth; 3]), "{memory}");
            }
            assert_eq!(waiting.take(&key(1)).expect("it"), None);
            waiting.put(key(1), vec![99]).expect("room");
            assert_eq!(waiting.take(&key(0)).expect("it"), Some(vec![0; 3]));
            let mut left = Vec::new();
            while let Some(row) = waiting.pop().expect("it") {
                left.push(row[0]);
            }
            assert_eq!(left, [2, 3, 4, 6, 7, 8, 10, 11, 99], "{memory}");
            assert!(waiting.is_empty());
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("it").count(), 0, "nothing is left");
    }
}
