//! The databases of a rehearsal after the first migrations, as bytes.
//!
//! Bytes that are not exactly as they were written count as none. So do those of another set, of
//! other options, or of other code: the key of the last migration covers these.

use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use migratory_analysis::Writes;
use migratory_core::Checksum;

use super::writes;
use crate::pack::{Packer, Unpacker};
use crate::sandbox::Snapshot;

/// The two runs of a rehearsal after some migrations without a finding.
pub(crate) struct Image {
    /// The fingerprint of the schema after each migration.
    pub(crate) schemas: Vec<Checksum>,
    /// The tables that each migration writes to.
    pub(crate) writes: Vec<Writes>,
    /// The run on empty tables.
    pub(crate) empty: Part,
    /// The run on populated tables.
    pub(crate) populated: Part,
}

/// One of the two runs.
pub(crate) struct Part {
    /// What decides how it continues, besides the database.
    pub(crate) state: Vec<u8>,
    pub(crate) database: Option<Snapshot>,
}

impl Image {
    /// The number of migrations.
    pub(crate) fn count(&self) -> usize {
        self.schemas.len()
    }

    /// Returns the image as bytes; `draft` is a file that may be written meanwhile.
    pub(super) fn bytes(&self, keys: &[Checksum], stamp: &str, draft: &Path) -> Option<Vec<u8>> {
        let key = keys.get(self.count().checked_sub(1)?)?;
        let mut packer = Packer::default();
        packer.text(&key.to_string());
        packer.text(stamp);
        packer.number(self.count());
        for (schema, written) in self.schemas.iter().zip(&self.writes) {
            packer.text(&schema.to_string());
            packer.text(&writes::spelt(written));
        }
        self.empty.pack(&mut packer, draft)?;
        self.populated.pack(&mut packer, draft)?;
        let mut bytes = packer.into_bytes();
        bytes.extend_from_slice(&checksum(&bytes));
        Some(bytes)
    }

    /// Returns how many of these migrations the image with these bytes has behind it, if it is one
    /// of theirs.
    pub(super) fn count_in(bytes: &[u8], keys: &[Checksum]) -> Option<usize> {
        let key = Checksum::from_hex(Unpacker::new(bytes).text()?)?;
        keys.iter().position(|it| *it == key).map(|at| at + 1)
    }

    /// Returns the image with these bytes, if they are intact and one of these sets wrote them.
    pub(super) fn read(bytes: &[u8], keys: &[Checksum], stamp: &str, draft: &Path) -> Option<Self> {
        let (bytes, sum) = bytes.split_at_checked(bytes.len().checked_sub(size_of::<u64>())?)?;
        if sum != checksum(bytes) {
            return None;
        }
        let count = Self::count_in(bytes, keys)?;
        let mut unpacker = Unpacker::new(bytes);
        unpacker.text()?;
        if unpacker.text()? != stamp || unpacker.number()? != count {
            return None;
        }
        let mut read = || {
            let schema = Checksum::from_hex(unpacker.text()?)?;
            Some((schema, writes::read(unpacker.text()?)?))
        };
        let proven: Option<Vec<_>> = (0..count).map(|_| read()).collect();
        let (schemas, writes) = proven?.into_iter().unzip();
        let [empty, populated] = [(); 2].map(|()| Part::unpack(&mut unpacker, draft));
        let image = Self { schemas, writes, empty: empty?, populated: populated? };
        unpacker.end()?;
        Some(image)
    }
}

impl Part {
    fn pack(&self, packer: &mut Packer, draft: &Path) -> Option<()> {
        packer.bytes(&self.state);
        packer.flag(self.database.is_some());
        if let Some(database) = &self.database {
            packer.bytes(&database.bytes(draft)?);
        }
        Some(())
    }

    fn unpack(unpacker: &mut Unpacker<'_>, draft: &Path) -> Option<Self> {
        let state = unpacker.bytes()?.to_vec();
        let database = if unpacker.flag()? {
            Some(Snapshot::from_bytes(unpacker.bytes()?, draft)?)
        } else {
            None
        };
        Some(Self { state, database })
    }
}

/// Hashes megabytes with what the standard library has, which is optimised also where this crate is
/// not, as in macros.
fn checksum(bytes: &[u8]) -> [u8; size_of::<u64>()] {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish().to_le_bytes()
}
