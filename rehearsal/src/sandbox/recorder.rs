//! Answers SQLite's authorizer, and records what it is asked.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::authorizer::{Permit, Refused};
use super::limits;
use super::listener;
use crate::act::Act;

/// How many actions a statement may have: views of views can double them each time.
const ACTS: usize = 1_000_000;

/// What the authorizer allows, and the actions that it has recorded.
pub(crate) struct Recorder {
    pub(crate) permit: Permit,
    pub(crate) is_recording: bool,
    acts: Vec<Act>,
    /// The number of actions of the statement so far; `None` where nobody announces a new statement.
    pub(crate) count: Option<usize>,
    /// What was denied last.
    pub(crate) refused: Option<Refused>,
    /// Whether the statement calls a function whose time grows with the square of its input.
    pub(crate) is_costly: bool,
}

impl Recorder {
    pub(crate) fn new(permit: Permit) -> Self {
        let (acts, refused) = (Vec::new(), None);
        Self { permit, is_recording: false, acts, count: None, refused, is_costly: false }
    }
}

/// Allows or denies an action. SQLite also asks while a statement runs: only then does `VACUUM
/// INTO` name its file.
pub(crate) fn authorize(recorder: &Mutex<Recorder>, context: &AuthContext<'_>) -> Authorization {
    let mut recorder = lock(recorder);
    recorder.count = recorder.count.map(|count| count + 1);
    if let AuthAction::Function { function_name } = &context.action {
        recorder.is_costly |= limits::is_costly(function_name);
    }
    if recorder.is_recording {
        recorder.acts.extend(listener::act(context));
    }
    let too_many = recorder.count.is_some_and(|count| count > ACTS).then_some(Refused::Views);
    let Some(refused) = recorder.permit.refuse(&context.action).or(too_many) else {
        return Authorization::Allow;
    };
    recorder.refused = Some(refused);
    Authorization::Deny
}

/// Stops recording and returns the recorded actions. What SQLite asks while a statement runs, or
/// for our own queries, is not part of the statement's text.
pub(crate) fn stop_recording(recorder: &Mutex<Recorder>) -> Vec<Act> {
    let mut recorder = lock(recorder);
    recorder.is_recording = false;
    listener::without_consequences(std::mem::take(&mut recorder.acts))
}

pub(crate) fn lock(recorder: &Mutex<Recorder>) -> MutexGuard<'_, Recorder> {
    recorder.lock().unwrap_or_else(PoisonError::into_inner)
}
