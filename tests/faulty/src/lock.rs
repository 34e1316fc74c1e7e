//! Locks: those of files, and those of WAL's shared memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Identifies an open file.
pub(crate) type HandleId = u64;

/// Another handle holds a conflicting lock.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Busy;

/// The lock level of a handle; SQLite's numbers, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

/// The locks of one file.
#[derive(Default)]
pub(crate) struct Locks(BTreeMap<HandleId, Level>);

impl Locks {
    pub(crate) fn lock(&mut self, handle: HandleId, wanted: Level) -> Result<(), Busy> {
        let own = self.0.get(&handle).copied().unwrap_or(Level::None);
        if own >= wanted {
            return Ok(());
        }
        let others = self.0.iter().filter(|(other, _)| **other != handle);
        let highest = others.map(|(_, level)| *level).max().unwrap_or(Level::None);
        let granted = match wanted {
            Level::None | Level::Shared if highest < Level::Pending => wanted,
            Level::Reserved if highest < Level::Reserved => wanted,
            // A would-be writer keeps new readers out, and waits for the present ones.
            Level::Pending | Level::Exclusive if highest == Level::None => wanted,
            Level::Pending | Level::Exclusive if highest == Level::Shared => Level::Pending,
            _ => return Err(Busy),
        };
        self.0.insert(handle, granted);
        if granted == wanted { Ok(()) } else { Err(Busy) }
    }

    pub(crate) fn unlock(&mut self, handle: HandleId, level: Level) {
        if level == Level::None {
            self.0.remove(&handle);
        } else if let Some(own) = self.0.get_mut(&handle) {
            *own = level.min(*own);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether a handle is about to write.
    pub(crate) fn is_reserved(&self) -> bool {
        self.0.values().any(|level| *level >= Level::Reserved)
    }
}

/// A piece of shared memory, as atomics because others may write to it.
pub(crate) type Region = Arc<[AtomicU64]>;

/// The shared memory of one database, which holds the index of its WAL.
#[derive(Default)]
pub(crate) struct Memory {
    regions: Vec<Region>,
    users: BTreeMap<HandleId, Slots>,
}

/// The locks of a handle, one bit each.
#[derive(Clone, Copy, Default)]
struct Slots {
    shared: u32,
    exclusive: u32,
}

impl Memory {
    /// Returns the region of this index, creating it if allowed.
    pub(crate) fn map(
        &mut self,
        handle: HandleId,
        index: usize,
        size: usize,
        create: bool,
    ) -> Option<Region> {
        self.users.entry(handle).or_default();
        while create && self.regions.len() <= index {
            let words = size.div_ceil(size_of::<AtomicU64>());
            self.regions.push((0..words).map(|_| AtomicU64::new(0)).collect());
        }
        self.regions.get(index).cloned()
    }

    pub(crate) fn lock(
        &mut self,
        handle: HandleId,
        mask: u32,
        exclusive: bool,
    ) -> Result<(), Busy> {
        let others = self.users.iter().filter(|(other, _)| **other != handle);
        let excludes = |slots: &Slots| slots.exclusive | if exclusive { slots.shared } else { 0 };
        if others.map(|(_, slots)| excludes(slots)).any(|held| held & mask != 0) {
            return Err(Busy);
        }
        let own = self.users.entry(handle).or_default();
        *(if exclusive { &mut own.exclusive } else { &mut own.shared }) |= mask;
        Ok(())
    }

    pub(crate) fn unlock(&mut self, handle: HandleId, mask: u32) {
        if let Some(own) = self.users.get_mut(&handle) {
            own.shared &= !mask;
            own.exclusive &= !mask;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.users.is_empty()
    }

    /// Unmaps the memory, which disappears with its last user.
    pub(crate) fn unmap(&mut self, handle: HandleId) {
        self.users.remove(&handle);
        if self.users.is_empty() {
            self.regions.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_and_a_writer_take_turns() {
        let mut locks = Locks::default();
        assert_eq!(locks.lock(1, Level::Shared), Ok(()));
        assert_eq!(locks.lock(2, Level::Shared), Ok(()));
        assert_eq!(locks.lock(2, Level::Reserved), Ok(()));
        assert!(locks.is_reserved());
        assert_eq!(locks.lock(1, Level::Reserved), Err(Busy));
        assert_eq!(locks.lock(3, Level::Shared), Ok(()));
        assert_eq!(locks.lock(2, Level::Exclusive), Err(Busy));
        assert_eq!(locks.lock(4, Level::Shared), Err(Busy), "a writer waits");
        locks.unlock(1, Level::None);
        locks.unlock(3, Level::None);
        assert_eq!(locks.lock(2, Level::Exclusive), Ok(()));
        locks.unlock(2, Level::Shared);
        assert!(!locks.is_reserved());
        assert_eq!(locks.lock(1, Level::Shared), Ok(()));
    }

    #[test]
    fn slots_of_shared_memory_exclude_each_other() {
        let mut memory = Memory::default();
        assert_eq!(memory.lock(1, 0b011, false), Ok(()));
        assert_eq!(memory.lock(2, 0b010, false), Ok(()));
        assert_eq!(memory.lock(2, 0b110, true), Err(Busy));
        assert_eq!(memory.lock(2, 0b100, true), Ok(()));
        assert_eq!(memory.lock(1, 0b100, false), Err(Busy));
        memory.unlock(2, 0b110);
        assert_eq!(memory.lock(1, 0b110, true), Ok(()));
    }

    #[test]
    fn memory_is_shared_and_disappears_with_its_last_user() {
        let mut memory = Memory::default();
        assert!(memory.map(1, 0, 64, false).is_none());
        let first = memory.map(1, 0, 64, true).expect("a region that was asked for");
        let second = memory.map(2, 0, 64, false).expect("a region that there is");
        assert!(Arc::ptr_eq(&first, &second));
        memory.unmap(1);
        assert!(memory.map(2, 0, 64, false).is_some());
        memory.unmap(2);
        assert!(memory.map(3, 0, 64, false).is_none());
    }
}
