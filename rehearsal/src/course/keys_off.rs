//! Recognises sets that run only while SQLite does not enforce foreign keys.

use super::supervision;
use migratory_analysis::Checked;
use migratory_analysis::{Code, Diagnostic, Findings, Options, spelling};

/// Whether a set fails on foreign keys, and runs with foreign keys off.
pub(super) fn would_help(checked: &Checked, options: &Options, found: &[Diagnostic]) -> bool {
    // A rehearsal that was halted once would be halted again.
    let is_halted = found.iter().any(|it| it.code == Code::RehearsalHalted);
    if !options.foreign_keys || is_halted || !found.iter().any(Diagnostic::fails_on_keys) {
        return false;
    }
    // Empty tables show whether the ups run, in a fraction of the time.
    let mut off = options.clone();
    (off.foreign_keys, off.populated, off.memo) = (false, false, None);
    let mut without = Findings::new(checked.folder());
    supervision::recall_or_run(checked, &off, &mut without);
    let fails =
        |it: &Diagnostic| matches!(it.code, Code::UpFails | Code::Dangles | Code::RehearsalHalted);
    !without.iter().any(fails)
}

/// Merges the findings about foreign keys into the first one, and suggests the option that fixes
/// them all.
pub(super) fn suggested(mut found: Vec<Diagnostic>, migrations: usize) -> Vec<Diagnostic> {
    let count = found.iter().filter(|it| it.fails_on_keys()).count();
    let mut is_first = true;
    found.retain(|it| !it.fails_on_keys() || std::mem::take(&mut is_first));
    if let Some(failure) = found.iter_mut().find(|it| it.fails_on_keys()) {
        if count > 1 {
            let more = spelling::counted(count - 1, "more failure", "more failures");
            failure.notes.push(format!("the rehearsal found {more} of foreign keys"));
        }
        failure.notes.push(match migrations {
            1 => "with foreign keys off, it runs".to_owned(),
            many => format!("with foreign keys off, all {many} migrations run"),
        });
        failure.help.push(
            "if your program never enforces foreign keys, write `embed_migrations!(.., foreign_keys = off)`"
                .to_owned(),
        );
    }
    found
}
