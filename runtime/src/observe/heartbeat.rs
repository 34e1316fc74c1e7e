//! Reports that a long statement is still running, and interrupts it when the observer cancels.
//!
//! SQLite has one progress handler per connection and can't return the current one, so setting it
//! would lose the application's. Instead, a separate thread measures the time and interrupts.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};
use std::time::{Duration, Instant};

use migratory_core::Step;
use rusqlite::{Connection, InterruptHandle};

use crate::observe::event::{Audience, Event, Flow};

/// The interval between two reports.
const BEAT: Duration = Duration::from_millis(200);

/// The state that the two threads share.
#[derive(Default)]
pub(crate) struct Heartbeat {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// When the interruptible part began.
    since: Option<Instant>,
    over: bool,
    /// The payload of a panic in the observer.
    panic: Option<Box<dyn Any + Send>>,
}

impl Heartbeat {
    /// Does some work while another thread reports to `audience` when a part of it takes long.
    ///
    /// If no thread can be spawned, the work is done without reports.
    pub(crate) fn alongside(
        conn: &Connection,
        audience: &Audience<'_>,
        step: &Step,
        work: &mut dyn FnMut(&Self),
    ) {
        let heartbeat = Self::default();
        let interrupt = conn.get_interrupt_handle();
        thread::scope(|scope| {
            heartbeat.start(scope, audience, step, interrupt);
            let over = Over(&heartbeat);
            work(&heartbeat);
            // A failed statement did not reach its own `end`.
            heartbeat.end();
            drop(over);
        });
    }

    fn start<'s>(
        &'s self,
        scope: &'s Scope<'s, '_>,
        audience: &'s Audience<'_>,
        step: &'s Step,
        interrupt: InterruptHandle,
    ) {
        let beat = move || self.beat(audience, step, &interrupt);
        let _ = thread::Builder::new().name("migratory".to_owned()).spawn_scoped(scope, beat);
    }

    /// Runs a part that may be interrupted.
    pub(crate) fn running<T>(&self, part: impl FnOnce() -> T) -> T {
        self.begin();
        let outcome = part();
        self.end();
        outcome
    }

    pub(crate) fn begin(&self) {
        self.lock().since = Some(Instant::now());
        self.changed.notify_all();
    }

    /// Stops interrupting, and resumes a panic of the observer in this thread.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.since = None;
        let panic = state.panic.take();
        drop(state);
        if let Some(panic) = panic {
            panic::resume_unwind(panic);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beat(&self, audience: &Audience<'_>, step: &Step, interrupt: &InterruptHandle) {
        let mut state = self.lock();
        while !state.over {
            state = if state.since.is_some() {
                let waited = self.changed.wait_timeout(state, BEAT);
                waited.unwrap_or_else(PoisonError::into_inner).0
            } else {
                self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
            };
            let Some(elapsed) = state.since.map(|since| since.elapsed()).filter(|it| *it >= BEAT)
            else {
                continue;
            };
            drop(state);
            let tell = || audience.emit(&Event::Running { step, elapsed });
            let answer = panic::catch_unwind(AssertUnwindSafe(tell));
            state = self.lock();
            let is_over = !matches!(answer, Ok(Flow::Continue(())));
            // The lock is held, so the interruptible part is still running.
            if is_over && state.since.is_some() {
                interrupt.interrupt();
            }
            if let Err(panic) = answer {
                state.panic = Some(panic);
                return;
            }
        }
    }
}

/// Ends the thread, even if the work panics.
struct Over<'p>(&'p Heartbeat);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        (state.over, state.since) = (true, None);
        drop(state);
        self.0.changed.notify_all();
    }
}
