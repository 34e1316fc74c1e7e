//! `schema` and `diff`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use migratory_analysis::schema::{Schema as Model, TableKind};
use migratory_runtime::Drift;
use migratory_runtime::rusqlite::Connection;

use crate::context::Context;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{DONE, ERROR, WARN, say};
use crate::project::Project;
use crate::set::Set;

/// Prints the schema that the migrations make, as SQL
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory schema > schema.sql\n  cargo migratory schema --check schema.sql\n  cargo migratory schema --at 3"
)]
pub(crate) struct Schema {
    /// The version after which; the newest unless given.
    #[arg(long, value_name = "VERSION", default_value = "latest")]
    at: String,

    /// Compares it with this file instead, and exits with 9 if that one is stale.
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

impl Schema {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let set = Set::of(&Project::find(context)?)?;
        let text = written(&Model::read(&set.at(set.target(&self.at)?)?)?);
        let Some(file) = &self.check else {
            anstream::print!("{text}");
            return Ok(Exit::Done);
        };
        let shown = file.display();
        let found = fs::read_to_string(file).map_err(|error| {
            Failure::new(format!("{shown} can't be read")).because(error).exit(Exit::Stale)
        })?;
        if found.replace("\r\n", "\n") == text {
            return Ok(Exit::Done);
        }
        Err(Failure::new(format!("{shown} is not the schema that the migrations make"))
            .help(format!("write it anew: `cargo migratory schema > {shown}`"))
            .exit(Exit::Stale))
    }
}

/// The definitions, tables by name, each followed by what hangs on it; views after them.
fn written(schema: &Model) -> String {
    let mut parts = Vec::new();
    let hanging = |table: &migratory_analysis::schema::Name, parts: &mut Vec<String>| {
        parts.extend(
            schema.indexes.values().filter(|it| it.table == *table).map(|it| it.sql.clone()),
        );
        parts.extend(
            schema.triggers.values().filter(|it| it.table == *table).map(|it| it.sql.clone()),
        );
    };
    for table in schema.tables.values().filter(|table| table.kind != TableKind::Shadow) {
        parts.push(table.sql.clone());
        hanging(&table.name, &mut parts);
    }
    for view in schema.views.values() {
        parts.push(view.sql.clone());
        hanging(&view.name, &mut parts);
    }
    parts.iter().map(|sql| format!("{};\n", sql.trim_end())).collect::<Vec<_>>().join("\n")
}

/// Shows what changed between two versions, or a version and a database
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory diff 3 latest\n  cargo migratory diff latest app.db"
)]
pub(crate) struct Diff {
    /// A version, `latest`, `empty`, or the path of a database.
    a: String,

    /// Likewise.
    b: String,
}

impl Diff {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let set = Set::of(&Project::find(context)?)?;
        let drift = Drift::of(&side(&set, &self.a)?, &side(&set, &self.b)?)?;
        for difference in drift.differences() {
            let (style, verb) = match difference {
                it if it.is_missing() => (ERROR, "removed"),
                it if it.is_added() => (DONE, "added"),
                _ => (WARN, "changed"),
            };
            say(format_args!("{style}{verb}{style:#} {} {}", difference.object, difference.name));
            for line in difference.lines() {
                let style = match line.as_bytes().first() {
                    Some(b'-') => ERROR,
                    Some(b'+') => DONE,
                    _ => anstyle::Style::new(),
                };
                say(format_args!("    {style}{line}{style:#}"));
            }
        }
        if drift.is_empty() {
            say(format_args!("no difference"));
        }
        Ok(Exit::Done)
    }
}

fn side(set: &Set, text: &str) -> Result<Connection> {
    match set.target(text) {
        Ok(target) => set.at(target),
        Err(_) if Path::new(text).is_file() => database::open(Path::new(text), Access::Read),
        Err(failure) => {
            Err(failure.help("a side is a version, `latest`, `empty`, or the path of a database"))
        }
    }
}
