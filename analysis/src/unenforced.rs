//! Recognises sets that run only while SQLite does not enforce foreign keys.

use crate::checked::Checked;
use crate::{Code, Diagnostic, Findings, Options, Rehearsal, rehearsal};

/// Rehearses a set. If an up fails on a foreign key, rehearses again with foreign keys off: many programs never
/// enforce them, and have sets that run only then.
pub(crate) fn rehearse(checked: &Checked, options: &Options, findings: &mut Findings) -> Rehearsal {
    let mut found = Findings::new(checked.folder());
    let rehearsal = rehearsal::rehearse(checked, options, &mut found);
    let mut all: Vec<Diagnostic> = found.iter().cloned().collect();
    if let Some(failure) = all.iter_mut().find(|it| options.foreign_keys && is_about_keys(it)) {
        let off = Options { foreign_keys: false, memo: None, ..options.clone() };
        let mut without = Findings::new(checked.folder());
        rehearsal::rehearse(checked, &off, &mut without);
        let is_stopped = |it: &Diagnostic| {
            matches!(it.code, Code::UpFails | Code::Dangles | Code::RehearsalHalted)
        };
        if !without.iter().any(is_stopped) {
            let count = checked.set().len();
            failure.notes.push(match count {
                1 => "with foreign keys off, it runs".to_owned(),
                many => format!("with foreign keys off, all {many} migrations run"),
            });
            failure.help.push(
                "if your program never enforces foreign keys, write `embed_migrations!(.., foreign_keys = off)`"
                    .to_owned(),
            );
        }
    }
    findings.take(all, &found);
    rehearsal
}

/// Whether an up fails on empty tables because foreign keys are enforced.
fn is_about_keys(found: &Diagnostic) -> bool {
    let starts = ["FOREIGN KEY constraint failed", "foreign key mismatch", "no such table: main."];
    let fails_on_key = starts.iter().any(|start| found.message.starts_with(start));
    // A row that dangles later, on populated tables, does not end the rehearsal.
    let is_end = found.notes.iter().any(|note| note.starts_with("the rehearsal ends here"));
    (found.code == Code::Dangles && is_end) || (found.code == Code::UpFails && fails_on_key)
}
