//! Reads a folder as its tool does.

use std::collections::BTreeSet;

use super::draft::{Draft, Left};
use super::folder::{Folder, is_sql};
use super::tool::Tool;
use super::{dbmate, drizzle, flyway, goose, looks, prisma, refinery, sql_migrate};
use crate::failure::{Failure, Result};
use crate::path::shown;

/// Reads the folder as the tool does. If that fails and the folder looks like another tool's, the failure says so.
pub(crate) fn read(tool: Tool, folder: &Folder) -> Result<Draft> {
    let read = match tool {
        Tool::Goose => goose::read(folder),
        Tool::Dbmate => dbmate::read(folder),
        Tool::Prisma => prisma::read(folder),
        Tool::Drizzle => drizzle::read(folder),
        Tool::Refinery => refinery::read(folder),
        Tool::Flyway => flyway::read(folder),
        Tool::SqlMigrate => sql_migrate::read(folder),
    };
    let read = read.and_then(|mut draft| {
        let passed = passed_over(tool, folder, &draft);
        draft.left.extend(passed);
        if draft.migrations.is_empty() { Err(nothing(tool, folder, &draft)) } else { Ok(draft) }
    });
    read.map_err(|failure| match looks::of(folder).filter(|looks| !looks.is(tool)) {
        Some(looks) => failure.help(looks.hint()),
        None => failure,
    })
}

/// The scripts that the tool ignores, so that none is dropped silently.
fn passed_over(tool: Tool, folder: &Folder, draft: &Draft) -> Vec<Left> {
    let used = draft.migrations.iter().flat_map(|migration| &migration.files);
    let known: BTreeSet<&String> = used.chain(draft.left.iter().map(|left| &left.file)).collect();
    let others = folder.files().filter(|file| is_sql(file) && !known.contains(&(*file).to_owned()));
    let why = format!("{} does not run it", tool.name());
    others.map(|file| Left::passed(file, why.clone())).collect()
}

fn nothing(tool: Tool, folder: &Folder, draft: &Draft) -> Failure {
    let place = shown(&folder.path);
    let failure = Failure::new(format!("{place} has no migrations of {}", tool.name()));
    if folder.is_empty() {
        return failure.because("the folder is empty");
    }
    let left: Vec<_> =
        draft.left.iter().map(|left| format!("{}: {}", left.file, left.why)).collect();
    if left.is_empty() { failure } else { failure.because(left.join("\n")) }
}
