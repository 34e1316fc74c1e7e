//! Reports statements that attach, detach or write another database.

use super::{Facts, ScriptRule, Scripts, phrase};
use migratory_analysis::{Code, Diagnostic};

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::OtherDatabase, allow: None, scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let finding = |(range, text): (&std::ops::Range<usize>, &str)| {
        let (word, help) = refused(text)?;
        let message = format!("a migration can't contain `{word}`");
        Some(
            RULE
                .error(facts, [], message, range.clone())
                .note(
                    "a migration is about one database: what happens to another file is neither undone \
                     with it nor recorded in its history",
                )
                .help(help),
        )
    };
    facts.written().filter_map(finding).collect()
}

/// Returns why the statement is refused, and what to do instead.
fn refused(statement: &str) -> Option<(&'static str, &'static str)> {
    let mut tokens = phrase::meaningful(statement);
    let first = tokens.next()?;
    if first.is_word("attach") || first.is_word("detach") {
        let word = if first.is_word("attach") { "ATTACH" } else { "DETACH" };
        return Some((word, "let the application attach it, and copy what it needs"));
    }
    let is_copy = first.is_word("vacuum") && tokens.any(|token| token.is_word("into"));
    is_copy.then_some(("VACUUM INTO", "make the copy in the program, before it calls the runner"))
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint_errors, lint_ok};
    use migratory_analysis::Code;

    #[test]
    fn another_database_is_reported() {
        for up in [
            "ATTACH 'other.db' AS other;",
            "attach database ':memory:' as [o]",
            "DETACH DATABASE other;",
            "VACUUM INTO 'copy.db';",
        ] {
            lint_errors("", up, &[Code::OtherDatabase]);
            let alone = format!("-- migratory: no-transaction\nCREATE TABLE a (b); {up}");
            // The sandbox does not allow another file to be written.
            if !up.starts_with("VACUUM") {
                lint_errors("", &alone, &[Code::OtherDatabase]);
            }
        }
    }

    #[test]
    fn the_words_in_another_place_are_not_reported() {
        lint_ok("", "CREATE TABLE attach (detach); INSERT INTO attach VALUES ('ATTACH');");
    }
}
