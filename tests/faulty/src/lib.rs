//! An in-memory disk for tests, which fails on command, tears writes, and loses unsynced data in a
//! power loss.
//!
//! A [`Disk`] is an SQLite VFS with its own name. Databases on it work in every journal mode,
//! including WAL, with several connections at once. It keeps the promises that SQLite's
//! documentation requires of a disk, and no more: see [`Disk::crash`] for what is durable.
//!
//! It is implemented here, on `rusqlite::ffi`, because the existing crates can't distinguish a
//! durable deletion from any other: `sqlite-plugin` 0.11 and `sqlite-vfs` 0.2 both drop the
//! `syncDir` of `xDelete`. The former also needs libclang to build, and the latter's WAL support
//! has been unfinished since 2022.
//!
//! `disk` models the contents and what survives, `lock` models the locks, `device` combines the two
//! behind a counter that fails calls, `handle` is an open file, and `ffi` is SQLite's view of it,
//! with all the unsafe code.

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

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Only this call fails, with the error of its kind.
    Once,
    /// This call and all later ones fail.
    FromThenOn,
    /// The disk is full from this call on: a write that extends a file fails with `SQLITE_FULL`.
    Full,
    /// If this call is a write, the first half of its bytes is written. It and all later calls
    /// fail, as with [`FromThenOn`](Fault::FromThenOn).
    Torn,
}

/// An in-memory disk with named files. A clone is the same disk.
///
/// Its VFS stays registered for the rest of the process, since SQLite may use it at any time.
#[derive(Clone)]
pub struct Disk {
    vfs: Arc<str>,
    device: Shared,
}

/// The files of a disk at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, Vec<u8>>);

impl Snapshot {
    /// Returns the names of the files, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Disk {
    /// Creates an empty disk.
    ///
    /// # Panics
    ///
    /// Panics if SQLite has no memory to register the VFS.
    pub fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let vfs = format!("migratory-faulty-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let device = Device::shared();
        ffi::register(&vfs, device.clone()).expect("SQLite registers a VFS whose name has no NUL");
        Self { vfs: vfs.into(), device }
    }

    /// Returns the name of the VFS, for `Connection::open_with_flags_and_vfs`.
    pub fn vfs(&self) -> &str {
        &self.vfs
    }

    /// Opens a database on this disk, and creates it if it doesn't exist.
    ///
    /// # Errors
    ///
    /// Fails like `Connection::open`.
    pub fn open(&self, file: &str) -> Result<Connection> {
        Connection::open_with_flags_and_vfs(file, OpenFlags::default(), self.vfs())
    }

    /// Fails the `n`th call from now, counting from 1.
    ///
    /// The calls that may fail on a real disk count: open, delete, access, read, write, truncate,
    /// sync, file size, taking or checking a lock, and the same for the shared memory of WAL.
    /// Releasing a lock and closing never fail.
    pub fn arm(&self, n: u64, fault: Fault) {
        device::lock(&self.device).arm(n, fault);
    }

    /// Stops failing calls. Returns how many calls were made since [`arm`](Disk::arm), up to a
    /// [`crash`](Disk::crash).
    pub fn disarm(&self) -> u64 {
        device::lock(&self.device).disarm()
    }

    /// Returns whether a call failed since [`arm`](Disk::arm).
    pub fn fired(&self) -> bool {
        device::lock(&self.device).fired()
    }

    /// Loses power and gets it back: nothing is armed, and files that were open fail every call.
    ///
    /// A file returns to its last sync, plus any of the later writes and truncations, as chosen by
    /// `seed`, in any order. A write may be torn between sectors of 512 bytes, and a torn sector
    /// may hold garbage where it was written, but never next to it (`POWERSAFE_OVERWRITE`).
    ///
    /// Creations and deletions may or may not have happened, unless the directory was synced since:
    /// by a deletion that asks for it, or by the first sync of a new file, as in SQLite's VFS for
    /// Unix. All files are in one directory. Some seeds keep everything, and some keep nothing that
    /// was not synced.
    pub fn crash(&self, seed: u64) {
        device::lock(&self.device).crash(seed);
    }

    /// Returns the files as they read now, synced or not.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(device::lock(&self.device).snapshot())
    }

    /// Restores the files of a snapshot, all of them synced. Files that were open fail every call.
    ///
    /// Restoring a snapshot just taken is like killing a process: locks and shared memory
    /// disappear, and written data stays.
    pub fn restore(&self, snapshot: &Snapshot) {
        device::lock(&self.device).restore(&snapshot.0);
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self::new()
    }
}
