//! Keeps a track as it stands, and continues one.

use std::ops::Range;
use std::sync::Arc;

use super::Track;
use crate::course::known::empty_run::EmptyRun;
use crate::pack::{Packer, Unpacker};
use crate::rows::Filler;
use crate::sandbox::Snapshot;
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::schema::Schema;

impl Track {
    /// Returns a copy that has followed these migrations, and leaves the track as it is; `None` if no
    /// copy is like it.
    pub(crate) fn ahead(
        &self,
        context: Context<'_>,
        migrations: Range<usize>,
        empty_run: &[Arc<EmptyRun>],
    ) -> Result<Ahead, Halt> {
        let Some(base) = self.base()? else { return Ok(Ahead::Unlike) };
        let mut copy = Self { filled: self.filled.clone(), ..base.track(context)? };
        let follows = copy.follow(context, migrations, empty_run)?;
        Ok(if follows { Ahead::Copy(Box::new(copy)) } else { Ahead::Fails })
    }

    /// Copies the database, and adds what else decides how the track continues; returns `None` if it
    /// has another schema than this one, or temporary objects.
    ///
    /// What was remembered of the rows is only needed within a migration.
    pub(crate) fn pack(
        &self,
        schema: &Arc<Schema>,
        packer: &mut Packer,
    ) -> Result<Option<Snapshot>, Halt> {
        if !Arc::ptr_eq(&self.schema, schema) {
            return Ok(None);
        }
        packer.flag(self.filled.as_ref().is_some_and(|filled| Arc::ptr_eq(filled, schema)));
        self.filler.pack(packer);
        Ok(Snapshot::of(&self.sandbox)?)
    }

    /// Returns the track that continues from a copy, and has this schema.
    pub(crate) fn unpack(
        context: Context<'_>,
        database: &Snapshot,
        schema: &Arc<Schema>,
        unpacker: &mut Unpacker<'_>,
    ) -> Option<Self> {
        let is_filled = unpacker.flag()?;
        let filler = Filler::unpack(unpacker)?.meeting(context.conditions());
        let sandbox = database.restore(context).ok()?;
        let filled_at = is_filled.then(|| Arc::clone(schema));
        Some(Self { filled: filled_at, ..Self::at(sandbox, filler, Arc::clone(schema)) })
    }
}

/// A copy of a track after later migrations.
pub(crate) enum Ahead {
    Copy(Box<Track>),
    /// One of the migrations fails.
    Fails,
    /// No copy is like the track.
    Unlike,
}
