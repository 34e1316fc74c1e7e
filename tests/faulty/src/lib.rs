//! A disk in memory for tests: it fails on command, tears writes, and forgets at a power loss what was
//! not synced.
//!
//! A [`Disk`] is an SQLite VFS of its own name. Databases on it work in every journal mode, WAL
//! included, with several connections at once. It is the disk that SQLite's documentation promises and
//! no better: see [`Disk::crash`] for what is durable and what isn't.
//!
//! It is written here, over `rusqlite::ffi`, because the crates that exist can't tell a durable deletion
//! from another: both `sqlite-plugin` 0.11 and `sqlite-vfs` 0.2 drop the `syncDir` of `xDelete`. The
//! former needs libclang to build, and the latter has a WAL in progress since 2022.
//!
//! `disk` is the model of what is on the disk and what survives, `lock` who may do what, `device` joins
//! the two behind a counter of calls that fails them, `handle` is one open file, and `ffi` is what SQLite
//! sees of it, with all that is unsafe.

mod device;
mod disk;
#[allow(unsafe_code, reason = "the one file that speaks to SQLite")]
mod ffi;
mod handle;
mod lock;
mod random;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, OpenFlags, Result};

use crate::device::{Device, Shared};

pub use crate::random::Random;

/// In what way a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This call alone fails, with the error of its kind.
    Once,
    /// This call and all later ones fail.
    FromThenOn,
    /// From this call on the disk is full: a write that makes a file longer fails with `SQLITE_FULL`.
    Full,
    /// If this call is a write, the first half of its bytes is written; it and all later calls fail. As
    /// [`FromThenOn`](Fault::FromThenOn) otherwise.
    Torn,
}

/// A disk in memory, with files by name. A clone is the same disk.
///
/// Its VFS stays registered for the rest of the process, since SQLite may ask for it at any time.
#[derive(Clone)]
pub struct Disk {
    vfs: Arc<str>,
    device: Shared,
}

/// The files of a disk at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, Vec<u8>>);

impl Snapshot {
    /// The names of the files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Disk {
    /// An empty disk.
    ///
    /// # Panics
    ///
    /// If SQLite has no memory to register one more VFS.
    pub fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let vfs = format!("migratory-faulty-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let device = Device::shared();
        ffi::register(&vfs, device.clone()).expect("SQLite registers a VFS whose name has no NUL");
        Self { vfs: vfs.into(), device }
    }

    /// The name of the VFS, for `Connection::open_with_flags_and_vfs`.
    pub fn vfs(&self) -> &str {
        &self.vfs
    }

    /// Opens a database on this disk, and creates it if there is none.
    ///
    /// # Errors
    ///
    /// As `Connection::open`.
    pub fn open(&self, file: &str) -> Result<Connection> {
        Connection::open_with_flags_and_vfs(file, OpenFlags::default(), self.vfs())
    }

    /// Fails the `n`th call from now, from 1 up.
    ///
    /// Counted is what may fail on a real disk: open, delete, access, read, write, truncate, sync, the
    /// size of a file, taking a lock or asking for one, and likewise with the shared memory of WAL.
    /// Releasing a lock and closing never fail.
    pub fn arm(&self, n: u64, fault: Fault) {
        device::lock(&self.device).arm(n, fault);
    }

    /// Fails nothing any more, and says how many calls were made since [`arm`](Disk::arm), up to a
    /// [`crash`](Disk::crash).
    pub fn disarm(&self) -> u64 {
        device::lock(&self.device).disarm()
    }

    /// Whether a call was failed since [`arm`](Disk::arm).
    pub fn fired(&self) -> bool {
        device::lock(&self.device).fired()
    }

    /// Loses power, and has it back: nothing is armed, and files that were open fail every call.
    ///
    /// A file becomes what it was at its last sync, plus whichever of the later writes and truncations
    /// `seed` chooses, in any order. A write may be torn between sectors of 512 bytes, and a torn sector
    /// may hold garbage where it was written, though never beside it (`POWERSAFE_OVERWRITE`).
    ///
    /// Creations and deletions may or may not have happened, unless the directory was synced since: by
    /// a deletion that asks for it, or by the first sync of a new file, as SQLite's VFS for Unix does.
    /// All files are in one directory. Some seeds keep everything, and some nothing that was not synced.
    pub fn crash(&self, seed: u64) {
        device::lock(&self.device).crash(seed);
    }

    /// The files as they are read now, synced or not.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(device::lock(&self.device).snapshot())
    }

    /// Makes the files what they were, all of it synced. Files that were open fail every call.
    ///
    /// Restoring a snapshot that was just taken is what the kill of a process is: locks and shared
    /// memory go, what was written stays.
    pub fn restore(&self, snapshot: &Snapshot) {
        device::lock(&self.device).restore(&snapshot.0);
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self::new()
    }
}
