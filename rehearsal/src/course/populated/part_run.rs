//! Runs a part of a migration on empty tables.

use std::mem;

use migratory_runtime::__private::Trouble;

use super::Halt;
use crate::course::known::independent_parts::Part;
use crate::course::replay::Replay;
use crate::sandbox::Performance;
use migratory_analysis::CheckedScript;

/// The outcome of a part on empty tables.
pub(super) enum PartRun {
    Passed(Box<PassedPart>),
    UpFails(Trouble),
    DownFails(Trouble),
}

impl PartRun {
    fn passed(up: Performance, down: Option<Performance>) -> Self {
        Self::Passed(Box::new(PassedPart { up, down }))
    }
}

/// The run of an up on empty tables, and of the down after it.
pub(super) struct PassedPart {
    pub(super) up: Performance,
    pub(super) down: Option<Performance>,
}

/// Runs a part on empty tables, after `at` migrations.
pub(super) fn perform(replay: &mut Replay<'_>, at: usize, part: &Part) -> Result<PartRun, Halt> {
    let mut sandbox = replay.after(at)?.sandbox;
    let mut run = |script: &CheckedScript| -> Result<(Performance, Option<Trouble>), Halt> {
        let mut performance = sandbox.perform(script, &mut |_, _| ())?;
        let outcome = mem::replace(&mut performance.outcome, Ok(()));
        Ok((performance, Halt::trouble(script, outcome)?))
    };
    let (up, trouble) = run(&part.up)?;
    if let Some(trouble) = trouble {
        return Ok(PartRun::UpFails(trouble));
    }
    let down = part.down.as_ref().map(run).transpose()?;
    Ok(match down {
        None => PartRun::passed(up, None),
        Some((down, None)) => PartRun::passed(up, Some(down)),
        Some((_, Some(trouble))) => PartRun::DownFails(trouble),
    })
}
