//! The contents of the disk, and what survives a power loss. It knows neither SQLite nor faults.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use crate::random::Random;

/// The number of bytes that a disk writes completely or not at all.
pub(crate) const SECTOR: usize = 512;

/// Identifies a file, as distinct from others that had its name.
pub(crate) type Inode = u64;

/// All files, and the single directory that names them.
#[derive(Default)]
pub(crate) struct Files {
    inodes: BTreeMap<Inode, File>,
    names: BTreeMap<String, Inode>,
    durable_names: BTreeMap<String, Inode>,
    last: Inode,
}

#[derive(Default)]
struct File {
    content: Vec<u8>,
    durable: Vec<u8>,
    /// The changes from `durable` to `content`.
    unsynced: Vec<Change>,
    handles: usize,
}

enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Resize(usize),
}

/// How much unsynced data survives a power loss.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mercy {
    None,
    All,
    /// Each change with some probability.
    Some,
}

impl Files {
    /// Creates files with these contents, all durable.
    pub(crate) fn of(contents: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut files = Self::default();
        for (name, content) in contents {
            let inode = files.create(Some(name));
            files.write(inode, 0, content);
            files.sync(inode);
        }
        files
    }

    /// Returns the contents of all files that have a name.
    pub(crate) fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let named = self.names.iter();
        named.map(|(name, inode)| (name.clone(), self.inodes[inode].content.clone())).collect()
    }

    pub(crate) fn find(&self, name: &str) -> Option<Inode> {
        self.names.get(name).copied()
    }

    /// Creates a file; one without a name disappears with its last handle.
    pub(crate) fn create(&mut self, name: Option<&str>) -> Inode {
        self.last += 1;
        self.inodes.insert(self.last, File::default());
        if let Some(name) = name {
            self.names.insert(name.to_owned(), self.last);
        }
        self.last
    }

    pub(crate) fn open(&mut self, inode: Inode) {
        self.file(inode).handles += 1;
    }

    pub(crate) fn close(&mut self, inode: Inode) {
        self.file(inode).handles -= 1;
        self.sweep();
    }

    /// Deletes a file. Returns whether it existed.
    pub(crate) fn delete(&mut self, name: &str, sync_directory: bool) -> bool {
        let found = self.names.remove(name).is_some();
        if sync_directory {
            self.sync_directory();
        }
        found
    }

    /// Fills `buffer` from `offset` on, with zeros past the end. Returns how many bytes there were.
    pub(crate) fn read(&self, inode: Inode, offset: usize, buffer: &mut [u8]) -> usize {
        let rest = self.inodes[&inode].content.get(offset..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        buffer[count..].fill(0);
        count
    }

    pub(crate) fn write(&mut self, inode: Inode, offset: usize, bytes: &[u8]) {
        self.change(inode, Change::Write { offset, bytes: bytes.to_vec() });
    }

    pub(crate) fn resize(&mut self, inode: Inode, size: usize) {
        self.change(inode, Change::Resize(size));
    }

    pub(crate) fn size(&self, inode: Inode) -> usize {
        self.inodes[&inode].content.len()
    }

    pub(crate) fn sync(&mut self, inode: Inode) {
        let file = self.file(inode);
        file.unsynced.clear();
        file.durable.clone_from(&file.content);
        let is_new = self.names.values().any(|named| *named == inode)
            && !self.durable_names.values().any(|named| *named == inode);
        if is_new {
            self.sync_directory();
        }
    }

    /// Discards all or part of the unsynced data, and all handles.
    pub(crate) fn crash(&mut self, seed: u64) {
        let mut random = Random::new(seed);
        let mercy = match random.below(4) {
            0 => Mercy::None,
            1 => Mercy::All,
            _ => Mercy::Some,
        };
        self.names = self.surviving_names(mercy, &mut random);
        self.durable_names = self.names.clone();
        for file in self.inodes.values_mut() {
            file.handles = 0;
        }
        self.sweep();
        for file in self.inodes.values_mut() {
            file.crash(mercy, &mut random);
        }
    }

    fn surviving_names(&self, mercy: Mercy, random: &mut Random) -> BTreeMap<String, Inode> {
        let all: BTreeSet<_> = self.names.keys().chain(self.durable_names.keys()).collect();
        let mut surviving = BTreeMap::new();
        for name in all {
            let (before, after) = (self.durable_names.get(name), self.names.get(name));
            // A rename takes two steps: the old file disappears, then the new one appears.
            let goes = before.is_none() || mercy.spares(random);
            let survivor = match (before == after, goes) {
                (true, _) => after,
                (false, false) => before,
                (false, true) => after.filter(|_| mercy.spares(random)),
            };
            surviving.extend(survivor.map(|inode| (name.clone(), *inode)));
        }
        surviving
    }

    fn sync_directory(&mut self) {
        self.durable_names.clone_from(&self.names);
        self.sweep();
    }

    /// Removes unreachable files.
    fn sweep(&mut self) {
        let named: BTreeSet<_> = self.names.values().chain(self.durable_names.values()).collect();
        self.inodes.retain(|inode, file| file.handles > 0 || named.contains(inode));
    }

    fn change(&mut self, inode: Inode, change: Change) {
        let file = self.file(inode);
        change.apply(&mut file.content);
        file.unsynced.push(change);
    }

    fn file(&mut self, inode: Inode) -> &mut File {
        self.inodes.get_mut(&inode).expect("a file that has a name or a handle is kept")
    }
}

impl File {
    fn crash(&mut self, mercy: Mercy, random: &mut Random) {
        let mut changes = mem::take(&mut self.unsynced);
        if mercy == Mercy::Some {
            random.shuffle(&mut changes);
        }
        for change in changes {
            if mercy.spares(random) {
                change.apply(&mut self.durable);
            } else if mercy == Mercy::Some && random.once_in(2) {
                change.apply_torn(&mut self.durable, random);
            }
        }
        self.content.clone_from(&self.durable);
    }
}

impl Mercy {
    fn spares(self, random: &mut Random) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Some => random.once_in(2),
        }
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => put(content, *offset, bytes),
            Self::Resize(size) => content.resize(*size, 0),
        }
    }

    /// Writes some sectors, skips others, and turns the rest into garbage.
    fn apply_torn(&self, content: &mut Vec<u8>, random: &mut Random) {
        let Self::Write { offset, bytes } = self else { return };
        let (mut offset, mut bytes) = (*offset, bytes.as_slice());
        while !bytes.is_empty() {
            let (sector, rest) = bytes.split_at(bytes.len().min(SECTOR - offset % SECTOR));
            match random.below(8) {
                0 => {
                    let garbage: Vec<_> = sector.iter().map(|_| random.byte()).collect();
                    put(content, offset, &garbage);
                }
                1..=4 => put(content, offset, sector),
                _ => {}
            }
            offset += sector.len();
            bytes = rest;
        }
    }
}

/// Overwrites from `offset` on, filling a gap past the end with zeros.
fn put(content: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    content[offset..end].copy_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEEDS: std::ops::Range<u64> = 0..200;

    /// Returns the contents of a file after a crash with each seed; `None` if it doesn't exist.
    fn survivors(name: &str, history: impl Fn(&mut Files)) -> BTreeSet<Option<Vec<u8>>> {
        let crashed = SEEDS.map(|seed| {
            let mut files = Files::default();
            history(&mut files);
            files.crash(seed);
            files.contents().remove(name)
        });
        crashed.collect()
    }

    fn create(files: &mut Files, name: &str, content: &[u8]) -> Inode {
        let inode = files.create(Some(name));
        files.write(inode, 0, content);
        inode
    }

    fn some(contents: &[&[u8]]) -> BTreeSet<Option<Vec<u8>>> {
        contents.iter().map(|content| Some(content.to_vec())).collect()
    }

    #[test]
    fn reads_return_the_written_bytes_and_zeros_around_them() {
        let mut files = Files::default();
        let inode = files.create(Some("a"));
        files.write(inode, 2, b"xyz");
        let mut buffer = [1; 6];
        assert_eq!(files.read(inode, 0, &mut buffer), 5);
        assert_eq!(&buffer, b"\0\0xyz\0");
        assert_eq!(files.read(inode, 9, &mut buffer), 0);
        files.resize(inode, 3);
        assert_eq!(files.contents()["a"], b"\0\0x");
    }

    #[test]
    fn synced_data_survives() {
        let found = survivors("a", |files| {
            let inode = create(files, "a", b"synced");
            files.sync(inode);
        });
        assert_eq!(found, some(&[b"synced"]));
    }

    #[test]
    fn any_later_change_may_survive() {
        let found = survivors("a", |files| {
            let inode = create(files, "a", b"....");
            files.sync(inode);
            files.write(inode, 0, b"A");
            files.write(inode, 3, b"B");
            files.resize(inode, 2);
        });
        for content in some(&[b"....", b"A...", b"...B", b"A..B", b"..", b"A."]) {
            assert!(found.contains(&content), "{content:?} in {found:?}");
        }
    }

    #[test]
    fn a_write_is_torn_between_sectors_and_spares_its_neighbours() {
        let found = survivors("a", |files| {
            let inode = create(files, "a", &[b'.'; 3 * SECTOR]);
            files.sync(inode);
            files.write(inode, SECTOR - 10, &[b'x'; SECTOR]);
        });
        let torn = |content: &Vec<u8>| content[SECTOR - 1] == b'x' && content[SECTOR] == b'.';
        assert!(found.iter().flatten().any(torn));
        for content in found.iter().flatten() {
            assert!(content[..SECTOR - 10].iter().all(|byte| *byte == b'.'));
            assert!(content[2 * SECTOR - 10..].iter().all(|byte| *byte == b'.'));
        }
    }

    #[test]
    fn a_creation_may_be_undone_until_the_file_is_synced() {
        let found = survivors("a", |files| {
            create(files, "a", b"new");
        });
        assert!(found.contains(&None) && found.contains(&Some(b"new".to_vec())));
    }

    #[test]
    fn a_deletion_may_be_undone_until_the_directory_is_synced() {
        let deleted = |files: &mut Files, sync_directory| {
            let inode = create(files, "a", b"old");
            files.sync(inode);
            assert!(files.delete("a", sync_directory));
        };
        let undone = survivors("a", |files| deleted(files, false));
        assert_eq!(undone, [None, Some(b"old".to_vec())].into());
        assert_eq!(survivors("a", |files| deleted(files, true)), [None].into());
        let other_synced = survivors("a", |files| {
            deleted(files, false);
            let inode = create(files, "b", b"");
            files.sync(inode);
        });
        assert_eq!(other_synced, [None].into());
    }

    #[test]
    fn a_deleted_file_lives_as_long_as_its_handle() {
        let mut files = Files::default();
        let inode = create(&mut files, "a", b"old");
        files.open(inode);
        assert!(files.delete("a", true) && !files.delete("a", true));
        assert_eq!(files.size(inode), 3);
        files.close(inode);
        assert!(files.inodes.is_empty());
    }

    #[test]
    fn a_seed_repeats_a_crash() {
        let crashed = |seed| {
            let mut files = Files::default();
            let inode = create(&mut files, "a", &[1; 4 * SECTOR]);
            files.write(inode, 100, &[2; 9 * SECTOR]);
            files.crash(seed);
            files.contents()
        };
        assert!({ SEEDS }.all(|seed| crashed(seed) == crashed(seed)));
    }
}
