//! `diff`.

use std::path::Path;

use anstyle::Style;
use clap::Args;
use migratory_runtime::Drift;
use migratory_runtime::rusqlite::Connection;

use crate::context::Context;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::say;
use crate::project::Project;
use crate::set::Set;
use crate::style::{DONE, ERROR, WARN};

/// Show the schema changes between two versions, or between a version and a database
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo migratory diff 3 latest\n  cargo migratory diff latest app.db"
)]
pub(crate) struct Diff {
    /// A version, `latest`, `empty`, or the path of a database
    a: String,

    /// The other one
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
                    _ => Style::new(),
                };
                say(format_args!("    {style}{line}{style:#}"));
            }
        }
        if drift.is_empty() {
            say(format_args!("no differences"));
        }
        Ok(Exit::Done)
    }
}

fn side(set: &Set, text: &str) -> Result<Connection> {
    match set.target(text) {
        Ok(target) => set.at(target),
        Err(_) if Path::new(text).is_file() => database::open(Path::new(text), Access::Read),
        Err(failure) => {
            Err(failure.help("pass a version, `latest`, `empty`, or the path of a database"))
        }
    }
}
