//! Reports files that hold both an up and a down, written for another tool.

use crate::set::parsed::ParsedScript;
use crate::text::marks::foreign;
use crate::{Code, Diagnostic};

/// The number of files to list.
const SHOWN: usize = 3;

/// Reports files of other tools, all in one finding.
pub(crate) fn check(folder: &str, scripts: &[ParsedScript]) -> Option<Diagnostic> {
    let found = scripts.iter().filter_map(|script| {
        let sql = &script.script.as_ref()?.sql;
        Some((script, foreign(sql, script.direction)?))
    });
    let found: Vec<_> = found.collect();
    let (first, marker) = found.first()?;
    let tool = marker.tool;
    let message = match found.len() {
        1 => {
            format!("`{}` holds an up and a down, marked for {}", first.within(folder), tool.name())
        }
        many => format!("{many} files hold an up and a down each, marked for {}", tool.name()),
    };
    let mut error = Diagnostic::error(Code::OtherTool, message);
    for (script, marker) in found.iter().take(SHOWN) {
        error = error.on(&script.path, marker.start..marker.end, "the other half begins here");
    }
    let error = error.note(
        "migratory runs a file as a whole: it would apply the up, undo it at once, and record it as applied",
    );
    Some(match tool.word() {
        Some(word) => error.help(format!(
            "`cargo migratory import --from {word} {folder}` writes the folder anew, as pairs"
        )),
        None => error.help(
            "split each file in two: what follows the mark of the down goes into `<version>_<name>.down.sql`",
        ),
    })
}
