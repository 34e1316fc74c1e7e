//! What is wrong with a script beyond the statement that it stops at.
//!
//! A statement that fails on rows is told, and then taken as its author would: the fact that it rests on is stated, or the
//! statement is left out. What only follows from that is not told.

use std::ops::Range;
use std::sync::Arc;

use migratory_core::sql::lexer;
use migratory_runtime::__private::Trouble;

use super::performed::{Performed, perform};
use super::{Fault, Halt, Outcome, Populated, Told, Trial};
use crate::course::left_out::{self, LeftOut};
use crate::course::parts::Part;
use crate::course::refine;
use crate::course::replay::Replay;
use crate::schema::Schema;
use migratory_analysis::{Assumption, CheckedScript, Code, Diagnostic};

/// How often a part is tried beyond a statement that it stops at.
const BEYOND: usize = 6;
/// How many statements may fail on empty tables since others were left out.
const FAILURES: usize = 12;

/// A statement that fails on rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    file: String,
    statement: Range<usize>,
    /// What makes it pass, if something does that can be stated.
    assumption: Option<Assumption>,
}

impl Populated<'_> {
    /// Tries a part beyond the statements that it stops at.
    pub(super) fn go_beyond(
        &mut self,
        (at, told): (usize, &Told),
        mut part: Part,
        mut stops: Vec<Stop>,
        replay: &mut Replay<'_>,
        outcome: &mut Outcome,
    ) -> Result<(), Halt> {
        let mut consequences = Consequences::default();
        for _ in 0..BEYOND {
            if stops.is_empty() {
                break;
            }
            for stop in &stops {
                part.up = consequences.beyond(&part.up, stop, &told.schema);
                part.down = part.down.map(|down| consequences.beyond(&down, stop, &told.schema));
            }
            let Some((up, down)) =
                Self::performed((at, told), &mut part, &mut consequences, replay)?
            else {
                break;
            };
            let part_told = Arc::new(told.of_part(&part, &up, down.as_ref()));
            let mut found = Outcome::default();
            stops = self.try_part(at, &part, &part_told, &mut found)?;
            for finding in found.found {
                let script = std::iter::once(&part.up).chain(&part.down);
                let mut script = script.filter(|script| script.file == finding.file());
                let follows = script.any(|script| consequences.cover(&finding, script));
                if !follows && !outcome.found.iter().any(|other| is_again(&finding, other)) {
                    outcome.found.push(finding);
                }
            }
        }
        Ok(())
    }

    /// What a part does on empty tables, without what can't run there since statements before it were left out.
    fn performed(
        (at, told): (usize, &Told),
        part: &mut Part,
        consequences: &mut Consequences,
        replay: &mut Replay<'_>,
    ) -> Result<Option<Performed>, Halt> {
        for _ in 0..FAILURES {
            let (is_up, failure) = match perform(replay, at, part)? {
                Ok(performed) => return Ok(Some(performed)),
                Err((is_up, Trouble::Statement(failure))) => (is_up, failure),
                Err((_, Trouble::Refusal(_))) => return Ok(None),
            };
            let script = if is_up { Some(&mut part.up) } else { part.down.as_mut() };
            let Some(script) = script else { return Ok(None) };
            let statement = left_out::around(script, &failure.statement);
            *script = consequences.leave_out(script, &statement, &told.schema);
        }
        Ok(None)
    }

    /// Notes that a script stops, if it does so at a statement.
    pub(super) fn stop(&mut self, trial: Trial<'_>, fault: &Fault, assumption: Option<Assumption>) {
        let script = trial.script();
        if let Some(failure) = fault.failure() {
            let statement = left_out::around(script, &failure.statement);
            self.stops.push(Stop { file: script.file.clone(), statement, assumption });
        }
    }
}

/// What follows from statements that were left out.
#[derive(Default)]
pub(super) struct Consequences {
    /// Of statements that write rows: whatever is found of their tables.
    rows: LeftOut,
    /// Of definitions: what is found of that which they would have made.
    definitions: LeftOut,
}

impl Consequences {
    /// Whether a finding of this script may follow.
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
        // Rows are the same without an index, and what can't be run without it fails on empty tables.
        if defines(text) && !is_index(text) {
            // Only what it defines is another than it should be, and not all that it names.
            self.definitions.add(text, None, &Schema::default());
        } else if !defines(text) {
            self.rows.add(text, None, schema);
        }
        left_out::without(script, [statement].into_iter())
    }

    /// The script as it goes on beyond a stop.
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
            // An index is missed by no statement; without it, other assumptions are told for themselves.
            Some(assumption) if !defines(text) => script.stating(assumption),
            _ => self.leave_out(script, &stop.statement, schema),
        }
    }
}

fn is_index(text: &str) -> bool {
    let mut tokens = lexer::meaningful(text).take(3);
    tokens.next().is_some_and(|it| it.is_word("create")) && tokens.any(|it| it.is_word("index"))
}

/// Whether a statement changes the schema alone, and copies no rows.
fn defines(text: &str) -> bool {
    let mut tokens = lexer::meaningful(text);
    let is_definition = tokens.next().is_some_and(|it| it.is_word("create") || it.is_word("alter"));
    is_definition && !tokens.any(|it| it.is_word("select"))
}

/// Whether a finding beyond a stop is one that is told already: the same words of the same statement, or the same loss.
fn is_again(one: &Diagnostic, other: &Diagnostic) -> bool {
    if one.code != other.code || one.file() != other.file() {
        return false;
    }
    // Other rows are as many, or have other numbers in them.
    let words = |it: &Diagnostic| it.message.replace(|letter: char| letter.is_ascii_digit(), "");
    let (is_alike, overlaps) = (words(one) == words(other), refine::overlap(one, other));
    match one.code {
        Code::RowsVanish | Code::ValuesMove | Code::RowsMultiply => is_alike || overlaps,
        Code::FailsOnRows | Code::Assumes => is_alike && overlaps,
        _ => is_alike,
    }
}
