//! A database that goes through the set with one kind of rows in its tables.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use migratory_core::sql::lexer;
use migratory_runtime::__private::{Refusal, Trouble};
use migratory_runtime::{Mode, Violation};
use rusqlite::Connection;

use super::contents::Contents;
use super::fault::{Fault, Halt};
use super::handed_on;
use super::intent::Intent;
use super::preserved::{self, Loss, Said};
use super::replay::Replayed;
use super::script_run::ScriptRun;
use super::search_index;
use super::shown::Told;
use crate::context::Context;
use crate::rows::{EdgeRow, Filler, Rows, Wanted, shown_value};
use crate::sandbox::Sandbox;
use crate::schema::{Column, Name, Schema, Table, TableKind};
use migratory_analysis::{CheckedScript, Condition};

mod culprit;
mod tentative;
mod unreadable;

/// A database with rows in its tables, after some number of migrations.
pub(crate) struct Track {
    sandbox: Sandbox,
    filler: Filler,
    /// The schema at which all tables were last filled, unless a script may have emptied some since.
    filled: Option<Arc<Schema>>,
    schema: Arc<Schema>,
    marked: Option<Contents>,
    /// Whether rows have been inserted since the mark: triggers may have changed others then.
    has_new_rows: bool,
    /// The tables that lost rows in the last script, while foreign keys were not enforced.
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
        Self {
            sandbox,
            filler,
            filled: None,
            schema,
            marked: None,
            has_new_rows: false,
            losing: Vec::new(),
        }
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
        told: &[Arc<Told>],
    ) -> Result<bool, Halt> {
        let mut all_succeed = true;
        for (at, told) in migrations.zip(told) {
            let up = context.up(at);
            if up.is_rehearsed() {
                all_succeed &= self.run(told.script_run(up))?.is_ok();
            }
            if let Some(rows) = &context.set[at].rows {
                // What is wrong with the rows was reported when they were first inserted.
                let _ = self.give(rows)?;
            }
            self.schema = Arc::clone(&told.schema);
        }
        Ok(all_succeed)
    }

    /// Inserts the rows that a person gave; their tables get no others.
    pub(crate) fn give(&mut self, rows: &CheckedScript) -> Result<Result<(), Trouble>, Halt> {
        let performance = self.sandbox.perform(rows, &mut |_, _| ())?;
        let intent = Intent::new(rows, &performance.statements);
        intent.inserted().for_each(|table| self.filler.leave(table));
        match performance.outcome {
            Ok(()) => Ok(Ok(())),
            Err(trouble) => Ok(Err(Halt::check(rows, trouble)?)),
        }
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
        self.has_new_rows |= changes(self.sandbox.conn())? != before;
        self.filled = Some(Arc::clone(&self.schema));
        Ok(())
    }

    /// Whether a trigger may maintain this column, such as a count or the time of the last change.
    fn is_kept(&self, table: &Name, column: &Name) -> bool {
        self.schema.triggers.values().any(|trigger| {
            let mentions = |name: &Name| {
                lexer::meaningful(&trigger.sql).any(|token| *name == *token.unquoted())
            };
            mentions(table) && mentions(column)
        })
    }

    /// Fills the tables, and remembers their rows.
    pub(crate) fn mark(&mut self, intent: &Intent) -> Result<(), Halt> {
        self.fill()?;
        self.has_new_rows = false;
        let scope = intent.scope(&self.schema);
        self.marked = Some(Contents::read(self.sandbox.conn(), &self.schema, &scope)?);
        Ok(())
    }

    /// Returns what has changed since the mark without the up or the down saying so; `None` if there is no
    /// mark.
    pub(crate) fn since_mark(
        &mut self,
        scripts: [ScriptRun<'_>; 2],
    ) -> Result<Option<Vec<Loss>>, Halt> {
        let Some(marked) = self.marked.take() else { return Ok(None) };
        let scope = scripts[0].intent.scope(&self.schema);
        let now = Contents::read(self.sandbox.conn(), &self.schema, &scope)?;
        let said = Said {
            deletes: &|_| true,
            updates: &|table, column| {
                ScriptRun::update(scripts, table, column)
                    || (self.has_new_rows && self.is_kept(table, column))
            },
            merges: &|table| scripts[0].merges(&self.schema, table),
            maps: &|table, [column, _], values| {
                ScriptRun::map_back(scripts, (table, column), values)
            },
        };
        Ok(Some(preserved::not_restored(&marked, &now, &said)))
    }

    /// Fills the tables, runs a script, and checks what happened to the rows.
    pub(crate) fn hold(&mut self, script_run: ScriptRun<'_>) -> Result<Result<(), Fault>, Halt> {
        self.fill()?;
        let before = self.contents(script_run)?;
        self.hold_from(&before, script_run)
    }

    /// Runs a script, and checks what happened to these rows.
    pub(crate) fn hold_from(
        &mut self,
        before: &Contents,
        script_run: ScriptRun<'_>,
    ) -> Result<Result<(), Fault>, Halt> {
        let scope = script_run.intent.scope(&self.schema);
        self.losing.clear();
        let schema = Arc::clone(&self.schema);
        let was_stale = search_index::freshen(self.sandbox.conn(), &self.schema);
        if let Err(fault) = self.run(script_run)? {
            return Ok(Err(fault));
        }
        let heirs = scope.iter().filter_map(|table| script_run.succession.heir(table));
        let handed = script_run.succession.handed().iter().flat_map(|handed| &handed.takers);
        let takers = handed.map(|taker| &taker.table);
        let heirs = heirs.map(|heir| &heir.table).chain(&scope).chain(takers);
        let held = script_run.rowids.tables().filter_map(|table| script_run.succession.heir(table));
        let wanted = script_run.wanted(&scope, held.map(|heir| &heir.table).collect());
        let after = Contents::with(self.sandbox.conn(), &self.schema, heirs, &wanted)?;
        if script_run.script.mode == Mode::ForeignKeysOff {
            self.losing = before.losing(&after);
        }
        if let Some(fault) = unreadable::fault([before, &after], script_run) {
            return Ok(Err(fault));
        }
        if let Err(fault) = self.compare(&schema, [before, &after], &scope, script_run)? {
            return Ok(Err(fault));
        }
        let mut stale = search_index::stale(self.sandbox.conn(), &self.schema);
        stale.retain(|(index, _)| !was_stale.contains(index));
        Ok(if stale.is_empty() { Ok(()) } else { Err(Fault::Unindexed(stale)) })
    }

    /// Returns the tables that lost rows in the last checked script, while foreign keys were off.
    pub(crate) fn take_losing(&mut self) -> Vec<Name> {
        std::mem::take(&mut self.losing)
    }

    /// Adds rows that refer to each row of a table, runs a script, and returns those that dangle then.
    pub(crate) fn leaves_behind(
        &mut self,
        script: &CheckedScript,
        parent: &Name,
    ) -> Result<Vec<Violation>, Halt> {
        self.refer_to(parent)?;
        let Err(trouble) = self.sandbox.run(script) else { return Ok(Vec::new()) };
        match Halt::check(script, trouble)? {
            Trouble::Refusal(Refusal::Dangling(added)) => Ok(added.violations),
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

    /// Runs a script without checking its effect.
    pub(crate) fn run(&mut self, script_run: ScriptRun<'_>) -> Result<Result<(), Fault>, Halt> {
        let ScriptRun { script, intent, schema, .. } = script_run;
        if let Err(trouble) = self.sandbox.run(script) {
            return Ok(Err(Fault::Trouble(Halt::check(script, trouble)?)));
        }
        for table in intent.emptied() {
            self.filler.forget(table);
            self.filled = None;
        }
        self.schema = Arc::clone(schema);
        Ok(Ok(()))
    }

    fn compare(
        &self,
        schema: &Schema,
        [before, after]: [&Contents; 2],
        scope: &BTreeSet<Name>,
        script_run: ScriptRun<'_>,
    ) -> Result<Result<(), Fault>, Halt> {
        self.sandbox.check()?;
        let ScriptRun { intent, succession, .. } = script_run;
        let said = Said {
            deletes: &|table| intent.deletes(table),
            updates: &|table, column| intent.updates(table, column),
            merges: &|table| script_run.merges(schema, table),
            maps: &|table, columns, values| script_run.maps(table, columns, values),
        };
        let mut losses = preserved::losses(before, after, succession, &said);
        losses.extend(handed_on::losses(before, after, succession.handed()));
        if !losses.is_empty() {
            return Ok(Err(Fault::Changed(losses)));
        }
        let damage = self.damage(scope)?;
        Ok(if damage.is_empty() { Ok(()) } else { Err(Fault::Damaged(damage)) })
    }

    /// Returns what SQLite's `integrity_check` reports for these tables.
    fn damage(&self, scope: &BTreeSet<Name>) -> Result<Vec<String>, Halt> {
        let mut damage = Vec::new();
        let ordinary = |table: &&Table| table.kind == TableKind::Ordinary;
        let tables = scope.iter().filter_map(|name| self.schema.tables.get(name));
        for table in tables.filter(ordinary) {
            self.sandbox.check()?;
            let sql = format!("PRAGMA main.integrity_check({})", table.name.quoted());
            let mut statement = self.sandbox.conn().prepare(&sql)?;
            let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
            let lines: Vec<_> = lines.collect::<rusqlite::Result<_>>()?;
            damage.extend(lines.into_iter().filter(|line| line != "ok"));
        }
        Ok(damage)
    }
}
