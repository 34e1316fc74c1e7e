//! `plan`.

use clap::Args;
use migratory_core::{Down, Mode};
use migratory_runtime::rusqlite::Connection;
use migratory_runtime::{Direction, Goal, Plan as Planned, Step};
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::say;
use crate::session::Session;
use crate::set::Set;
use crate::style::DIM;

/// Show what `up`, `to`, `down` or `redo` would do
///
/// The exit code is 4 if there is anything to do.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory plan\n  cargo migratory plan --to 7 --sql\n  cargo migratory plan --down 2"
)]
pub(crate) struct Plan {
    /// The target: a version, `latest`, or `empty`
    #[arg(long, value_name = "VERSION", default_value = "latest")]
    to: String,

    /// Roll back this many migrations, the newest first
    #[arg(long, value_name = "COUNT", conflicts_with = "to")]
    down: Option<usize>,

    /// Roll back the newest migration and apply it again
    #[arg(long, conflicts_with_all = ["to", "down"])]
    redo: bool,

    /// Print the scripts
    #[arg(long)]
    sql: bool,

    /// Print JSON
    #[arg(long, conflicts_with = "sql")]
    json: bool,
}

impl Plan {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let session = Session::looking(context)?;
        let plan = session.runner().plan(&session.conn, self.goal(&session.set)?)?;
        if self.json {
            say(format_args!("{:#}", as_json(&plan)));
        } else if !self.sql {
            say(format_args!("{plan}"));
        }
        for step in plan.steps().iter().filter(|_| self.sql) {
            say(format_args!("{DIM}-- {}{DIM:#}", step.file));
            say(format_args!("{}\n", script(&session.set, &session.conn, step)?.trim()));
        }
        Ok(if plan.is_empty() { Exit::Done } else { Exit::Pending })
    }
}

impl Plan {
    fn goal(&self, set: &Set) -> Result<Goal> {
        Ok(match self.down {
            Some(count) => Goal::Down(count),
            None if self.redo => Goal::Redo,
            None => set.target(&self.to)?.into(),
        })
    }
}

fn as_json(plan: &Planned) -> Value {
    let step = |step: &Step| {
        let direction = match step.direction {
            Direction::Up => "up",
            Direction::Down => "down",
        };
        let mode = match step.mode {
            Mode::Transaction => "transaction",
            Mode::ForeignKeysOff => "foreign_keys_off",
            Mode::NoTransaction => "no_transaction",
        };
        json!({
            "direction": direction,
            "version": step.version.get(),
            "name": step.name,
            "file": step.file,
            "mode": mode,
            "code": step.has_code,
            "stored": step.is_stored,
        })
    };
    json!({ "steps": plan.steps().iter().map(step).collect::<Vec<_>>() })
}

/// Returns the script that a step runs.
fn script(set: &Set, conn: &Connection, step: &Step) -> Result<String> {
    if step.is_stored {
        let sql = "SELECT down FROM migratory_history WHERE version = ?1";
        return Ok(conn.query_row(sql, [step.version.get()], |row| row.get(0))?);
    }
    let migration = set.migrations().get(step.version);
    let text = match (step.direction, migration.map(migratory_runtime::Migration::down)) {
        (Direction::Down, Some(Down::Script(down))) => down.sql(),
        (Direction::Up, _) => migration.map(|it| it.up().sql()).unwrap_or_default(),
        (Direction::Down, _) => "",
    };
    Ok(text.to_owned())
}
