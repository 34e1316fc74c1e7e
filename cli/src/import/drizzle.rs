//! Drizzle: `0000_name.sql` in the order of `meta/_journal.json`; from its version 1 on, a folder for each migration.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Kind};
use serde::Deserialize;

use super::draft::{Draft, Left, Script};
use super::folder::{Folder, is_sql};
use super::prisma::{alone, folders};
use super::text;
use crate::failure::{Failure, Result};

const JOURNAL: &str = "meta/_journal.json";
const BREAKPOINT: &str = "--> statement-breakpoint";

/// The parts of the journal that are needed here.
#[derive(Deserialize)]
struct Journal {
    #[serde(default)]
    dialect: Option<String>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    tag: String,
}

pub(crate) fn read(folder: &Folder) -> Result<Draft> {
    let mut draft = if folder.has(JOURNAL) {
        journalled(folder)?
    } else {
        let draft = folders(folder, false)?;
        if draft.migrations.is_empty() && !folder.is_empty() {
            return Err(Failure::new(format!("no file {JOURNAL}"))
                .because("it lists the migrations and their order"));
        }
        draft
    };
    for migration in &mut draft.migrations {
        migration.up.text = without_breakpoints(&migration.up.text);
        if !text::has_statement(&migration.up.text) {
            migration.remarks.push(
                "it has no statements; if it is Drizzle's commented-out snapshot of the database, \
                 uncomment it, so that an empty database gets it too"
                    .to_owned(),
            );
        }
    }
    Ok(draft)
}

fn journalled(folder: &Folder) -> Result<Draft> {
    let journal: Journal = serde_json::from_str(&folder.text(JOURNAL)?)
        .map_err(|error| Failure::new(format!("can't read {JOURNAL}")).because(error))?;
    if let Some(other) = journal.dialect.filter(|it| !matches!(it.as_str(), "sqlite" | "turso")) {
        return Err(Failure::new(format!("the migrations are for {other}"))
            .because(format!("{JOURNAL} says `\"dialect\": \"{other}\"`")));
    }
    let mut draft = Draft::default();
    let mut seen = BTreeSet::new();
    for Entry { tag } in journal.entries {
        let file = format!("{tag}.sql");
        if !folder.has(&file) {
            return Err(
                Failure::new(format!("no file {file}")).because(format!("{JOURNAL} lists it"))
            );
        }
        if !seen.insert(file.clone()) {
            return Err(Failure::new(format!("{JOURNAL} lists {file} twice")));
        }
        draft.migrations.push(alone(&tag, file.clone(), Script::new(folder.text(&file)?)));
    }
    for file in folder.top().filter(|file| is_sql(file) && !seen.contains(*file)) {
        draft.left.push(Left::passed(file, format!("not in {JOURNAL}: Drizzle doesn't run it")));
    }
    Ok(draft)
}

/// Removes the breakpoints, and adds semicolons where only a breakpoint ended a statement.
fn without_breakpoints(sql: &str) -> String {
    let mut text = String::new();
    let mut copied = 0;
    let marks = lexer::tokens(sql)
        .filter(|token| token.kind == Kind::LineComment && token.text.starts_with(BREAKPOINT));
    for mark in marks {
        let statement = &sql[copied..mark.start];
        let end = text::open_end(statement).filter(|_| text::has_statement(statement));
        let (before, after) = statement.split_at(end.unwrap_or(statement.len()));
        text.push_str(before);
        if end.is_some() {
            text.push(';');
        }
        text.push_str(after);
        copied = mark.start + BREAKPOINT.len();
        // A breakpoint on its own line is removed with the line.
        let rest = &sql[copied..];
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        if line.trim().is_empty() && (text.is_empty() || text.ends_with('\n')) {
            copied += line.len();
        }
    }
    text.push_str(&sql[copied..]);
    text
}

#[cfg(test)]
mod tests {
    use super::without_breakpoints;

    #[test]
    fn breakpoints_go_and_statements_stay_apart() {
        for (sql, expected) in [
            ("A;--> statement-breakpoint\nB;\n", "A;\nB;\n"),
            ("A;\r\n--> statement-breakpoint\r\nB;", "A;\r\nB;"),
            ("A\n--> statement-breakpoint\nB", "A;\nB"),
            ("A -- b\n--> statement-breakpoint C", "A; -- b\n C"),
            ("--> statement-breakpoint\nA;", "A;"),
            ("A;\n\n--> statement-breakpoint\n\nB;", "A;\n\n\nB;"),
            ("/* A;--> statement-breakpoint\nB; */", "/* A;--> statement-breakpoint\nB; */"),
            ("SELECT '--> statement-breakpoint'", "SELECT '--> statement-breakpoint'"),
        ] {
            assert_eq!(without_breakpoints(sql), expected, "{sql:?}");
        }
    }
}
