//! Runs a script on a track, and checks what happened to the rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_runtime::Mode;

use super::{Track, unreadable};
use crate::comparison::contents::Contents;
use crate::comparison::preserved::{self, Intentions, Loss};
use crate::comparison::{dropped_values, search_index};
use crate::course::faults::Fault;
use crate::course::known::script_run::ScriptRun;
use crate::sandbox::halt::Halt;
use crate::schema::{Name, Schema, Table, TableKind};

impl Track {
    /// Fills the tables, runs a script, and returns the fault that it has on the rows.
    pub(crate) fn run_checked(&mut self, script_run: ScriptRun<'_>) -> Result<Option<Fault>, Halt> {
        self.fill()?;
        let before = self.contents(script_run)?;
        self.run_checked_from(&before, script_run)
    }

    /// Runs a script on the rows as they are, and returns the fault that it has on them.
    ///
    /// `before` is what [`Track::contents`] returned about these rows.
    pub(crate) fn run_checked_from(
        &mut self,
        before: &Contents,
        script_run: ScriptRun<'_>,
    ) -> Result<Option<Fault>, Halt> {
        self.losing.clear();
        let schema = Arc::clone(&self.schema);
        let scope = script_run.intent.scope(&schema);
        let was_stale = search_index::freshen(self.sandbox.conn(), &schema);
        if let Some(fault) = self.run(script_run)? {
            return Ok(Some(fault));
        }
        let after = self.contents_after(&scope, script_run)?;
        if script_run.script.mode == Mode::ForeignKeysOff {
            self.losing = before.losing(&after);
        }
        if let Some(fault) = unreadable::fault([before, &after], script_run) {
            return Ok(Some(fault));
        }
        self.sandbox.check()?;
        let losses = losses(&schema, [before, &after], script_run);
        if !losses.is_empty() {
            return Ok(Some(Fault::Changed(losses)));
        }
        let damage = self.damage(&scope)?;
        if !damage.is_empty() {
            return Ok(Some(Fault::Damaged(damage)));
        }
        let mut stale = search_index::stale(self.sandbox.conn(), &self.schema);
        stale.retain(|(index, _)| !was_stale.contains(index));
        Ok((!stale.is_empty()).then_some(Fault::Unindexed(stale)))
    }

    /// Returns the tables that lost rows in the last checked script, while foreign keys were off.
    pub(crate) fn take_losing(&mut self) -> Vec<Name> {
        std::mem::take(&mut self.losing)
    }

    /// Reads the tables that hold, after a script, the rows of those that it touched.
    fn contents_after(
        &self,
        scope: &BTreeSet<Name>,
        script_run: ScriptRun<'_>,
    ) -> Result<Contents, Halt> {
        let succession = script_run.succession;
        let holder = |table| succession.successor(table).map(|successor| &successor.table);
        let takers = succession.handed().iter().flat_map(|handed| &handed.takers);
        let takers = takers.map(|taker| &taker.table);
        let tables = scope.iter().filter_map(holder).chain(scope).chain(takers);
        let keeping_rowids = script_run.rowids.tables().filter_map(holder).collect();
        let wanted = script_run.wanted(scope, keeping_rowids);
        Ok(Contents::with(self.sandbox.conn(), &self.schema, tables, &wanted)?)
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

/// Returns the rows and values that a script changes without saying so. `schema` is the one before it.
fn losses(
    schema: &Schema,
    [before, after]: [&Contents; 2],
    script_run: ScriptRun<'_>,
) -> Vec<Loss> {
    let ScriptRun { intent, succession, .. } = script_run;
    let said = Intentions {
        deletes: &|table| intent.deletes(table),
        updates: &|table, column| intent.updates(table, column),
        merges: &|table| script_run.merges(schema, table),
        maps: &|table, columns, values| script_run.maps(table, columns, values),
    };
    let mut losses = preserved::losses(before, after, succession, &said);
    losses.extend(dropped_values::losses(before, after, succession.handed()));
    losses
}
