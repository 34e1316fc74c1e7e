//! What an import would write and report.

use super::advice::advice;
use super::draft::{Left, Migration};
use super::folder::Folder;
use super::number::number;
use super::pair::{Pair, moves_inside};
use super::reading;
use super::tool::Tool;
use crate::failure::Result;

/// What an import does.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) tool: Tool,
    /// The files of each migration, and their pair.
    pub(crate) pairs: Vec<(Vec<String>, Pair)>,
    pub(crate) left: Vec<Left>,
    pub(crate) remarks: Vec<String>,
    /// Candidates for `accept_through`: for the numbers, and for the whole set.
    pub(crate) accept: Vec<i64>,
}

impl Plan {
    pub(crate) fn new(tool: Tool, folder: &Folder) -> Result<Self> {
        let mut draft = reading::read(tool, folder)?;
        for migration in &mut draft.migrations {
            if migration.down.iter().chain([&migration.up]).any(moves_inside) {
                migration.remarks.push(
                    "it ran without a transaction to turn foreign keys off; here the same pragma makes the \
                     runner turn them off, and it runs in a transaction"
                        .to_owned(),
                );
            }
        }
        let numbering = number(tool, &draft.migrations)?;
        let numbered = numbering.digits.iter().zip(&draft.migrations);
        let pairs: Vec<Pair> =
            numbered.map(|(digits, migration)| Pair::new(tool, digits, migration)).collect();
        let mut remarks = remarks(&draft.migrations);
        remarks.extend(advice(tool, &draft, &numbering, &pairs));
        let files = draft.migrations.drain(..).map(|migration| migration.files);
        Ok(Self {
            tool,
            pairs: files.zip(pairs).collect(),
            left: draft.left,
            remarks,
            accept: numbering.accept_through.into_iter().chain(numbering.last()).collect(),
        })
    }

    /// The names and texts of all files.
    pub(crate) fn files(&self) -> impl Iterator<Item = (String, &str)> {
        self.pairs.iter().flat_map(|(_, pair)| pair.files())
    }
}

/// The remarks on single migrations, each once with all its files.
fn remarks(migrations: &[Migration]) -> Vec<String> {
    let mut remarks: Vec<(&str, Vec<&str>)> = Vec::new();
    for migration in migrations {
        let file = migration.files.first().map_or("", String::as_str);
        for remark in &migration.remarks {
            match remarks.iter_mut().find(|(said, _)| said == remark) {
                Some((_, files)) => files.push(file),
                None => remarks.push((remark, vec![file])),
            }
        }
    }
    remarks.into_iter().map(|(remark, files)| format!("{}: {remark}", files.join(", "))).collect()
}
