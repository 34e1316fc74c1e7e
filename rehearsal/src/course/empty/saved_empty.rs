//! Keeps the run on empty tables as it stands, and continues one.

use std::sync::Arc;

use super::{Empty, Rowids, Skipped};
use crate::course::known::empty_run::EmptyRun;
use crate::course::replay::Replay;
use crate::memo::Part;
use crate::pack::{Packer, Unpacker};
use crate::sandbox::Snapshot;
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::schema::Schema;

impl<'a> Empty<'a> {
    /// Copies the run after `count` migrations; returns `None` where a copy would not continue in the
    /// same way.
    pub(crate) fn part(&mut self, count: usize) -> Result<Option<Part>, Halt> {
        let cuts = self.context.cuts.get(..count).unwrap_or_default();
        let is_whole = cuts.iter().all(|cut| cut.up.get().is_none() && cut.down.get().is_none());
        if !is_whole || !self.skipped.is_empty() {
            return Ok(None);
        }
        let Some(database) = Snapshot::of(&self.sandbox)? else { return Ok(None) };
        let mut packer = Packer::default();
        packer.flag(Arc::ptr_eq(&self.sandbox.schema()?, &self.schema));
        self.rowids.pack(&mut packer);
        packer.names(&self.broken);
        Ok(Some(Part { state: packer.into_bytes(), database: Some(database) }))
    }

    /// Returns the run that continues from a copy.
    pub(crate) fn resumed(context: Context<'a>, part: &Part) -> Option<Self> {
        let mut unpacker = Unpacker::new(&part.state);
        let mut sandbox = part.database.as_ref()?.restore(context).ok()?;
        let read = sandbox.schema().ok()?;
        // Whether two schemas are the same object decides whether tables are looked at again.
        let is_same = unpacker.flag()?;
        let schema = if is_same { read } else { Arc::new(Schema::clone(&read)) };
        let (rowids, broken) = (Rowids::unpack(&mut unpacker)?, unpacker.names()?);
        unpacker.end()?;
        let (fingerprint, replay) = (sandbox.fingerprint(), Replay::new(context, false));
        let skipped = Arc::new(Skipped::default());
        Some(Self { context, sandbox, replay, schema, fingerprint, rowids, broken, skipped })
    }

    /// Returns what is known about the migration after which the run stands, as far as later ones
    /// ask for it.
    pub(crate) fn empty_run(&self) -> EmptyRun {
        EmptyRun::new(self.fingerprint, &self.schema, &self.skipped)
    }
}
