//! A database that goes through the set, with rows of one kind in its tables.

use std::collections::BTreeSet;
use std::sync::Arc;

use migratory_runtime::__private::{Refusal, Trouble};
use migratory_runtime::{Mode, Violation, lexer};
use rusqlite::Connection;

use super::contents::{Change, Contents, Meant};
use super::empty::Told;
use super::fault::{Fault, Halt};
use super::intent::Intent;
use super::replay::Replayed;
use super::sandbox::Sandbox;
use super::sandbox::bounds::Bounds;
use super::told::Culprit;
use crate::Options;
use crate::act::{Act, ActKind, Statement};
use crate::checked::{CheckedMigration, CheckedScript};
use crate::populate::{Filler, Rows};
use crate::schema::{ForeignKey, Name, Reader, Schema, Table, TableKind};

/// What a database of the rehearsal is made of.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) set: &'a [CheckedMigration],
    pub(crate) options: &'a Options,
    /// How many migrations have passed a rehearsal before.
    pub(crate) passed: usize,
    /// What all of its databases together may take.
    pub(crate) bounds: &'a Arc<Bounds>,
}

impl Ground<'_> {
    /// Whether the migration at `at` is tried and held to the rules, or only taken up.
    pub(crate) fn is_judged(&self, at: usize) -> bool {
        at >= self.passed && !self.options.accepts(self.set[at].version)
    }
}

/// A database with rows in its tables, after so many migrations.
pub(crate) struct Lane {
    sandbox: Sandbox,
    filler: Filler,
    schema: Arc<Schema>,
    marked: Option<Contents>,
    /// Whether rows were put in since it was marked: triggers may have changed others then.
    is_stirred: bool,
    /// The tables that the last script took rows from, where no foreign key was enforced meanwhile.
    losing: Vec<Name>,
}

/// A script that a lane goes over, and what is known of it from the run on empty tables.
#[derive(Clone, Copy)]
pub(crate) struct Course<'a> {
    pub(crate) script: &'a CheckedScript,
    pub(crate) intent: &'a Intent,
    /// The schema that it leaves: what rows there are does not change it.
    pub(crate) schema: &'a Arc<Schema>,
}

impl Lane {
    /// A lane in which tables will be filled with rows of this kind, after migrations that leave this schema.
    pub(crate) fn new(replayed: Replayed, schema: Arc<Schema>, rows: Rows) -> Self {
        let Replayed { sandbox, given } = replayed;
        let mut filler = Filler::new(rows);
        for table in &given {
            filler.leave(table);
        }
        Self { sandbox, filler, schema, marked: None, is_stirred: false, losing: Vec::new() }
    }

    /// Brings the lane over migrations that were tried before, and says whether they all went through.
    pub(crate) fn follow(
        &mut self,
        migrations: &[CheckedMigration],
        told: &[Arc<Told>],
    ) -> Result<bool, Halt> {
        let mut went = true;
        for (migration, told) in migrations.iter().zip(told) {
            if migration.up.is_rehearsed() {
                went &= self.run(told.course(&migration.up))?.is_ok();
            }
            if let Some(rows) = &migration.rows {
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
        let intent = Intent::new(&performance.statements);
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

    fn fill(&mut self) -> Result<(), Halt> {
        self.sandbox.check()?;
        let changes = |conn: &Connection| {
            conn.query_row("SELECT total_changes()", [], |row| row.get::<_, i64>(0))
        };
        let before = changes(self.sandbox.conn())?;
        let Self { sandbox, filler, schema, .. } = self;
        sandbox.shorten(|conn| filler.fill(conn, schema))?;
        self.is_stirred |= changes(self.sandbox.conn())? != before;
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
        intents: [&Intent; 2],
    ) -> Result<Option<Vec<Change>>, Halt> {
        let Some(marked) = self.marked.take() else { return Ok(None) };
        let scope = intents[0].scope(&self.schema);
        let now = Contents::read(self.sandbox.conn(), &self.schema, &scope)?;
        let is_any = |says: &dyn Fn(&Intent) -> bool| intents.into_iter().any(says);
        Ok(Some(marked.changes(
            &now,
            &Meant {
                vanishing: &|_| true,
                written: &|_| false,
                updated: &|table, column| {
                    is_any(&|it| it.updates(table, column) || it.drops(table) || it.inserts(table))
                        || (self.is_stirred && self.is_kept(table, column))
                },
            },
        )))
    }

    /// Fills the tables, runs a script, and looks at what became of the rows.
    pub(crate) fn hold(&mut self, course: Course<'_>) -> Result<Result<(), Fault>, Halt> {
        self.fill()?;
        let scope = course.intent.scope(&self.schema);
        let before = Contents::read(self.sandbox.conn(), &self.schema, &scope)?;
        self.losing.clear();
        if let Err(fault) = self.run(course)? {
            return Ok(Err(fault));
        }
        let after = Contents::read(self.sandbox.conn(), &self.schema, &scope)?;
        if course.script.mode == Mode::ForeignKeysOff {
            self.losing = before.losing(&after);
        }
        self.compare(&before, &after, &scope, course.intent)
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
        self.fill()?;
        self.filler.refer_to(self.sandbox.conn(), &self.schema, parent)?;
        let Err(trouble) = self.sandbox.run(script) else { return Ok(Vec::new()) };
        match Halt::check(script, trouble)? {
            Trouble::Refusal(Refusal::Dangling(added)) => Ok(added.violations),
            _ => Ok(Vec::new()),
        }
    }

    /// Runs a script, and looks at nothing.
    pub(crate) fn run(&mut self, course: Course<'_>) -> Result<Result<(), Fault>, Halt> {
        let Course { script, intent, schema } = course;
        if let Err(trouble) = self.sandbox.run(script) {
            return Ok(Err(Fault::Trouble(Halt::check(script, trouble)?)));
        }
        intent.emptied().for_each(|table| self.filler.forget(table));
        self.schema = Arc::clone(schema);
        Ok(Ok(()))
    }

    fn compare(
        &self,
        before: &Contents,
        after: &Contents,
        scope: &BTreeSet<Name>,
        intent: &Intent,
    ) -> Result<Result<(), Fault>, Halt> {
        self.sandbox.check()?;
        let meant = Meant {
            vanishing: &|table| intent.deletes(table),
            written: &|table| intent.drops(table) || intent.inserts(table),
            updated: &|table, column| intent.updates(table, column),
        };
        let changes = before.changes(after, &meant);
        if !changes.is_empty() {
            return Ok(Err(Fault::Changed(changes)));
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

    /// Which statement takes rows of a table away, and through which foreign key if it is one.
    ///
    /// A table may be rebuilt under another name meanwhile: its rows are wherever most of them are.
    ///
    /// `reader` knows the definitions that other lanes have read.
    pub(crate) fn culprit(
        &mut self,
        script: &CheckedScript,
        table: &Name,
        intent: &Intent,
        reader: &mut Reader,
    ) -> Result<Culprit, Halt> {
        self.fill()?;
        self.sandbox.swap_reader(reader);
        let others = intent.inserted().filter(|other| *other != table && intent.drops(table));
        let mut tables: Vec<_> = std::iter::once(table).chain(others).collect();
        let mut counts = vec![count(self.sandbox.conn(), &tables)];
        let performance = self.sandbox.perform(script, &mut |conn, _| {
            counts.push(count(conn, &tables));
        })?;
        self.sandbox.swap_reader(reader);
        let copies = copies(&performance.statements, &tables);
        for counts in &mut counts {
            keep(counts, &copies);
        }
        keep(&mut tables, &copies);
        let most = |counts: &Vec<Option<i64>>| counts.iter().copied().max().flatten();
        let is_less = |pair: &[Vec<Option<i64>>]| most(&pair[1]) < most(&counts[0]);
        let Some(at) = counts.windows(2).position(is_less) else { return Ok(Culprit::default()) };
        let lost_copy = (1..tables.len()).find(|&which| counts[at + 1][which] < counts[at][which]);
        let copy = (1..tables.len()).find(|&which| counts[at + 1][which].is_some());
        let (number, through) = match (lost_copy, copy) {
            (Some(which), _) => {
                let schema = performance.schemas.get(at);
                let copy = schema.and_then(|schema| schema.tables.get(tables[which]));
                (at, copy.and_then(|copy| refers(copy, &|parent| intent.drops(parent))))
            }
            (None, Some(which)) => {
                let mut until = performance.statements[..=at].iter();
                let copies = |it: &Statement| it.own().any(|act| act.inserts(tables[which]));
                (until.rposition(copies).unwrap_or(at), None)
            }
            (None, None) => (at, self.through(table, intent)),
        };
        let statement = performance.statements.get(number).map(|it| it.range.clone());
        Ok(Culprit { statement, through, is_copy: intent.drops(table) })
    }

    /// The foreign keys through which a table that the script drops or replaces takes rows of this one along.
    fn through(&self, table: &Name, intent: &Intent) -> Option<String> {
        let is_cause = |parent: &Name| intent.drops(parent) || intent.inserts(parent);
        let mut chain = Vec::new();
        let mut child = table.clone();
        // A chain is no longer than there are tables; keys may form a ring.
        for _ in 0..self.schema.tables.len() {
            let table = self.schema.tables.get(&child).filter(|it| !intent.drops(&it.name))?;
            if let Some(told) = refers(table, &is_cause) {
                chain.push(told);
                return Some(chain.join(", and "));
            }
            let cascades = |key: &&ForeignKey| key.on_delete.eq_ignore_ascii_case("cascade");
            let parent = table.foreign_keys.iter().find(cascades)?.parent.clone();
            chain.extend(refers(table, &|other| *other == parent));
            child = parent;
        }
        None
    }
}

/// Which of the tables are the first one, or are filled from it; all, where no statement reads the first.
fn copies(statements: &[Statement], tables: &[&Name]) -> Vec<bool> {
    let is_filled = |copy: &Name| {
        statements.iter().any(|statement| {
            let reads = |act: &Act| matches!(&act.kind, ActKind::Read { table, .. } if *table == *tables[0]);
            statement.own().any(|act| act.inserts(copy)) && statement.acts.iter().any(reads)
        })
    };
    let mut copies: Vec<_> = tables.iter().map(|table| is_filled(table)).collect();
    if !copies.contains(&true) {
        return vec![true; tables.len()];
    }
    copies[0] = true;
    copies
}

fn keep<T>(items: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    items.retain(|_| kept.next().copied().unwrap_or_default());
}

/// How many rows each of these tables has; `None` of one that is not there.
fn count(conn: &Connection, tables: &[&Name]) -> Vec<Option<i64>> {
    let count = |table: &&Name| {
        let sql = format!("SELECT count(*) FROM main.{}", table.quoted());
        conn.query_row(&sql, [], |row| row.get(0)).ok()
    };
    tables.iter().map(count).collect()
}

/// The first foreign key to such a table, in words.
fn refers(table: &Table, is_parent: &dyn Fn(&Name) -> bool) -> Option<String> {
    let key = table.foreign_keys.iter().find(|key| is_parent(&key.parent))?;
    let columns: Vec<_> = key.columns.iter().map(Name::as_str).collect();
    let (name, columns, ForeignKey { parent, on_delete, .. }) =
        (&table.name, columns.join(", "), key);
    Some(format!("`{name}` ({columns}) refers to `{parent}` ON DELETE {on_delete}"))
}
