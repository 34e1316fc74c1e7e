//! Finds the statement of a script that removes rows.

use rusqlite::Connection;

use super::Track;
use crate::act::{Act, ActKind, Statement};
use crate::course::findings::losses::Culprit;
use crate::mention::Mention;
use crate::sandbox::halt::Halt;
use crate::schema::{ForeignKey, Name, Reader, Table};
use crate::script::intent::Intent;
use migratory_analysis::CheckedScript;

impl Track {
    /// Returns the statement that removes rows of a table, and the foreign key through which it
    /// does so, if any.
    ///
    /// A table may meanwhile be rebuilt under another name, so its rows are taken to be where most
    /// of them are.
    ///
    /// `reader` knows the definitions that other tracks have read.
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
        let mut found = counts.windows(2).position(is_less);
        if found.is_none() {
            // The other tables have grown and are not copies, so only the table itself counts.
            tables.truncate(1);
            let is_less = |pair: &[Vec<Option<i64>>]| pair[1][0] < pair[0][0];
            found = counts.windows(2).position(is_less);
        }
        let Some(at) = found else { return Ok(Culprit::default()) };
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

    /// Returns the foreign keys through which a dropped or replaced table removes rows of this one.
    fn through(&self, table: &Name, intent: &Intent) -> Option<Mention> {
        let is_cause = |parent: &Name| intent.drops(parent) || intent.inserts(parent);
        let mut chain = Vec::new();
        let mut child = table.clone();
        // Keys may form a cycle, but no chain is longer than the number of tables.
        for _ in 0..self.schema.tables.len() {
            let table = self.schema.tables.get(&child).filter(|it| !intent.drops(&it.name))?;
            if let Some(empty_run) = refers(table, &is_cause) {
                chain.push(empty_run);
                let texts: Vec<_> = chain.iter().map(|it| it.text.as_str()).collect();
                let names = chain.iter().flat_map(|it| &it.names);
                return Some(Mention::new(texts.join(", and "), names));
            }
            let cascades = |key: &&ForeignKey| key.on_delete.eq_ignore_ascii_case("cascade");
            let parent = table.foreign_keys.iter().find(cascades)?.parent.clone();
            chain.extend(refers(table, &|other| *other == parent));
            child = parent;
        }
        None
    }
}

/// Returns which of the tables are the first one or filled from it; all, if no statement reads the
/// first.
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

/// Counts the rows of each of these tables; `None` for one that does not exist.
fn count(conn: &Connection, tables: &[&Name]) -> Vec<Option<i64>> {
    let count = |table: &&Name| {
        let sql = format!("SELECT count(*) FROM main.{}", table.quoted());
        conn.query_row(&sql, [], |row| row.get(0)).ok()
    };
    tables.iter().map(count).collect()
}

/// Describes the first foreign key to such a table.
fn refers(table: &Table, is_parent: &dyn Fn(&Name) -> bool) -> Option<Mention> {
    let key = table.foreign_keys.iter().find(|key| is_parent(&key.parent))?;
    let columns: Vec<_> = key.columns.iter().map(Name::as_str).collect();
    let (name, columns, ForeignKey { parent, on_delete, .. }) =
        (&table.name, columns.join(", "), key);
    let text = format!("`{name}` ({columns}) refers to `{parent}` ON DELETE {on_delete}");
    Some(Mention::new(text, [name, parent]))
}
