//! Ctrl-C: commands on a database stop at a point where nothing is half done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use migratory_runtime::rusqlite::Connection;

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// How many of SQLite's instructions run between two checks.
const STEPS: i32 = 10_000;

/// Whether Ctrl-C was pressed.
#[derive(Clone, Debug)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Catches Ctrl-C, which no longer ends the process.
    pub(crate) fn listen() -> Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        ctrlc::set_handler(move || stopped.store(true, Ordering::Relaxed))
            .map_err(|error| Failure::new("can't set a handler for Ctrl-C").because(error))?;
        Ok(Self(stop))
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Makes the connection interrupt its statements once Ctrl-C is pressed.
    pub(crate) fn interrupts(&self, conn: &mut Connection) {
        let stop = self.clone();
        // The return type differs between versions of rusqlite.
        let _ = conn.progress_handler(STEPS, Some(move || stop.is_set()));
    }

    /// The failure, or that of Ctrl-C if it was pressed.
    pub(crate) fn or(&self, failure: Failure) -> Failure {
        if self.is_set() { stopped() } else { failure }
    }

    /// Fails if Ctrl-C was pressed.
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_set() { Err(stopped()) } else { Ok(()) }
    }
}

fn stopped() -> Failure {
    Failure::new("stopped by Ctrl-C").exit(Exit::Interrupted)
}
