//! The rules for scripts, one in each file.
//!
//! A rule is a [`ScriptRule`], whose function finds faults in [`Facts`]: what each statement does,
//! and the schema before and after. Of SQL it reads no more than tokens.

mod affected_views;
mod always;
mod broken;
mod copy;
mod delete_all;
mod drop_column;
mod drop_table;
mod foreign_key_target;
mod foreign_keys_left_off;
mod handed_on;
#[cfg(test)]
pub(crate) mod harness;
mod high_water;
mod if_exists;
mod ignored;
mod lineage;
mod lossy_rebuild;
mod name_held;
mod other_database;
mod partial_copy;
mod phrase;
mod positional_copy;
mod preserved_data;
mod rebuild_losses;
mod rename_first;
mod renamed_columns;
mod replace_parent;
mod reserved_name;
mod returns_rows;
mod schema_pragma;
mod script_rule;
mod side_effects;
mod unknown_pragma;
mod unmatched_update;
mod update;
mod update_conflict;
mod values_written;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use migratory_core::sql::lexer::{self, Token};

use self::script_rule::{ScriptRule, Scripts};
use crate::act::Statement;
use crate::schema::{self, Name, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::Diagnostic;
use migratory_analysis::{DirectiveKind, Rule};

pub(crate) use broken::broken;
pub(crate) use copy::Copy;
pub(crate) use handed_on::{Handed, Taker, handed_on};
pub(crate) use phrase::{mentions, names, top_level};
pub(crate) use preserved_data::keeps_rows;
pub(crate) use renamed_columns::{RenamedColumn, renamed_columns};
pub(crate) use update::{Set, Update};

/// How many of several places or names a finding shows.
const SHOWN: usize = 4;

/// What a rule knows about a script.
pub(crate) struct Facts<'a> {
    pub(crate) script: &'a CheckedScript,
    /// Whether the script is an up.
    pub(crate) is_up: bool,
    /// Whether the rehearsal checks on rows that a down brings back what the script takes.
    pub(crate) is_returned: bool,
    /// The statements that SQLite prepared, the last of which may have failed.
    pub(crate) statements: &'a [Statement],
    /// The schema before each statement, and after the last that succeeded: one more than
    /// statements, unless the last one failed.
    pub(crate) schemas: &'a [Arc<Schema>],
    /// The views and triggers that compiled before the script and do not compile after it, each
    /// with SQLite's message.
    pub(crate) broken: &'a [(Name, String)],
}

impl<'a> Facts<'a> {
    /// The schema before the script.
    pub(crate) fn before(&self) -> &'a Schema {
        &self.schemas[0]
    }

    /// The schema after the script, or after its last successful statement.
    pub(crate) fn after(&self) -> &'a Schema {
        &self.schemas[self.schemas.len() - 1]
    }

    /// Whether all statements succeeded, so that the last schema is the one that the script makes.
    pub(crate) fn is_complete(&self) -> bool {
        self.schemas.len() > self.statements.len()
    }

    /// The statements that succeeded, with their indexes.
    ///
    /// A finding about a failed statement would hide why it failed.
    pub(crate) fn done(&self) -> impl DoubleEndedIterator<Item = (usize, &'a Statement)> + 'a {
        let count = self.statements.len().min(self.schemas.len().saturating_sub(1));
        self.statements[..count].iter().enumerate()
    }

    /// Returns the text of a statement.
    pub(crate) fn text(&self, statement: &Statement) -> &'a str {
        self.slice(&statement.range)
    }

    /// Returns a part of the script.
    pub(crate) fn slice(&self, range: &Range<usize>) -> &'a str {
        self.script.sql.get(range.clone()).unwrap_or_default()
    }

    /// Returns all statements of the script with their texts, whether they were reached or not.
    pub(crate) fn written(&self) -> impl Iterator<Item = (&'a Range<usize>, &'a str)> + use<'a> {
        let script = self.script;
        let text = |range: &'a Range<usize>| script.sql.get(range.clone()).unwrap_or_default();
        script.statements.iter().map(move |range| (range, text(range)))
    }

    /// Whether the file allows what this rule refuses.
    pub(crate) fn allows(&self, rule: Rule) -> bool {
        let allowed = DirectiveKind::Allow(rule);
        self.script.directives.iter().any(|directive| directive.kind == allowed)
    }
}

/// Returns the columns that the script leaves out of rebuilt tables, each with its table's name
/// before the script.
pub(crate) fn left_out_columns(facts: &Facts<'_>) -> BTreeSet<(Name, Name)> {
    drop_column::left_out_columns(facts)
}

/// The rules, in the order of their findings.
const RULES: [ScriptRule; 23] = [
    lossy_rebuild::RULE,
    high_water::RULE,
    rename_first::RULE,
    positional_copy::RULE,
    drop_table::RULE,
    drop_column::RULE,
    delete_all::RULE,
    if_exists::RULE,
    ignored::RULE,
    replace_parent::RULE,
    broken::RULE,
    foreign_key_target::RULE,
    foreign_keys_left_off::RULE,
    reserved_name::RULE,
    other_database::RULE,
    schema_pragma::RULE,
    returns_rows::RULE,
    name_held::RULE,
    unknown_pragma::RULE,
    unmatched_update::RULE,
    update_conflict::RULE,
    partial_copy::RULE,
    side_effects::RULE,
];

/// Returns the findings of all rules about a script.
pub(crate) fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    RULES.iter().flat_map(|rule| rule.findings(facts)).collect()
}

/// Returns the range in the script of a token in a statement that begins at `start`.
fn place(start: usize, token: &Token<'_>) -> Range<usize> {
    start + token.start..start + token.end()
}

/// Writes names in backticks.
fn ticked<'a>(names: impl IntoIterator<Item = &'a Name>) -> Vec<String> {
    names.into_iter().map(|name| format!("`{name}`")).collect()
}

/// Writes names as a list for parentheses in SQL.
fn columns<'a>(names: impl IntoIterator<Item = &'a Name>) -> String {
    names.into_iter().map(Name::written).collect::<Vec<_>>().join(", ")
}

/// Returns this name, or a similar one that no object has before or after the script.
fn fresh(facts: &Facts<'_>, name: &str) -> Name {
    schema::fresh(name, |name| facts.schemas.iter().any(|schema| schema.is_taken(name)))
}

/// Writes a definition on one line, with each run of blanks and comments as one space.
fn one_line(sql: &str) -> String {
    let mut line = String::new();
    for token in lexer::tokens(sql) {
        match (token.is_blank(), line.ends_with(' ')) {
            (true, false) => line.push(' '),
            (true, true) => {}
            (false, _) => line.push_str(token.text),
        }
    }
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use migratory_analysis::Code;

    /// What `allow(..)` lets pass and no rule finds: the rehearsal sees it on rows.
    const ON_ROWS: [Rule; 1] = [Rule::ValuesMove];
    /// The codes about statements that something other than a rule finds.
    const ELSEWHERE: [Code; 1] = [Code::QuotedText];
    /// The codes about rows that a rule finds in the text.
    const OF_ROWS: [Code; 1] = [Code::RowsVanish];

    #[test]
    fn every_exception_suspends_a_rule_or_a_check_of_rows() {
        for exception in Rule::ALL {
            let is_of_rule = RULES.iter().any(|rule| rule.allow == Some(*exception));
            assert_ne!(is_of_rule, ON_ROWS.contains(exception), "{exception:?}");
        }
    }

    #[test]
    fn every_code_about_statements_has_one_rule() {
        let is_of_statements = |code: &&Code| code.number().starts_with("M06");
        let expected: BTreeSet<_> =
            Code::ALL.iter().filter(is_of_statements).chain(&OF_ROWS).collect();
        let codes: Vec<_> = RULES.iter().map(|rule| &rule.code).chain(&ELSEWHERE).collect();
        assert_eq!(codes.len(), expected.len(), "two rules have one code");
        assert_eq!(codes.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}
