//! Recognizes the tool of a folder.

use super::folder::{Folder, is_sql, last};
use super::tool::Tool;

/// What a folder looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Looks {
    Like(Tool),
    /// Like refinery's or Flyway's, whose names look the same.
    Prefixed,
    /// Like pairs, which need no import.
    Pairs,
}

impl Looks {
    pub(crate) fn is(self, tool: Tool) -> bool {
        let is_prefixed = matches!(tool, Tool::Refinery | Tool::Flyway);
        self == Self::Like(tool) || (self == Self::Prefixed && is_prefixed)
    }

    pub(crate) fn hint(self) -> String {
        match self {
            Self::Like(tool) => {
                format!("the folder looks like {}'s: try `--from {}`", tool.name(), tool.word())
            }
            Self::Prefixed => {
                "the folder looks like refinery's or Flyway's: try `--from refinery`, or \
                 `--from flyway`"
                    .to_owned()
            }
            Self::Pairs => "the folder has pairs already, which need no import: try \
                            `cargo migratory check <folder>`"
                .to_owned(),
        }
    }
}

/// Recognizes the tool by the names, or by the first script with a tool's marker.
pub(crate) fn of(folder: &Folder) -> Option<Looks> {
    let ends = |ending: &str| folder.files().any(|file| file.ends_with(ending));
    if folder.has("meta/_journal.json") {
        return Some(Looks::Like(Tool::Drizzle));
    }
    if ends("/migration.sql") {
        let tool = if ends("/snapshot.json") { Tool::Drizzle } else { Tool::Prisma };
        return Some(Looks::Like(tool));
    }
    if ends(".up.sql") || ends("/up.sql") {
        return Some(Looks::Pairs);
    }
    prefixed(folder).or_else(|| marked(folder))
}

fn prefixed(folder: &Folder) -> Option<Looks> {
    let mut files = folder.files().map(last).filter(|file| {
        let version = file.get(1..).unwrap_or_default();
        file.starts_with(['V', 'U'])
            && version.starts_with(|first: char| first.is_ascii_digit())
            && version.contains("__")
    });
    let is_dotted = |file: &str| file.split_once("__").is_some_and(|it| it.0.contains(['.', '_']));
    let first = files.next()?;
    let has = |start: &str| folder.files().any(|file| last(file).starts_with(start));
    if is_dotted(first) || files.any(is_dotted) || has("R__") {
        return Some(Looks::Like(Tool::Flyway));
    }
    Some(Looks::Prefixed)
}

fn marked(folder: &Folder) -> Option<Looks> {
    folder.files().filter(|file| is_sql(file)).find_map(|file| {
        let text = folder.text(file).ok()?;
        let has =
            |marker: &str| text.lines().any(|line| line.starts_with("--") && line.contains(marker));
        if has("+goose") {
            Some(Looks::Like(Tool::Goose))
        } else if has("+migrate") {
            Some(Looks::Like(Tool::SqlMigrate))
        } else if has("migrate:up") {
            Some(Looks::Like(Tool::Dbmate))
        } else {
            None
        }
    })
}
