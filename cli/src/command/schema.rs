//! `schema`.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use migratory_rehearsal::schema::{Name, Schema as Model, TableKind};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::print;
use crate::project::Project;
use crate::set::Set;

/// Print the schema that the migrations produce, as SQL
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory schema > schema.sql\n  cargo migratory schema --check schema.sql\n  cargo migratory schema --at 3"
)]
pub(crate) struct Schema {
    /// The version to print
    #[arg(long, value_name = "VERSION", default_value = "latest")]
    at: String,

    /// Compare with this file instead, and exit with 9 if it is out of date
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
}

impl Schema {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let set = Set::of(&Project::find(context)?)?;
        let text = written(&Model::read(&set.at(set.target(&self.at)?)?)?);
        let Some(file) = &self.check else {
            print(&text)?;
            return Ok(Exit::Done);
        };
        let shown = file.display();
        let found = fs::read_to_string(file).map_err(|error| {
            Failure::new(format!("{shown} can't be read")).because(error).exit(Exit::Stale)
        })?;
        if found.replace("\r\n", "\n") == text {
            return Ok(Exit::Done);
        }
        Err(Failure::new(format!("{shown} is out of date"))
            .help(format!("update it: `cargo migratory schema > {shown}`"))
            .exit(Exit::Stale))
    }
}

/// The definitions: the tables by name, then the views, each followed by its indexes and triggers.
fn written(schema: &Model) -> String {
    let tables = schema.tables.values().filter(|table| table.kind != TableKind::Shadow);
    let tables = tables.map(|table| (&table.name, &table.sql));
    let views = schema.views.values().map(|view| (&view.name, &view.sql));
    let all = tables
        .chain(views)
        .flat_map(|(name, sql)| std::iter::once(sql).chain(attached(schema, name)));
    all.map(|sql| format!("{};\n", sql.trim_end())).collect::<Vec<_>>().join("\n")
}

fn attached<'a>(schema: &'a Model, name: &'a Name) -> impl Iterator<Item = &'a String> {
    let indexes = schema.indexes.values().filter(move |it| it.table == *name).map(|it| &it.sql);
    let triggers = schema.triggers.values().filter(move |it| it.table == *name).map(|it| &it.sql);
    indexes.chain(triggers)
}
