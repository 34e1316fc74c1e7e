//! The device: counts every call, and fails one of them.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::ffi;

use crate::Fault;
use crate::disk::{Files, Inode};
use crate::lock::{HandleId, Level, Locks, Memory};

/// An SQLite result code.
pub(crate) type Code = c_int;

/// A device, shared by a VFS, its open files and the tests.
pub(crate) type Shared = Arc<Mutex<Device>>;

/// Locks a device. A panic in another thread leaves no inconsistency that matters in a test.
pub(crate) fn lock(device: &Shared) -> MutexGuard<'_, Device> {
    device.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Files, the locks on them, and the armed fault.
#[derive(Default)]
pub(crate) struct Device {
    pub(crate) files: Files,
    locks: BTreeMap<Inode, Locks>,
    memories: BTreeMap<Inode, Memory>,
    /// How often all open files have become stale.
    generation: u64,
    handles: HandleId,
    armed: Option<(u64, Fault)>,
    calls: u64,
    fired: bool,
}

impl Device {
    pub(crate) fn shared() -> Shared {
        Arc::default()
    }

    pub(crate) fn arm(&mut self, n: u64, fault: Fault) {
        (self.armed, self.calls, self.fired) = (Some((n, fault)), 0, false);
    }

    pub(crate) fn disarm(&mut self) -> u64 {
        self.armed = None;
        self.calls
    }

    pub(crate) fn fired(&self) -> bool {
        self.fired
    }

    pub(crate) fn crash(&mut self, seed: u64) {
        self.files.crash(seed);
        self.armed = None;
        self.forget_handles();
    }

    pub(crate) fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        self.files.contents()
    }

    pub(crate) fn restore(&mut self, contents: &BTreeMap<String, Vec<u8>>) {
        self.files = Files::of(contents);
        self.forget_handles();
    }

    fn forget_handles(&mut self) {
        self.generation += 1;
        self.locks.clear();
        self.memories.clear();
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Registers an open file.
    pub(crate) fn handle(&mut self, inode: Inode) -> HandleId {
        self.files.open(inode);
        self.handles += 1;
        self.handles
    }

    /// Releases what an open file held.
    pub(crate) fn close(&mut self, inode: Inode, handle: HandleId) {
        self.locks(inode).unlock(handle, Level::None);
        self.memory(inode).unmap(handle);
        self.locks.retain(|_, locks| !locks.is_empty());
        self.memories.retain(|_, memory| !memory.is_empty());
        self.files.close(inode);
    }

    pub(crate) fn locks(&mut self, inode: Inode) -> &mut Locks {
        self.locks.entry(inode).or_default()
    }

    pub(crate) fn memory(&mut self, inode: Inode) -> &mut Memory {
        self.memories.entry(inode).or_default()
    }

    /// Counts a call other than a write, and fails it with `code` if it is due.
    pub(crate) fn permit(&mut self, code: Code) -> Result<(), Code> {
        match self.count() {
            None | Some(Fault::Full) => Ok(()),
            Some(_) => self.fail(code),
        }
    }

    /// Counts a write, and writes all, part or none of it.
    pub(crate) fn write(&mut self, inode: Inode, offset: usize, bytes: &[u8]) -> Result<(), Code> {
        let grows = offset + bytes.len() > self.files.size(inode);
        match self.count() {
            None => {}
            Some(Fault::Full) if !grows => {}
            Some(Fault::Full) => return self.fail(ffi::SQLITE_FULL),
            Some(Fault::Torn) if !self.fired => {
                self.files.write(inode, offset, &bytes[..bytes.len() / 2]);
                return self.fail(ffi::SQLITE_IOERR_WRITE);
            }
            Some(_) => return self.fail(ffi::SQLITE_IOERR_WRITE),
        }
        self.files.write(inode, offset, bytes);
        Ok(())
    }

    /// Counts a call, and returns the fault to apply to it.
    fn count(&mut self) -> Option<Fault> {
        let (n, fault) = self.armed?;
        self.calls += 1;
        let met = match fault {
            Fault::Once => self.calls == n,
            Fault::FromThenOn | Fault::Full | Fault::Torn => self.calls >= n,
        };
        met.then_some(fault)
    }

    fn fail(&mut self, code: Code) -> Result<(), Code> {
        self.fired = true;
        Err(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the results of four calls on an empty file: a read, a write of 4 bytes, the same
    /// again, a read.
    fn four_calls(n: u64, fault: Fault) -> ([bool; 4], Vec<u8>) {
        let mut device = Device::default();
        let inode = device.files.create(Some("a"));
        device.arm(n, fault);
        let done = [
            device.permit(ffi::SQLITE_IOERR_READ),
            device.write(inode, 0, b"abcd"),
            device.write(inode, 0, b"efgh"),
            device.permit(ffi::SQLITE_IOERR_READ),
        ];
        assert_eq!(device.fired(), done.iter().any(Result::is_err));
        assert_eq!(device.disarm(), 4);
        (done.map(|done| done.is_ok()), device.snapshot().remove("a").unwrap_or_default())
    }

    #[test]
    fn faults_apply_to_the_calls_they_are_armed_for() {
        let cases: [(u64, Fault, [u8; 4], &[u8]); 8] = [
            (9, Fault::FromThenOn, [1, 1, 1, 1], b"efgh"),
            (2, Fault::Once, [1, 0, 1, 1], b"efgh"),
            (3, Fault::Once, [1, 1, 0, 1], b"abcd"),
            (3, Fault::FromThenOn, [1, 1, 0, 0], b"abcd"),
            (1, Fault::Full, [1, 0, 0, 1], b""),
            (3, Fault::Full, [1, 1, 1, 1], b"efgh"),
            (3, Fault::Torn, [1, 1, 0, 0], b"efcd"),
            (1, Fault::Torn, [0, 0, 0, 0], b""),
        ];
        for (n, fault, done, content) in cases {
            let expected = (done.map(|done| done == 1), content.to_vec());
            assert_eq!(four_calls(n, fault), expected, "{fault:?} at {n}");
        }
    }
}
