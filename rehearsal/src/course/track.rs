//! A database that goes through the set, with rows of one kind in its tables.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use migratory_core::sql::lexer;
use migratory_runtime::__private::{Refusal, Trouble};
use migratory_runtime::{Mode, Violation};
use rusqlite::Connection;

use super::contents::Contents;
use super::fault::{Fault, Halt};
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

/// A database with rows in its tables, after so many migrations.
pub(crate) struct Track {
    sandbox: Sandbox,
    filler: Filler,
    /// The schema at which all tables were filled last, unless a script may have emptied some since.
    filled: Option<Arc<Schema>>,
    schema: Arc<Schema>,
    marked: Option<Contents>,
    /// Whether rows were put in since it was marked: triggers may have changed others then.
    is_stirred: bool,
    /// The tables that the last script took rows from, where no foreign key was enforced meanwhile.
    losing: Vec<Name>,
}

/// Which edge rows a track is given.
#[derive(Clone, Copy)]
pub(crate) struct Edging<'a> {
    pub(crate) duplicates: bool,
    pub(crate) nulls: bool,
    pub(crate) orphans: bool,
    /// The tables that get none.
    pub(crate) spared: &'a BTreeSet<Name>,
}

impl Track {
    /// A track in which tables will be filled with rows of this kind, after migrations that leave this schema.
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

    /// A track that nothing has been done with.
    fn at(sandbox: Sandbox, filler: Filler, schema: Arc<Schema>) -> Self {
        Self {
            sandbox,
            filler,
            filled: None,
            schema,
            marked: None,
            is_stirred: false,
            losing: Vec::new(),
        }
    }

    /// The track, if its rows also meet this condition from now on.
    pub(crate) fn meeting(self, condition: &Condition) -> Self {
        Self { filler: self.filler.and_meeting(condition), ..self }
    }

    /// A row that does not meet a condition; none where SQLite does not understand it.
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

    /// Whether the script touches tables that are there already, or writes what it reads from them.
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
        let Edging { duplicates, nulls, orphans, spared } = wanted;
        let mut tables = script_run.intent.scope(&self.schema);
        tables.extend(script_run.intent.read().cloned());
        tables.retain(|table| !spared.contains(table));
        let texts: Vec<_> = script_run.script.texts().collect();
        let wanted = Wanted { tables: &tables, texts: &texts, duplicates, nulls, orphans };
        let Self { sandbox, filler, schema, .. } = self;
        Ok(sandbox.shorten(|conn| filler.add_edges(conn, schema, wanted))?)
    }

    /// Adds these rows, as far as they fit.
    pub(crate) fn write(&mut self, rows: &[EdgeRow]) -> Result<(), Halt> {
        let write = |conn: &Connection| rows.iter().try_for_each(|row| row.write(conn).map(drop));
        Ok(self.sandbox.shorten(write)?)
    }

    /// Whether a row meets a condition.
    pub(crate) fn meets(&self, row: &EdgeRow, condition: &str) -> Result<bool, Halt> {
        Ok(row.meets(self.sandbox.conn(), condition)?)
    }

    /// What the tables hold that a script touches, and the rowids that it has to keep.
    pub(crate) fn contents(&self, script_run: ScriptRun<'_>) -> Result<Contents, Halt> {
        let scope = script_run.intent.scope(&self.schema);
        let wanted = script_run.wanted(&scope, script_run.rowids.tables().collect());
        Ok(Contents::with(self.sandbox.conn(), &self.schema, &scope, &wanted)?)
    }

    /// Brings the track over migrations that were tried before, and says whether they all went through.
    pub(crate) fn follow(
        &mut self,
        context: Context<'_>,
        migrations: Range<usize>,
        told: &[Arc<Told>],
    ) -> Result<bool, Halt> {
        let mut went = true;
        for (at, told) in migrations.zip(told) {
            let up = context.up(at);
            if up.is_rehearsed() {
                went &= self.run(told.script_run(up))?.is_ok();
            }
            if let Some(rows) = &context.set[at].rows {
                // What is wrong with them was told when they were put in first.
                let _ = self.give(rows)?;
            }
            self.schema = Arc::clone(&told.schema);
        }
        Ok(went)
    }

    /// Puts in the rows that a person gave; the tables that have such get no others.
    pub(crate) fn give(&mut self, rows: &CheckedScript) -> Result<Result<(), Trouble>, Halt> {
        let performance = self.sandbox.perform(rows, &mut |_, _| ())?;
        let intent = Intent::new(rows, &performance.statements);
        intent.inserted().for_each(|table| self.filler.leave(table));
        match performance.outcome {
            Ok(()) => Ok(Ok(())),
            Err(trouble) => Ok(Err(Halt::check(rows, trouble)?)),
        }
    }

    /// The tables that could not be filled, and why.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = (&Name, &String)> {
        self.filler.gaps().iter()
    }

    /// Gives rows to the tables that have none of ours yet.
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
        self.is_stirred |= changes(self.sandbox.conn())? != before;
        self.filled = Some(Arc::clone(&self.schema));
        Ok(())
    }

    /// Whether a trigger may keep this column: a count, or the moment of the last change.
    fn is_kept(&self, table: &Name, column: &Name) -> bool {
        self.schema.triggers.values().any(|trigger| {
            let mentions = |name: &Name| {
                lexer::meaningful(&trigger.sql).any(|token| *name == *token.unquoted())
            };
            mentions(table) && mentions(column)
        })
    }

    /// Fills the tables, and remembers what they hold.
    pub(crate) fn mark(&mut self, intent: &Intent) -> Result<(), Halt> {
        self.fill()?;
        self.is_stirred = false;
        let scope = intent.scope(&self.schema);
        self.marked = Some(Contents::read(self.sandbox.conn(), &self.schema, &scope)?);
        Ok(())
    }

    /// What is not as it was when it was marked, though neither the up nor the down says so; `None` if
    /// it was not marked.
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
                    || (self.is_stirred && self.is_kept(table, column))
            },
            merges: &|table| scripts[0].merges(&self.schema, table),
            maps: &|table, [column, _], values| {
                ScriptRun::map_back(scripts, (table, column), values)
            },
        };
        Ok(Some(preserved::not_restored(&marked, &now, &said)))
    }

    /// Fills the tables, runs a script, and looks at what became of the rows.
    pub(crate) fn hold(&mut self, script_run: ScriptRun<'_>) -> Result<Result<(), Fault>, Halt> {
        self.fill()?;
        let before = self.contents(script_run)?;
        self.hold_from(&before, script_run)
    }

    /// Runs a script, and looks at what became of these rows.
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
        let heirs = heirs.map(|heir| &heir.table).chain(&scope);
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

    /// The tables that the script which was held last took rows from while foreign keys were off.
    pub(crate) fn take_losing(&mut self) -> Vec<Name> {
        std::mem::take(&mut self.losing)
    }

    /// Gives each row of a table rows that refer to it, runs a script, and says which of them refer to nothing then.
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

    /// The schema that it has.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Gives each row of a table rows that refer to it.
    pub(crate) fn refer_to(&mut self, parent: &Name) -> Result<(), Halt> {
        self.fill()?;
        Ok(self.filler.refer_to(self.sandbox.conn(), &self.schema, parent)?)
    }

    /// Runs a script, and looks at nothing.
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
        let losses = preserved::losses(before, after, succession, &said);
        if !losses.is_empty() {
            return Ok(Err(Fault::Changed(losses)));
        }
        let damage = self.damage(scope)?;
        Ok(if damage.is_empty() { Ok(()) } else { Err(Fault::Damaged(damage)) })
    }

    /// What SQLite's own check finds in these tables.
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
