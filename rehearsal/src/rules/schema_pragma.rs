//! Reports writes to the schema that bypass SQLite's own statements.

use super::phrase::Pragma;
use super::{Facts, ScriptRule, Scripts};
use migratory_analysis::{Code, Diagnostic};

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::SchemaPragma, allow: None, scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let finding = |(range, text): (&std::ops::Range<usize>, &str)| {
        let pragma = Pragma::parse(text).filter(|pragma| pragma.value.is_some())?;
        let (note, help) = match pragma.name.as_str() {
            "writable_schema" => (
                "SQLite does not check writes to `sqlite_schema`: one mistake makes the \
                 database unreadable",
                "rebuild the table: create the new one, copy the rows, drop the old one, rename the \
                 new one",
            ),
            "schema_version" => (
                "SQLite counts the changes of the schema there, and other connections rely on it: a \
                 number that is set by hand lets them use an outdated schema",
                "delete it; for a number of your own, use `PRAGMA user_version`",
            ),
            _ => return None,
        };
        let message = format!("a migration may not set `PRAGMA {}`", pragma.name);
        Some(RULE.error(facts, [], message, range.clone()).note(note).help(help))
    };
    facts.written().filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint_errors, lint_ok};
    use migratory_analysis::Code;

    #[test]
    fn a_schema_that_is_written_by_hand_is_reported() {
        for up in [
            "PRAGMA writable_schema = ON;",
            "pragma main.writable_schema(1)",
            "PRAGMA schema_version = 7;",
            "-- migratory: no-transaction\nPRAGMA Writable_Schema = RESET;",
        ] {
            lint_errors("", up, &[Code::SchemaPragma]);
        }
    }

    #[test]
    fn reading_and_application_numbers_are_not_reported() {
        for up in ["PRAGMA user_version = 7;", "PRAGMA application_id = 5;"] {
            lint_ok("", up);
        }
    }
}
