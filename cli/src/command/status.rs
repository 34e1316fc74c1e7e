//! `status`.

use clap::Args;
use migratory_runtime::{State, Status as Found};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::say;
use crate::session::Session;

/// Show which migrations are applied, pending or changed
///
/// Exit codes: 0 up to date, 4 pending, 5 drift, 6 half-way, edited or out of order, 7 newer than the migrations.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory status --database app.db")]
pub(crate) struct Status {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let session = Session::looking(context)?;
        let status = session.runner().status(&session.conn)?;
        if self.json {
            say(format_args!("{:#}", as_json(&status)));
        } else {
            say(format_args!("{status}"));
        }
        Ok(exit(&status))
    }
}

/// The exit code of the most serious state.
pub(crate) fn exit(status: &Found) -> Exit {
    let has = |state| status.migrations().iter().any(|it| it.state == state);
    if has(State::Dirty) || has(State::Changed) || has(State::OutOfOrder) {
        Exit::Dirty
    } else if has(State::Unknown) {
        Exit::Newer
    } else if status.is_drifted() {
        Exit::Drift
    } else if has(State::Pending) {
        Exit::Pending
    } else {
        Exit::Done
    }
}

fn as_json(status: &Found) -> Value {
    let migrations = status.migrations().iter().map(|it| {
        json!({
            "version": it.version.get(),
            "name": it.name,
            "state": word(it.state),
            "applied_at": it.applied_at,
            "duration_ms": it.duration.map(|it| it.as_millis()),
        })
    });
    json!({
        "current": status.current().map(migratory_runtime::Version::get),
        "pending": status.pending(),
        "drifted": status.is_drifted(),
        "migrations": migrations.collect::<Vec<_>>(),
    })
}

const fn word(state: State) -> &'static str {
    match state {
        State::Applied => "applied",
        State::Pending => "pending",
        State::OutOfOrder => "out_of_order",
        State::Changed => "changed",
        State::Unknown => "unknown",
        State::Dirty => "dirty",
        _ => "other",
    }
}
