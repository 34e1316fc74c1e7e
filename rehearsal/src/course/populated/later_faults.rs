//! Looks for faults of a script beyond the statement at which it stops.
//!
//! A statement that fails on rows is reported, and then treated as its author would: the assumption
//! is stated, or the statement is left out. What only follows from that is not reported.

use std::ops::Range;
use std::sync::Arc;

use migratory_core::sql::lexer;
use migratory_runtime::__private::Trouble;

use super::part_run::{PartRun, PassedPart, perform};
use super::{EmptyRun, Fault, Halt, Outcome, Populated, ScriptOnRows};
use crate::course::findings::deduplication;
use crate::course::known::independent_parts::Part;
use crate::course::known::skipped::{self, Skipped};
use crate::schema::Schema;
use migratory_analysis::{Assumption, CheckedScript, Code, Diagnostic};

/// How often a part is tried beyond a statement at which it stops.
const BEYOND: usize = 6;
/// How many statements may fail on empty tables because others were left out.
const FAILURES: usize = 12;

/// A statement that fails on rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    file: String,
    statement: Range<usize>,
    /// The assumption that lets it pass, if there is one.
    assumption: Option<Assumption>,
}

impl Populated<'_> {
    /// Tries a part beyond the statements at which it stops, and adds what is new to `tried`.
    pub(super) fn go_beyond(
        &mut self,
        empty_run: &EmptyRun,
        mut part: Part,
        mut stops: Vec<Stop>,
        tried: &mut Outcome,
    ) -> Result<(), Halt> {
        let mut consequences = Consequences::default();
        for _ in 0..BEYOND {
            if stops.is_empty() {
                break;
            }
            for stop in &stops {
                part.up = consequences.beyond(&part.up, stop, &empty_run.schema);
                part.down =
                    part.down.map(|down| consequences.beyond(&down, stop, &empty_run.schema));
            }
            let performed = self.performed(&mut part, &mut consequences, &empty_run.schema)?;
            let Some(PassedPart { up, down }) = performed else { break };
            let part_told = Arc::new(empty_run.of_part(&part, &up, down.as_ref()));
            let mut found = Outcome::default();
            stops = self.try_part(&part, &part_told, &mut found)?;
            for finding in found.found {
                let script = std::iter::once(&part.up).chain(&part.down);
                let mut script = script.filter(|script| script.file == finding.file());
                let follows = script.any(|script| consequences.cover(&finding, script));
                if !follows && !tried.found.iter().any(|other| is_again(&finding, other)) {
                    tried.found.push(finding);
                }
            }
        }
        Ok(())
    }

    /// Runs a part on empty tables, without the statements that fail there because earlier ones
    /// were left out.
    fn performed(
        &mut self,
        part: &mut Part,
        consequences: &mut Consequences,
        schema: &Schema,
    ) -> Result<Option<PassedPart>, Halt> {
        let at = self.at();
        for _ in 0..FAILURES {
            let (script, trouble) = match perform(&mut self.replay, at, part)? {
                PartRun::Passed(performed) => return Ok(Some(*performed)),
                PartRun::UpFails(trouble) => (Some(&mut part.up), trouble),
                PartRun::DownFails(trouble) => (part.down.as_mut(), trouble),
            };
            let (Some(script), Trouble::Statement(failure)) = (script, trouble) else {
                return Ok(None);
            };
            let statement = skipped::around(script, &failure.statement);
            *script = consequences.leave_out(script, &statement, schema);
        }
        Ok(None)
    }

    /// Records where a script stopped, if it did so at a statement.
    pub(super) fn stop(
        &mut self,
        trial: ScriptOnRows<'_>,
        fault: &Fault,
        assumption: Option<Assumption>,
    ) {
        let script = trial.script();
        if let Some(failure) = fault.failure() {
            let statement = skipped::around(script, &failure.statement);
            self.stops.push(Stop { file: script.file.clone(), statement, assumption });
        }
    }
}

/// What follows from statements that were left out.
#[derive(Default)]
pub(super) struct Consequences {
    /// From statements that write rows: any finding about their tables.
    rows: Skipped,
    /// From definitions: findings about what they would have created.
    definitions: Skipped,
}

impl Consequences {
    /// Whether a finding about this script may follow.
    pub(super) fn cover(&self, finding: &Diagnostic, script: &CheckedScript) -> bool {
        self.rows.covers(finding, script) || self.definitions.covers(finding, script)
    }

    /// Leaves a statement out.
    pub(super) fn leave_out(
        &mut self,
        script: &CheckedScript,
        statement: &Range<usize>,
        schema: &Schema,
    ) -> CheckedScript {
        let text = script.sql.get(statement.clone()).unwrap_or_default();
        // Without an index the rows are the same, and a statement that needs it fails on empty
        // tables.
        if defines(text) && !is_index(text) {
            // Only what it defines is wrong, and not everything that it names.
            self.definitions.add(text, None, &Schema::default());
        } else if !defines(text) {
            self.rows.add(text, None, schema);
        }
        skipped::without(script, [statement].into_iter())
    }

    /// Returns the script as it continues beyond a stop.
    pub(super) fn beyond(
        &mut self,
        script: &CheckedScript,
        stop: &Stop,
        schema: &Schema,
    ) -> CheckedScript {
        if script.file != stop.file {
            return script.clone();
        }
        let text = script.sql.get(stop.statement.clone()).unwrap_or_default();
        match stop.assumption {
            // No statement misses an index; without it, other assumptions are reported on their
            // own.
            Some(assumption) if !defines(text) => script.stating(assumption),
            _ => self.leave_out(script, &stop.statement, schema),
        }
    }
}

fn is_index(text: &str) -> bool {
    let mut tokens = lexer::meaningful(text).take(3);
    tokens.next().is_some_and(|it| it.is_word("create")) && tokens.any(|it| it.is_word("index"))
}

/// Whether a statement only changes the schema, and copies no rows.
fn defines(text: &str) -> bool {
    let mut tokens = lexer::meaningful(text);
    let is_definition = tokens.next().is_some_and(|it| it.is_word("create") || it.is_word("alter"));
    is_definition && !tokens.any(|it| it.is_word("select"))
}

/// Whether a finding beyond a stop repeats an earlier one: the same failure of the same statement, or
/// the same loss.
fn is_again(one: &Diagnostic, other: &Diagnostic) -> bool {
    if one.code != other.code || one.file() != other.file() {
        return false;
    }
    let (is_same, overlaps) =
        (deduplication::is_same_fact(one, other), deduplication::overlap(one, other));
    match one.code {
        Code::RowsVanish | Code::ValuesMove | Code::RowsMultiply => is_same || overlaps,
        Code::FailsOnRows | Code::Assumes => is_same && overlaps,
        _ => is_same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Name;
    use migratory_analysis::Subject;

    #[test]
    fn what_is_told_already_is_told_from_what_is_new() {
        let finding = |code, table: &str, message: &str, range| {
            let subject = (!table.is_empty()).then(|| Subject::Table(Name::from(table)));
            Diagnostic::about(code, subject, message).on("1_a.up.sql", range, "")
        };
        let (same, beside, apart) = (0..9, 5..12, 9..12);
        for (code, table, message, range, expected) in [
            (Code::RowsVanish, "a1", "3 of 4 rows vanish", &apart, true),
            (Code::RowsVanish, "a2", "rows vanish", &beside, true),
            (Code::RowsVanish, "a2", "rows vanish", &apart, false),
            (Code::FailsOnRows, "", "rows vanish", &beside, true),
            (Code::FailsOnRows, "", "rows vanish", &apart, false),
            (Code::FailsOnRows, "", "it fails", &beside, false),
            (Code::Dangles, "a1", "3 of 4 rows vanish", &apart, true),
            (Code::Dangles, "a2", "rows vanish", &beside, false),
            (Code::Damaged, "", "rows vanish", &apart, true),
        ] {
            let first = if table.is_empty() { "" } else { "a1" };
            let first = finding(code, first, "rows vanish", same.clone());
            let second = finding(code, table, message, range.clone());
            assert_eq!(is_again(&first, &second), expected, "{code:?} {table} {message} {range:?}");
        }
        let one = finding(Code::RowsVanish, "a", "rows", same.clone());
        assert!(!is_again(&one, &finding(Code::ValuesMove, "a", "rows", same.clone())));
        let subject = [Subject::Table(Name::from("a"))];
        let elsewhere = Diagnostic::about(Code::RowsVanish, subject, "rows");
        assert!(!is_again(&one, &elsewhere.on("2_b.up.sql", same, "")));
    }
}
