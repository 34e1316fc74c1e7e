//! Spans and events for the feature `tracing`.

#[cfg(feature = "tracing")]
mod emit {
    use tracing::{debug, info, info_span};

    use crate::observe::event::Event;
    use migratory_core::{Direction, Step};

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
    use crate::observe::event::Event;
    use migratory_core::Step;

    /// Replaces a span without that feature.
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

#[cfg(feature = "tracing")]
#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Write as _};
    use std::sync::{Arc, Mutex};

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    use crate::{Checksum, Down, Migration, MigrationSet, Mode, Runner, Script, Version};

    /// Records what it receives.
    #[derive(Clone, Default)]
    struct Recorder(Arc<Mutex<Vec<String>>>);

    impl Recorder {
        fn hear(&self, line: String) {
            self.0.lock().expect("one test").push(line);
        }
    }

    struct Fields(String);

    impl Visit for Fields {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            match field.name() {
                "duration" => {}
                "message" => write!(self.0, " {value:?}").expect("a String takes all"),
                name => write!(self.0, " {name}={value:?}").expect("a String takes all"),
            }
        }
    }

    impl Subscriber for Recorder {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, span: &Attributes<'_>) -> Id {
            let mut fields = Fields(format!("span {}", span.metadata().name()));
            span.record(&mut fields);
            self.hear(fields.0);
            Id::from_u64(1)
        }

        fn event(&self, event: &Event<'_>) {
            let mut fields = Fields("event".to_owned());
            event.record(&mut fields);
            self.hear(fields.0);
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_run_is_a_span_with_a_child_for_each_migration() {
        let (sql, version) = ("CREATE TABLE a (b); INSERT INTO a VALUES (1);", Version::new(1));
        let checksum = Checksum::of_script(sql);
        let up = Script::new("1_first.sql", sql, Mode::Transaction);
        let chain = Checksum::chained(None, version, checksum);
        let migrations = [Migration::new(version, "first", up, Down::UpOnly, checksum, chain)];
        let set = MigrationSet::new(&migrations);
        let ear = Recorder::default();
        tracing::subscriber::with_default(ear.clone(), || {
            let mut conn = rusqlite::Connection::open_in_memory().expect("a database");
            Runner::new(&set).up(&mut conn).expect("a run");
            Runner::new(&set).up(&mut conn).expect("nothing to do, and nothing to hear");
        });
        let heard = ear.0.lock().expect("one test").join("\n");
        expect_test::expect![[r#"
            span migrate
            event planned steps=1
            span migration version=1 name="first" direction="apply"
            event statement nth=1 of=2 rows=0
            event statement nth=2 of=2 rows=1
            event done
            event committed steps=1"#]]
        .assert_eq(&heard);
    }
}
