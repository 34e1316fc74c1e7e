//! Runs a part of a migration on empty tables.

use std::mem;

use migratory_runtime::__private::Trouble;

use super::Halt;
use crate::course::parts::Part;
use crate::course::replay::Replay;
use crate::sandbox::Performance;
use migratory_analysis::CheckedScript;

/// The run of an up on empty tables, and of the down after it.
pub(super) type Performed = (Performance, Option<Performance>);

/// Runs a part on empty tables. As an error, returns the failure and whether it is the up that
/// fails.
pub(super) fn perform(
    replay: &mut Replay<'_>,
    at: usize,
    part: &Part,
) -> Result<Result<Performed, (bool, Trouble)>, Halt> {
    let mut sandbox = replay.after(at)?.sandbox;
    let mut went = |script: &CheckedScript| -> Result<Result<Performance, Trouble>, Halt> {
        let mut performance = sandbox.perform(script, &mut |_, _| ())?;
        match mem::replace(&mut performance.outcome, Ok(())) {
            Ok(()) => Ok(Ok(performance)),
            Err(trouble) => Ok(Err(Halt::check(script, trouble)?)),
        }
    };
    let up = match went(&part.up)? {
        Ok(up) => up,
        Err(trouble) => return Ok(Err((true, trouble))),
    };
    match part.down.as_ref().map(went) {
        None => Ok(Ok((up, None))),
        Some(Ok(Ok(down))) => Ok(Ok((up, Some(down)))),
        Some(Ok(Err(trouble))) => Ok(Err((false, trouble))),
        Some(Err(halt)) => Err(halt),
    }
}
