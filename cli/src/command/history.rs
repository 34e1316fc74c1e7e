//! `history`.

use clap::Args;
use migratory_core::MigrationSet;
use migratory_runtime::Runner;
use migratory_runtime::rusqlite::{self, Connection};
use serde::Serialize;

use crate::context::Context;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::say;
use crate::project::Project;
use crate::table::Table;

/// Show which migrations were applied, and when
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory history --database app.db")]
pub(crate) struct History {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A row of the history.
#[derive(Debug, Serialize)]
struct Entry {
    version: i64,
    name: String,
    /// In UTC.
    applied_at: String,
    duration_ms: i64,
    state: String,
    reversible: bool,
    checksum: String,
    remark: Option<String>,
}

impl History {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        // A database has a history even without a package.
        let project = Project::find(context).ok();
        let path = database::path(context, project.as_ref())?;
        let conn = database::open(&path, Access::Read)?;
        let entries = entries(&conn)?;
        if self.json {
            let text = serde_json::to_string_pretty(&entries)
                .map_err(|error| Failure::new(error.to_string()))?;
            say(format_args!("{text}"));
            return Ok(Exit::Done);
        }
        let mut table =
            Table::new(&["version", "name", "applied at (UTC)", "ms", "state", "remark"], &[0, 3]);
        for entry in entries {
            let irreversible = (!entry.reversible).then(|| "irreversible".to_owned());
            let remarks: Vec<_> = irreversible.into_iter().chain(entry.remark).collect();
            table.row([
                entry.version.to_string(),
                entry.name,
                entry.applied_at,
                entry.duration_ms.to_string(),
                entry.state,
                remarks.join("; "),
            ]);
        }
        table.lines().iter().for_each(|line| say(format_args!("{line}")));
        Ok(Exit::Done)
    }
}

fn entries(conn: &Connection) -> Result<Vec<Entry>> {
    // The status refuses a table that isn't ours: reading it could take any time and print anything.
    let none = MigrationSet::new(&[]);
    Runner::new(&none).status(conn)?;
    let exists =
        "SELECT count(*) FROM sqlite_schema WHERE name = 'migratory_history' AND type = 'table'";
    if conn.query_row(exists, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare(
        "SELECT version, name, datetime(applied_at, 'unixepoch'), duration_ms, state, down IS NOT NULL, checksum, remark \
         FROM migratory_history ORDER BY version",
    )?;
    let entry = |row: &rusqlite::Row<'_>| {
        Ok(Entry {
            version: row.get(0)?,
            name: row.get(1)?,
            applied_at: row.get(2)?,
            duration_ms: row.get(3)?,
            state: row.get(4)?,
            reversible: row.get(5)?,
            checksum: row.get(6)?,
            remark: row.get::<_, Option<String>>(7)?.map(|it| it.replace(char::is_control, " ")),
        })
    };
    Ok(statement.query_map([], entry)?.collect::<rusqlite::Result<_>>()?)
}
