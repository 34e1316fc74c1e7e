//! Writes values into bytes, and reads them back.

use std::collections::{BTreeMap, BTreeSet};

use crate::schema::Name;

/// Bytes to which values are added.
#[derive(Default)]
pub(crate) struct Packer(Vec<u8>);

impl Packer {
    pub(crate) fn number(&mut self, number: usize) {
        let number = u64::try_from(number).unwrap_or(u64::MAX);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn flag(&mut self, is_set: bool) {
        self.0.push(u8::from(is_set));
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn names(&mut self, names: &BTreeSet<Name>) {
        self.number(names.len());
        for name in names {
            self.text(name.as_str());
        }
    }

    pub(crate) fn map(&mut self, map: &BTreeMap<Name, String>) {
        self.number(map.len());
        for (name, value) in map {
            self.text(name.as_str());
            self.text(value);
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Bytes from which values are read in the order in which they were added; `None` where there is no
/// such value.
pub(crate) struct Unpacker<'a>(&'a [u8]);

impl<'a> Unpacker<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn number(&mut self) -> Option<usize> {
        let bytes = self.take(size_of::<u64>())?.try_into().ok()?;
        usize::try_from(u64::from_le_bytes(bytes)).ok()
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        match self.take(1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let count = self.number()?;
        self.take(count)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    pub(crate) fn names(&mut self) -> Option<BTreeSet<Name>> {
        (0..self.number()?).map(|_| self.text().map(Name::from)).collect()
    }

    pub(crate) fn map(&mut self) -> Option<BTreeMap<Name, String>> {
        let count = self.number()?;
        let pair = |_| Some((Name::from(self.text()?), self.text()?.to_owned()));
        (0..count).map(pair).collect()
    }

    /// Succeeds if nothing is left.
    pub(crate) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_back_as_they_were_added() {
        let names: BTreeSet<_> = ["Ä", "a b", ""].map(Name::from).into();
        let map: BTreeMap<_, _> = [("t", "CREATE\0"), ("", "")]
            .map(|(name, value)| (Name::from(name), value.to_owned()))
            .into();
        let mut packer = Packer::default();
        packer.number(usize::MAX);
        packer.flag(true);
        packer.bytes(b"\xff\0");
        packer.text("text");
        packer.names(&names);
        packer.map(&map);
        let bytes = packer.into_bytes();
        let read = |bytes: &[u8]| {
            let mut unpacker = Unpacker::new(bytes);
            assert_eq!(unpacker.number()?, usize::MAX);
            assert!(unpacker.flag()?);
            assert_eq!(unpacker.bytes()?, b"\xff\0");
            assert_eq!(unpacker.text()?, "text");
            assert_eq!(unpacker.names()?, names);
            assert_eq!(unpacker.map()?, map);
            unpacker.end()
        };
        assert!(read(&bytes).is_some());
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_none(), "{length}");
        }
        assert!(read(&[&bytes[..], b"0"].concat()).is_none(), "something is left");
    }
}
