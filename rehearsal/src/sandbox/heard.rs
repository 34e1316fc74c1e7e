//! What the authorizer lets through, and what it hears meanwhile.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::authorizer::{Permit, Refused};
use super::limits;
use super::listener;
use crate::act::Act;

/// How many actions SQLite may name while it prepares one statement: views of views can double them each time.
const ACTS: usize = 1_000_000;

/// What the authorizer allows, and what it was asked while somebody listens.
pub(crate) struct Heard {
    pub(crate) permit: Permit,
    pub(crate) listening: bool,
    acts: Vec<Act>,
    /// How many actions the statement has named; `None` where nobody says that another one begins.
    pub(crate) count: Option<usize>,
    /// What was denied last.
    pub(crate) refused: Option<Refused>,
    /// Whether a function was called that takes time by the square of what it is given.
    pub(crate) is_costly: bool,
}

impl Heard {
    pub(crate) fn new(permit: Permit) -> Self {
        let (acts, refused) = (Vec::new(), None);
        Self { permit, listening: false, acts, count: None, refused, is_costly: false }
    }
}

/// What a statement does when it runs is allowed or not as well: `VACUUM INTO` names its file only then.
pub(crate) fn authorize(heard: &Mutex<Heard>, context: &AuthContext<'_>) -> Authorization {
    let mut heard = lock(heard);
    heard.count = heard.count.map(|count| count + 1);
    if let AuthAction::Function { function_name } = &context.action {
        heard.is_costly |= limits::is_costly(function_name);
    }
    if heard.listening {
        heard.acts.extend(listener::act(context));
    }
    let too_many = heard.count.is_some_and(|count| count > ACTS).then_some(Refused::Views);
    let Some(refused) = heard.permit.refuse(&context.action).or(too_many) else {
        return Authorization::Allow;
    };
    heard.refused = Some(refused);
    Authorization::Deny
}

/// Stops listening: what a statement does while it runs, and what we ask ourselves, is not its text.
pub(crate) fn hush(heard: &Mutex<Heard>) -> Vec<Act> {
    let mut heard = lock(heard);
    heard.listening = false;
    listener::told(std::mem::take(&mut heard.acts))
}

pub(crate) fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}
