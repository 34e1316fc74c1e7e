//! Runs the set on empty tables: every up, every down, and the rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_runtime::__private::message;
use migratory_runtime::Checksum;

use self::attempt::Ran;
use super::findings::{halted, messages, quoted_texts};
use super::known::empty_run::EmptyRun;
use super::known::skipped::Skipped;
use super::replay::Replay;
use crate::act::ActKind;
use crate::memo::Outcome;
use crate::rules::{self, Facts};
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::sandbox::{Performance, Sandbox};
use crate::schema::{Name, Reader, Schema};
use crate::script::intent::Intent;
use crate::script::rowids::{Done, Rowids};
use crate::script::succession::Succession;
use crate::script::writes::writes;
use migratory_analysis::CheckedScript;
use migratory_analysis::Diagnostic;

mod attempt;
mod down;
mod part;
mod saved_empty;
mod vacuum;

/// A database whose tables hold only what the migrations themselves insert.
pub(crate) struct Empty<'a> {
    context: Context<'a>,
    sandbox: Sandbox,
    replay: Replay<'a>,
    schema: Arc<Schema>,
    fingerprint: Checksum,
    /// The tables whose rowids are stored elsewhere.
    rowids: Rowids,
    /// Views and triggers found to be broken; each is reported once.
    broken: BTreeSet<Name>,
    /// The statements left out because they fail.
    skipped: Arc<Skipped>,
}

impl<'a> Empty<'a> {
    pub(crate) fn new(context: Context<'a>, skipped: Skipped) -> Result<Self, Halt> {
        let sandbox = Sandbox::new(context)?;
        let fingerprint = sandbox.fingerprint();
        let replay = Replay::new(context, false);
        let (schema, rowids, broken) = <(Arc<Schema>, Rowids, BTreeSet<Name>)>::default();
        let skipped = Arc::new(skipped);
        Ok(Self { context, sandbox, replay, schema, fingerprint, rowids, broken, skipped })
    }

    /// The number of migrations.
    pub(crate) fn len(&self) -> usize {
        self.context.set.len()
    }

    /// Applies the migration at `at`; if it is judged, reverts it and applies it again.
    pub(crate) fn migrate(&mut self, at: usize, outcome: &mut Outcome) -> Result<EmptyRun, Halt> {
        let is_judged = self.context.is_judged(at);
        let migration = &self.context.set[at];
        let before = Arc::clone(&self.schema);
        let mut empty_run = EmptyRun::new(self.fingerprint, &self.schema, &self.skipped);
        if !migration.up.is_rehearsed() {
            return Ok(empty_run);
        }
        if is_judged {
            outcome.found.extend(self.unfit_conditions(&migration.up));
        }
        let Ran { performance: up, rules, .. } = self.run_up(at, is_judged, outcome)?;
        let script = self.context.up(at);
        empty_run.succession = succession(script, self.is_returned(at), &up);
        empty_run.up = Intent::new(script, &up.statements);
        let done = Done::new(script, &up.statements, &empty_run.succession);
        empty_run.rowids = self.rowids.before(&before, done);
        self.rowids = self.rowids.after(&last(&up), done);
        empty_run.writes.up = writes(script, &up);
        empty_run.note(&rules);
        outcome.found.extend(rules);
        empty_run.dropped = dropped_columns(script, &up);
        self.schema = last(&up);
        self.fingerprint = self.sandbox.fingerprint();
        empty_run.fingerprint = self.fingerprint;
        empty_run.schema = Arc::clone(&self.schema);
        empty_run.skipped = Arc::clone(&self.skipped);
        if is_judged {
            empty_run.down = self.there_and_back(at, &before, &mut empty_run, outcome)?;
        }
        Ok(empty_run)
    }

    /// Whether the rehearsal checks on rows that a down brings back what the up takes.
    fn is_returned(&self, at: usize) -> bool {
        self.context.options.populated && self.context.down(at).is_some()
    }

    /// Reports the conditions that a script states about rows, but that do not fit the schema
    /// before it.
    fn unfit_conditions(&self, script: &CheckedScript) -> Vec<Diagnostic> {
        let conn = self.sandbox.conn();
        let unfit = script.conditions().filter_map(|(condition, range)| {
            let table = Name::new(&condition.table).quoted();
            let sql = format!("SELECT ({}) FROM main.{table}", condition.sql);
            let error = conn.prepare(&sql).err()?;
            Some(messages::condition_unfit(script, range, &message(&error, &sql).0))
        });
        unfit.chain(self.unknown_columns(script)).collect()
    }

    /// Reports the columns for which a script makes an exception, but that do not exist before it.
    fn unknown_columns(&self, script: &CheckedScript) -> Vec<Diagnostic> {
        let conn = self.sandbox.conn();
        let unknown = script.allowed_columns().filter_map(|(named, range)| {
            let [table, column] = [&named.table, &named.column].map(|it| Name::new(it).quoted());
            let sql = format!("SELECT it.{column} FROM main.{table} AS it");
            let error = conn.prepare(&sql).err()?;
            Some(messages::column_unknown(script, range, &message(&error, &sql).0))
        });
        unknown.collect()
    }

    fn perform(&mut self, script: &CheckedScript) -> Result<Performance, Halt> {
        let mut performance = self.sandbox.perform(script, &mut |_, _| ())?;
        if let Err(trouble) = performance.outcome {
            let goes_on = halted::of_statement(script, &trouble, self.context.bounds).is_some();
            performance.outcome =
                Err(if goes_on { trouble } else { Halt::check(script, trouble)? });
        }
        Ok(performance)
    }

    fn judge(
        &mut self,
        script: &CheckedScript,
        [is_up, is_returned]: [bool; 2],
        performance: &Performance,
        intent: &Intent,
    ) -> Result<Vec<Diagnostic>, Halt> {
        let Performance { statements, schemas, outcome, .. } = performance;
        let mut broken = match (schemas.first(), schemas.last()) {
            // What a failed script created has been rolled back.
            _ if outcome.is_err() => Vec::new(),
            (Some(first), Some(last)) if first != last && breaks(first, last, intent) => {
                rules::broken(self.sandbox.conn(), first, last)
            }
            _ => Vec::new(),
        };
        // A view that could not be read for lack of time is not broken.
        self.sandbox.check()?;
        broken.retain(|(name, _)| self.broken.insert(name.clone()));
        let facts = Facts { script, is_up, is_returned, statements, schemas, broken: &broken };
        let mut found = rules::check(&facts);
        found.extend(self.quoted(script, performance)?);
        found.extend(vacuum::check(script, performance, &self.rowids));
        Ok(found)
    }

    /// Reports texts in double quotes.
    fn quoted(
        &self,
        script: &CheckedScript,
        performance: &Performance,
    ) -> Result<Vec<Diagnostic>, Halt> {
        let schema = last(performance);
        let mut places = performance.quoted.clone();
        places.extend(quoted_texts::of_schema(self.sandbox.conn(), &schema, script)?);
        Ok(quoted_texts::report(script, &schema, places))
    }

    /// Opens a new database after `count` migrations, if there is another one that needs it.
    fn start_over_for_next(&mut self, count: usize) -> Result<(), Halt> {
        if count < self.len() { self.start_over(count) } else { Ok(()) }
    }

    /// Opens a new database after `count` migrations, because the current one has the wrong schema.
    fn start_over(&mut self, count: usize) -> Result<(), Halt> {
        let replayed = self.replay.after(count)?;
        let mut left = std::mem::replace(&mut self.sandbox, replayed.sandbox);
        let mut reader = Reader::default();
        left.swap_reader(&mut reader);
        self.sandbox.swap_reader(&mut reader);
        self.schema = self.sandbox.schema()?;
        Ok(())
    }
}

/// Whether a view or a trigger may be broken: a new one, or any of them if something was removed.
fn breaks(before: &Schema, after: &Schema, intent: &Intent) -> bool {
    !intent.is_additive() || before.views != after.views || before.triggers != after.triggers
}

/// Returns which table and column holds the values of which after an up.
fn succession(script: &CheckedScript, is_returned: bool, up: &Performance) -> Succession {
    let Performance { statements, schemas, .. } = up;
    let facts = Facts { script, is_up: true, is_returned, statements, schemas, broken: &[] };
    Succession::new(statements, schemas)
        .handing(rules::handed_on(&facts))
        .renaming(rules::renamed_columns(&facts))
}

/// Returns the columns that an `ALTER TABLE .. DROP COLUMN` or a rebuild removes. A renamed column
/// remains, under another name.
fn dropped_columns(script: &CheckedScript, up: &Performance) -> BTreeSet<(Name, Name)> {
    let Performance { statements, schemas, .. } = up;
    // The columns serve the comparison with what the down brings back.
    let facts = Facts { script, is_up: true, is_returned: true, statements, schemas, broken: &[] };
    let mut dropped = rules::left_out_columns(&facts);
    for (statement, schemas) in up.statements.iter().zip(up.schemas.windows(2)) {
        for act in statement.own() {
            let ActKind::AlterTable(name) = act else { continue };
            let [Some(before), Some(after)] = [0, 1].map(|at| schemas[at].tables.get(name)) else {
                continue;
            };
            if after.columns.len() < before.columns.len() {
                let gone = before.columns.iter().filter(|it| after.column(&it.name).is_none());
                dropped.extend(gone.map(|column| (name.clone(), column.name.clone())));
            }
        }
    }
    dropped
}

fn last(performance: &Performance) -> Arc<Schema> {
    performance.schemas.last().cloned().unwrap_or_default()
}
