//! A database that applies the set one script after the other, with rows of one kind in its tables.
//!
//! A track knows the schema that its last script left, and which tables have no generated rows yet: `fill` adds those.
//! `run` runs a script and only reports whether it fails. `run_checked` also compares the rows before and after it. For
//! an up and its down together, `mark` remembers the rows before the up, and `since_mark` returns what the down does
//! not restore.
//!
//! After a fault, the rows are in no useful state: callers drop the track, or work on it `tentatively`, which undoes
//! all changes.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use migratory_runtime::__private::{Refusal, Trouble};
use migratory_runtime::Violation;
use rusqlite::Connection;

use self::mark::Mark;
pub(crate) use self::saved_track::Ahead;
use super::faults::Fault;
use super::known::empty_run::EmptyRun;
use super::known::script_run::ScriptRun;
use super::replay::Replayed;
use crate::comparison::contents::Contents;
use crate::rows::{EdgeRow, Filler, Rows, Wanted, shown_value};
use crate::sandbox::Sandbox;
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::schema::{Column, Name, Schema};
use crate::script::intent::Intent;
use migratory_analysis::{CheckedScript, Condition};

mod checked;
mod culprit;
mod mark;
mod saved_track;
mod tentative;
mod unreadable;

/// A database with rows in its tables, after some number of migrations.
pub(crate) struct Track {
    sandbox: Sandbox,
    filler: Filler,
    /// The schema at which all tables were last filled, unless a script may have emptied some since.
    filled: Option<Arc<Schema>>,
    schema: Arc<Schema>,
    mark: Option<Mark>,
    /// The tables that lost rows in the last checked script, while foreign keys were not enforced.
    losing: Vec<Name>,
}

/// Which edge rows a track gets.
#[derive(Clone, Copy)]
pub(crate) struct Edging<'a> {
    pub(crate) duplicates: bool,
    pub(crate) nulls: bool,
    pub(crate) orphans: bool,
    /// The tables that get none.
    pub(crate) spared: &'a BTreeSet<Name>,
    /// The down that follows an up.
    pub(crate) down: Option<ScriptRun<'a>>,
}

impl Track {
    /// Returns a track whose tables will be filled with this kind of rows, after migrations that leave this
    /// schema.
    pub(crate) fn new(
        context: Context<'_>,
        replayed: Replayed,
        schema: Arc<Schema>,
        rows: Rows,
    ) -> Self {
        let Replayed { sandbox, given } = replayed;
        let mut filler = Filler::new(rows).meeting(context.conditions());
        for table in &given {
            filler.leave(table);
        }
        Self::at(sandbox, filler, schema)
    }

    /// Returns a track on which nothing has been done yet.
    fn at(sandbox: Sandbox, filler: Filler, schema: Arc<Schema>) -> Self {
        Self { sandbox, filler, filled: None, schema, mark: None, losing: Vec::new() }
    }

    /// Returns the track, whose rows meet this condition too from now on.
    pub(crate) fn meeting(self, condition: &Condition) -> Self {
        Self { filler: self.filler.and_meeting(condition), ..self }
    }

    /// Returns a row that violates a condition; none if SQLite can't prepare the condition.
    pub(crate) fn unmet(&self, condition: &Condition) -> Result<Option<String>, Halt> {
        let Some(table) = self.schema.tables.get(&Name::new(&condition.table)) else {
            return Ok(None);
        };
        let columns: Vec<_> = table.columns.iter().map(|column| column.name.quoted()).collect();
        let (names, name) = (columns.join(", "), table.name.quoted());
        let sql = format!(
            "SELECT {names} FROM main.{name} WHERE ({}) IS NOT TRUE LIMIT 1",
            condition.sql
        );
        let Ok(mut statement) = self.sandbox.conn().prepare(&sql) else { return Ok(None) };
        let mut rows = statement.query([])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let cell = |(at, column): (usize, &Column)| {
            Ok(format!("{} = {}", column.name, shown_value(&row.get(at)?)))
        };
        let cells = table.columns.iter().enumerate().map(cell);
        let cells = cells.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(Some(format!("({}) of `{}`", cells.join(", "), table.name)))
    }

    /// Whether the script concerns existing tables, or writes what it reads from them.
    pub(crate) fn touches(&self, script_run: ScriptRun<'_>) -> bool {
        let scope = script_run.intent.scope(&self.schema);
        let mut tables = scope.iter().chain(script_run.intent.read());
        tables.any(|table| self.schema.tables.contains_key(table))
    }

    /// Adds edge rows to the tables that a script touches or reads, and returns them.
    pub(crate) fn add_edges(
        &mut self,
        script_run: ScriptRun<'_>,
        wanted: Edging<'_>,
    ) -> Result<Vec<EdgeRow>, Halt> {
        self.fill()?;
        let Edging { duplicates, nulls, orphans, spared, down } = wanted;
        let mut tables = script_run.intent.scope(&self.schema);
        tables.extend(script_run.intent.read().cloned());
        tables.retain(|table| !spared.contains(table));
        let texts: Vec<_> = script_run.script.texts().collect();
        let back: Vec<_> = down.iter().flat_map(|down| down.script.texts()).collect();
        let back = &*back;
        let wanted = Wanted { tables: &tables, texts: &texts, back, duplicates, nulls, orphans };
        let Self { sandbox, filler, schema, .. } = self;
        Ok(sandbox.shorten(|conn| filler.add_edges(conn, schema, wanted))?)
    }

    /// Inserts these rows, except those that SQLite refuses.
    pub(crate) fn write(&mut self, rows: &[EdgeRow]) -> Result<(), Halt> {
        let write = |conn: &Connection| rows.iter().try_for_each(|row| row.write(conn).map(drop));
        Ok(self.sandbox.shorten(write)?)
    }

    /// Whether a row meets a condition.
    pub(crate) fn meets(&self, row: &EdgeRow, condition: &str) -> Result<bool, Halt> {
        Ok(row.meets(self.sandbox.conn(), condition)?)
    }

    /// Reads the tables that a script touches, and the rowids that it must keep.
    pub(crate) fn contents(&self, script_run: ScriptRun<'_>) -> Result<Contents, Halt> {
        let scope = script_run.intent.scope(&self.schema);
        let wanted = script_run.wanted(&scope, script_run.rowids.tables().collect());
        Ok(Contents::with(self.sandbox.conn(), &self.schema, &scope, &wanted)?)
    }

    /// Applies migrations that were tried before, and returns whether all of them succeeded.
    pub(crate) fn follow(
        &mut self,
        context: Context<'_>,
        migrations: Range<usize>,
        empty_run: &[Arc<EmptyRun>],
    ) -> Result<bool, Halt> {
        let mut all_succeed = true;
        for (at, empty_run) in migrations.zip(empty_run) {
            let up = context.up(at);
            if up.is_rehearsed() {
                all_succeed &= self.run(empty_run.script_run(up))?.is_none();
            }
            if let Some(rows) = &context.set[at].rows {
                // What is wrong with the rows was reported when they were first inserted.
                self.give(rows)?;
            }
            self.schema = Arc::clone(&empty_run.schema);
        }
        Ok(all_succeed)
    }

    /// Inserts the rows that a person gave, and returns what is wrong with them; their tables get no others.
    pub(crate) fn give(&mut self, rows: &CheckedScript) -> Result<Option<Trouble>, Halt> {
        let performance = self.sandbox.perform(rows, &mut |_, _| ())?;
        let intent = Intent::new(rows, &performance.statements);
        intent.inserted().for_each(|table| self.filler.leave(table));
        Halt::trouble(rows, performance.outcome)
    }

    /// Returns the tables that could not be filled, and why.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = (&Name, &String)> {
        self.filler.gaps().iter()
    }

    /// Fills the tables that have no generated rows yet.
    pub(crate) fn fill(&mut self) -> Result<(), Halt> {
        self.sandbox.check()?;
        if self.filled.as_ref().is_some_and(|filled| Arc::ptr_eq(filled, &self.schema)) {
            return Ok(());
        }
        let changes = |conn: &Connection| {
            conn.query_row("SELECT total_changes()", [], |row| row.get::<_, i64>(0))
        };
        let before = changes(self.sandbox.conn())?;
        let Self { sandbox, filler, schema, .. } = self;
        sandbox.shorten(|conn| filler.fill(conn, schema))?;
        if let Some(mark) = &mut self.mark {
            mark.has_new_rows |= changes(self.sandbox.conn())? != before;
        }
        self.filled = Some(Arc::clone(&self.schema));
        Ok(())
    }

    /// Adds rows that refer to each row of a table, runs a script, and returns those that dangle then.
    pub(crate) fn leaves_behind(
        &mut self,
        script: &CheckedScript,
        parent: &Name,
    ) -> Result<Vec<Violation>, Halt> {
        self.refer_to(parent)?;
        match Halt::trouble(script, self.sandbox.run(script))? {
            Some(Trouble::Refusal(Refusal::Dangling(added))) => Ok(added.violations),
            _ => Ok(Vec::new()),
        }
    }

    /// Returns the current schema.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Adds rows that refer to each row of a table.
    pub(crate) fn refer_to(&mut self, parent: &Name) -> Result<(), Halt> {
        self.fill()?;
        Ok(self.filler.refer_to(self.sandbox.conn(), &self.schema, parent)?)
    }

    /// Runs a script without checking its effect, and returns the fault if it fails.
    pub(crate) fn run(&mut self, script_run: ScriptRun<'_>) -> Result<Option<Fault>, Halt> {
        let ScriptRun { script, intent, schema, .. } = script_run;
        if let Some(trouble) = Halt::trouble(script, self.sandbox.run(script))? {
            return Ok(Some(Fault::Trouble(trouble)));
        }
        for table in intent.emptied() {
            self.filler.forget(table);
            self.filled = None;
        }
        self.schema = Arc::clone(schema);
        Ok(None)
    }
}
