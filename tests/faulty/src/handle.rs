//! An open file: the operations of SQLite's VFS, in safe code.

use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, MutexGuard};

use rusqlite::ffi;

use crate::device::{self, Code, Device, Shared};
use crate::disk::Inode;
use crate::lock::{Busy, HandleId, Level, Region};

/// An open file. It becomes stale at a power loss.
pub(crate) struct Handle {
    device: Shared,
    id: HandleId,
    inode: Inode,
    generation: u64,
    /// The name of a file that is deleted when it is closed.
    transient: Option<String>,
    /// SQLite has pointers into these, even after the disk has discarded them.
    regions: Vec<Region>,
}

/// How to open a file.
pub(crate) struct Options {
    pub(crate) create: bool,
    pub(crate) exclusive: bool,
    pub(crate) delete_on_close: bool,
}

impl Handle {
    /// Opens a file; one without a name is temporary.
    pub(crate) fn open(
        shared: &Shared,
        name: Option<&str>,
        options: &Options,
    ) -> Result<Self, Code> {
        let mut device = device::lock(shared);
        device.permit(ffi::SQLITE_CANTOPEN)?;
        let inode = match name.and_then(|name| device.files.find(name)) {
            Some(_) if options.create && options.exclusive => return Err(ffi::SQLITE_CANTOPEN),
            Some(inode) => inode,
            None if options.create || name.is_none() => device.files.create(name),
            None => return Err(ffi::SQLITE_CANTOPEN),
        };
        Ok(Self {
            device: Arc::clone(shared),
            id: device.handle(inode),
            inode,
            generation: device.generation(),
            transient: name.filter(|_| options.delete_on_close).map(str::to_owned),
            regions: Vec::new(),
        })
    }

    /// Fills `buffer`, with zeros past the end of the file. Returns whether the read went past that end.
    pub(crate) fn read(&self, offset: usize, buffer: &mut [u8]) -> Result<bool, Code> {
        let device = self.call(ffi::SQLITE_IOERR_READ)?;
        Ok(device.files.read(self.inode, offset, buffer) < buffer.len())
    }

    pub(crate) fn write(&self, offset: usize, bytes: &[u8]) -> Result<(), Code> {
        self.device()?.write(self.inode, offset, bytes)
    }

    pub(crate) fn truncate(&self, size: usize) -> Result<(), Code> {
        self.call(ffi::SQLITE_IOERR_TRUNCATE)?.files.resize(self.inode, size);
        Ok(())
    }

    pub(crate) fn sync(&self) -> Result<(), Code> {
        self.call(ffi::SQLITE_IOERR_FSYNC)?.files.sync(self.inode);
        Ok(())
    }

    pub(crate) fn size(&self) -> Result<usize, Code> {
        Ok(self.call(ffi::SQLITE_IOERR_FSTAT)?.files.size(self.inode))
    }

    pub(crate) fn lock(&self, level: Level) -> Result<(), Code> {
        let mut device = self.call(ffi::SQLITE_IOERR_LOCK)?;
        device.locks(self.inode).lock(self.id, level).map_err(busy)
    }

    pub(crate) fn unlock(&self, level: Level) -> Result<(), Code> {
        self.device()?.locks(self.inode).unlock(self.id, level);
        Ok(())
    }

    pub(crate) fn is_reserved(&self) -> Result<bool, Code> {
        let mut device = self.call(ffi::SQLITE_IOERR_CHECKRESERVEDLOCK)?;
        Ok(device.locks(self.inode).is_reserved())
    }

    /// Returns a region of shared memory, which lives as long as this handle.
    pub(crate) fn map_memory(
        &mut self,
        index: usize,
        size: usize,
        create: bool,
    ) -> Result<Option<&Region>, Code> {
        let mut device = self.call(ffi::SQLITE_IOERR_SHMMAP)?;
        let region = device.memory(self.inode).map(self.id, index, size, create);
        drop(device);
        self.regions.extend(region.clone());
        Ok(region.and_then(|_| self.regions.last()))
    }

    pub(crate) fn lock_memory(&self, mask: u32, exclusive: bool) -> Result<(), Code> {
        let mut device = self.call(ffi::SQLITE_IOERR_SHMLOCK)?;
        device.memory(self.inode).lock(self.id, mask, exclusive).map_err(busy)
    }

    pub(crate) fn unlock_memory(&self, mask: u32) -> Result<(), Code> {
        self.device()?.memory(self.inode).unlock(self.id, mask);
        Ok(())
    }

    pub(crate) fn barrier(&self) {
        // The mutex orders the threads of this process, and the fence constrains the compiler.
        drop(self.device());
        fence(Ordering::SeqCst);
    }

    pub(crate) fn unmap_memory(&mut self) -> Result<(), Code> {
        self.regions.clear();
        let mut device = self.device()?;
        device.memory(self.inode).unmap(self.id);
        Ok(())
    }

    /// Counts a call, and returns the device.
    fn call(&self, code: Code) -> Result<MutexGuard<'_, Device>, Code> {
        let mut device = self.device()?;
        device.permit(code)?;
        Ok(device)
    }

    /// Returns the device, unless it has lost power since this file was opened.
    fn device(&self) -> Result<MutexGuard<'_, Device>, Code> {
        let device = device::lock(&self.device);
        if device.generation() == self.generation { Ok(device) } else { Err(ffi::SQLITE_IOERR) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let Ok(mut device) = self.device() else { return };
        if let Some(name) = &self.transient {
            device.files.delete(name, false);
        }
        device.close(self.inode, self.id);
    }
}

/// Deletes a file.
pub(crate) fn delete(device: &Shared, name: &str, sync_directory: bool) -> Result<(), Code> {
    let mut device = device::lock(device);
    device.permit(ffi::SQLITE_IOERR_DELETE)?;
    let found = device.files.delete(name, sync_directory);
    if found { Ok(()) } else { Err(ffi::SQLITE_IOERR_DELETE_NOENT) }
}

/// Returns whether a non-empty file exists: SQLite's VFS for Unix treats an empty file as missing,
/// so that one left by a power loss isn't taken for a journal.
pub(crate) fn exists(device: &Shared, name: &str) -> Result<bool, Code> {
    let mut device = device::lock(device);
    device.permit(ffi::SQLITE_IOERR_ACCESS)?;
    Ok(device.files.find(name).is_some_and(|inode| device.files.size(inode) > 0))
}

#[allow(clippy::needless_pass_by_value, reason = "an argument of map_err")]
fn busy(Busy: Busy) -> Code {
    ffi::SQLITE_BUSY
}
