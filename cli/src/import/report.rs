//! The report of an import.

use std::fmt::{self, Write as _};

use super::plan::Plan;
use super::target::{Judged, Target};
use crate::path::shown;
use crate::style::{DIM, DONE, WARN};

impl Plan {
    /// What becomes of each file, and the remarks.
    pub(crate) fn report(&self, target: &Target) -> String {
        let mut text = String::new();
        // Writing to a `String` can't fail.
        _ = self.write(target, &mut text);
        text
    }

    fn write(&self, target: &Target, text: &mut String) -> fmt::Result {
        let rows: Vec<_> =
            self.pairs.iter().map(|(files, pair)| (files.join(", "), pair.shown())).collect();
        let left = self.left.iter().map(|left| left.file.as_str());
        let sources = rows.iter().map(|(source, _)| source.as_str()).chain(left);
        let width = sources.map(|it| it.chars().count()).max().unwrap_or_default();
        let count = counted(rows.len(), "migration", "migrations");
        writeln!(text, "{count} of {}, for {}", self.tool.name(), shown(target.path()))?;
        for (source, pair) in &rows {
            writeln!(text, "  {source:width$}  {DIM}->{DIM:#} {pair}")?;
        }
        for left in &self.left {
            let style = if left.is_missed { WARN } else { DIM };
            writeln!(text, "  {:width$}  {style}left out{style:#}: {}", left.file, left.why)?;
        }
        for remark in &self.remarks {
            writeln!(text, "{WARN}note{WARN:#}: {remark}")?;
        }
        Ok(())
    }

    /// What was written, and its findings.
    pub(crate) fn done(&self, target: &Target, judged: &Judged) -> String {
        let place = shown(target.path());
        let files = counted(self.files().count(), "file", "files");
        let wrote = format!("{DONE}wrote{DONE:#} {files} to {place}\n");
        if judged.strict == 0 {
            return wrote + "no findings\n";
        }
        let them = if judged.strict == 1 { "it" } else { "them" };
        let strict = findings(judged.strict);
        let strict = format!("{strict}: `cargo migratory check {place}` lists {them}");
        let accepted = judged.accepting.map_or_else(String::new, |(last, count)| {
            let count = findings(count);
            format!("; {count} with `accept_through = {last}`, which accepts what has shipped")
        });
        wrote + &strict + &accepted + "\n"
    }
}

fn findings(count: usize) -> String {
    if count == 0 { "none".to_owned() } else { counted(count, "finding", "findings") }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
