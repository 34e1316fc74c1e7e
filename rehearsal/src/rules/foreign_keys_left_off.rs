//! Reports foreign keys that a file turns off and not on again.

use super::phrase::Pragma;
use super::{Facts, ScriptRule, Scripts};
use migratory_analysis::{Code, Diagnostic, Severity};

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::ForeignKeysLeftOff, allow: None, scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut off = None;
    for (range, text) in facts.written() {
        match Pragma::parse(text).filter(|pragma| pragma.name == "foreign_keys") {
            Some(pragma) if pragma.boolean() == Some(false) => off = off.or(Some(range)),
            Some(pragma) if pragma.boolean() == Some(true) => off = None,
            _ => {}
        }
    }
    off.map(|range| finding(facts, range.clone())).into_iter().collect()
}

fn finding(facts: &Facts<'_>, range: std::ops::Range<usize>) -> Diagnostic {
    let message = "the file turns foreign keys off, and not on again";
    let mut finding = RULE
        .error(facts, [], message, range)
        .note("the runner restores what was before; a person who runs the file by hand goes on without")
        .help("write `PRAGMA foreign_keys = ON;` at the end of the file");
    // A run loses nothing by it, since the runner restores the setting.
    finding.severity = Severity::Warning;
    finding
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint_errors, lint_ok};
    use migratory_analysis::Code;

    #[test]
    fn foreign_keys_that_stay_off_are_reported() {
        for up in [
            "PRAGMA foreign_keys = OFF; CREATE TABLE a (b);",
            "pragma main.foreign_keys(0)",
            "PRAGMA foreign_keys = OFF; PRAGMA foreign_keys = ON; PRAGMA foreign_keys = no;",
            "PRAGMA foreign_keys = OFF; PRAGMA foreign_key_check;",
            "-- migratory: no-transaction\nPRAGMA foreign_keys = false;",
        ] {
            lint_errors("", up, &[Code::ForeignKeysLeftOff]);
        }
    }

    #[test]
    fn foreign_keys_that_are_turned_on_again_are_not_reported() {
        for up in [
            "PRAGMA foreign_keys = OFF; CREATE TABLE a (b); PRAGMA foreign_keys = ON;",
            "PRAGMA foreign_keys = 0; PRAGMA foreign_keys = 'yes';",
            "PRAGMA defer_foreign_keys = OFF;",
            "CREATE TABLE a (b); -- PRAGMA foreign_keys = OFF",
        ] {
            lint_ok("", up);
        }
    }
}
