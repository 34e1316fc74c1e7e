//! A progress bar during a run, on a terminal.

use std::ops::ControlFlow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use migratory_runtime::Event;

use crate::stop::Stop;

/// How often the bar moves between events.
const TICK: Duration = Duration::from_millis(120);

/// The bar of a run; invisible if standard error isn't a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{spinner} [{pos}/{len}] {wide_msg} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }

    /// Shows an event; cancels the run once `stop` is set.
    pub(crate) fn show(&self, event: &Event<'_>, stop: &Stop) -> ControlFlow<()> {
        match event {
            Event::Planned { plan } => {
                self.bar.set_length(plan.steps().len() as u64);
                self.bar.enable_steady_tick(TICK);
            }
            Event::BackingUp { done, total, .. } => {
                self.bar.set_message(format!("backup: page {done} of {total}"));
            }
            Event::Statement { step, nth, of, .. } => {
                self.bar.set_message(format!(
                    "{} {}: statement {nth} of {of}",
                    step.version, step.name
                ));
            }
            Event::Code { step } => {
                self.bar.set_message(format!("{} {}: step in Rust", step.version, step.name));
            }
            Event::Finished { .. } => self.bar.inc(1),
            _ => {}
        }
        if stop.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Shows a stage outside the migrations.
    pub(crate) fn stage(&self, what: &str) {
        self.bar.enable_steady_tick(TICK);
        self.bar.set_message(what.to_owned());
    }

    /// Shows how many pages are copied.
    pub(crate) fn pages(&self, done: i32, total: i32) {
        self.stage(&format!("copying: page {done} of {total}"));
    }

    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
