//! Spans and events for `tracing`, where that feature is on.

#[cfg(feature = "tracing")]
mod emit {
    use tracing::{debug, info, info_span};

    use crate::observe::Event;
    use crate::plan::{Direction, Step};

    const fn verb(direction: Direction) -> &'static str {
        match direction {
            Direction::Up => "apply",
            Direction::Down => "revert",
        }
    }

    pub(crate) fn run() -> tracing::span::EnteredSpan {
        info_span!("migrate").entered()
    }

    pub(crate) fn step(step: &Step) -> tracing::span::EnteredSpan {
        let (version, name) = (step.version.get(), step.name.as_str());
        info_span!("migration", version, name, direction = verb(step.direction)).entered()
    }

    pub(crate) fn event(event: &Event<'_>) {
        match event {
            Event::Planned { plan } => info!(steps = plan.steps().len(), "planned"),
            Event::BackedUp { path } => info!(path = %path.display(), "backed up"),
            Event::Executed { nth, of, rows, duration, .. } => {
                debug!(nth, of, rows, ?duration, "statement");
            }
            Event::Finished { done } => info!(duration = ?done.duration, "done"),
            Event::Committed { steps } => info!(steps = steps.len(), "committed"),
            _ => {}
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod emit {
    use crate::observe::Event;
    use crate::plan::Step;

    /// Stands for a span.
    pub(crate) struct Silence;

    pub(crate) fn run() -> Silence {
        Silence
    }

    pub(crate) fn step(_: &Step) -> Silence {
        Silence
    }

    pub(crate) fn event(_: &Event<'_>) {}
}

pub(crate) use emit::{event, run, step};
