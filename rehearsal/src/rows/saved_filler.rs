//! Keeps what a filler knows, so that another one continues in its place.

use super::{Filler, Maker, Rows};
use crate::pack::{Packer, Unpacker};

impl Filler {
    /// Adds everything that decides which rows come next, but the conditions: those are of the set.
    pub(crate) fn pack(&self, packer: &mut Packer) {
        let Self { rows, maker, known, gaps, given, conditions: _ } = self;
        rows.pack(packer);
        packer.text(&maker.serial().to_string());
        packer.map(known);
        packer.map(gaps);
        packer.names(given);
    }

    /// Returns a filler that continues, without conditions.
    pub(crate) fn unpack(unpacker: &mut Unpacker<'_>) -> Option<Self> {
        let rows = Rows::unpack(unpacker)?;
        Some(Self {
            rows,
            maker: Maker::after(unpacker.text()?.parse().ok()?, rows.words),
            known: unpacker.map()?,
            gaps: unpacker.map()?,
            given: unpacker.names()?,
            conditions: Vec::new(),
        })
    }
}

impl Rows {
    pub(crate) fn pack(self, packer: &mut Packer) {
        let Self { duplicates, nulls, words } = self;
        for kind in [duplicates, nulls, words] {
            packer.flag(kind);
        }
    }

    pub(crate) fn unpack(unpacker: &mut Unpacker<'_>) -> Option<Self> {
        Some(Self {
            duplicates: unpacker.flag()?,
            nulls: unpacker.flag()?,
            words: unpacker.flag()?,
        })
    }
}
