//! Ctrl-C: a command that works on a database ends where nothing is left half done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use migratory_runtime::rusqlite::Connection;

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// How many of SQLite's instructions go by between two looks.
const STEPS: i32 = 10_000;

/// Whether somebody pressed Ctrl-C.
#[derive(Clone, Debug)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// From now on, Ctrl-C no longer ends the process.
    pub(crate) fn listen() -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        ctrlc::set_handler(move || stopped.store(true, Ordering::Relaxed))
            .map_err(|error| Failure::new("Ctrl-C can't be listened to").because(error))?;
        Ok(Self(stop))
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Interrupts what this connection does once it is set.
    pub(crate) fn interrupts(&self, conn: &mut Connection) {
        let stop = self.clone();
        // What this returns differs between versions of rusqlite.
        let _ = conn.progress_handler(STEPS, Some(move || stop.is_set()));
    }

    /// The failure of a command, unless it was stopped.
    pub(crate) fn or(&self, failure: Failure) -> Failure {
        if self.is_set() { stopped() } else { failure }
    }

    /// Fails once it is set.
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_set() { Err(stopped()) } else { Ok(()) }
    }
}

fn stopped() -> Failure {
    Failure::new("stopped by Ctrl-C").exit(Exit::Interrupted)
}
