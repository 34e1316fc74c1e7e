//! Checks whether those who take the values of a dropped table or column have all of them.

use std::collections::HashMap;

use rusqlite::types::{Value, ValueRef};

use super::contents::{Contents, Holding};
use super::measure::{Measure, is_improved};
use super::preserved::{Loss, SHOWN, What, owned};
use super::record::{Cell, Record};
use crate::rules::{Handed, Taker};
use crate::schema::Name;

/// Returns what was lost of the dropped tables and columns whose values were copied elsewhere.
pub(crate) fn losses(before: &Contents, after: &Contents, handed: &[Handed]) -> Vec<Loss> {
    let found = handed.iter().flat_map(|handed| {
        let lost = before.table(&handed.table).and_then(|old| lost(handed, old, after));
        let table = &handed.table;
        let of = |what| Loss { table: table.clone(), is_copied: true, what };
        lost.unwrap_or_default().into_iter().map(of).collect::<Vec<_>>()
    });
    found.collect()
}

/// Returns what is lost; `None` if a taker can't be read.
fn lost(handed: &Handed, old: &Holding, after: &Contents) -> Option<Vec<What>> {
    let read = |taker: &Taker| Taken::new(old, after.table(&taker.table)?, taker);
    let takers: Vec<_> = handed.takers.iter().map(read).collect::<Option<_>>()?;
    let mut gone = Vec::new();
    let mut changed: HashMap<usize, (Record<'_>, Value)> = HashMap::new();
    for row in old.records.iter() {
        let cells: Vec<_> = row.cells().collect();
        let found: Vec<_> = takers.iter().map(|taker| (taker, taker.rows(&cells))).collect();
        let is_there = found.iter().any(|(taker, rows)| !rows.is_empty() || taker.is_void(&cells));
        let wanted = handed.column.as_ref().and_then(|column| old.position(column));
        match wanted {
            Some(column) if !is_there && !cells[column].is_null() => {
                changed.entry(column).or_insert((row, Value::Null));
            }
            None if !is_there => gone.push(row),
            _ => {}
        }
        for (column, new) in altered(old, &cells, &found) {
            if wanted.is_none_or(|wanted| wanted == column) {
                changed.entry(column).or_insert((row, new));
            }
        }
    }
    let rows: Vec<_> = gone.iter().take(SHOWN).map(|row| old.shown(*row)).collect();
    let (gone, total) = (gone.len(), old.records.len());
    let vanished = (gone > 0).then_some(What::Rows { rows, gone, total });
    let mut changed: Vec<_> = changed.into_iter().collect();
    changed.sort_unstable_by_key(|(column, _)| *column);
    let changed = changed.into_iter().map(|(column, (row, new))| What::Value {
        column: old.columns[column].name.clone(),
        row: old.shown(row),
        new,
        from: None,
    });
    Some(vanished.into_iter().chain(changed).collect())
}

/// Returns the columns of a row whose value no taker of the row keeps, each with the value that
/// the first one has.
fn altered(
    old: &Holding,
    cells: &[Cell<'_>],
    found: &[(&Taken<'_>, &[usize])],
) -> Vec<(usize, Value)> {
    let mut altered = Vec::new();
    for (column, cell) in cells.iter().enumerate() {
        let news = found.iter().flat_map(|(taker, rows)| taker.values(column, rows));
        let news: Vec<_> = news.collect();
        let is_kept = |new: &ValueRef<'_>| {
            let old_value = cell.value();
            Measure::Faithful.is_same(old_value, *new)
                || is_improved(old.columns[column].class, old_value, *new)
        };
        if let (false, Some(first)) = (news.iter().any(is_kept), news.first()) {
            altered.push((column, owned(*first)));
        }
    }
    altered
}

/// A table that takes values, after the script.
struct Taken<'a> {
    new: &'a Holding,
    /// The columns that it takes, as their positions in the rows before and after.
    pairs: Vec<(usize, usize)>,
    /// Those by which a row is found: its key, or all.
    by: Vec<usize>,
    /// Whether they are the key.
    is_by_key: bool,
    there: HashMap<Vec<u8>, Vec<usize>>,
}

impl<'a> Taken<'a> {
    fn new(old: &Holding, new: &'a Holding, taker: &Taker) -> Option<Self> {
        let place = |(from, to): &(Name, Name)| Some((old.position(from)?, new.position(to)?));
        let pairs: Vec<_> = taker.columns.iter().map(place).collect::<Option<_>>()?;
        let pair = |column: &Name| {
            let at = old.position(column)?;
            pairs.iter().find(|(from, _)| *from == at).copied()
        };
        let key: Option<Vec<_>> = old.key.iter().map(pair).collect();
        let key = key.filter(|key| !key.is_empty());
        let is_by_key = key.is_some();
        let (by, to): (Vec<_>, Vec<_>) = key.unwrap_or_else(|| pairs.clone()).into_iter().unzip();
        let mut there: HashMap<_, Vec<_>> = HashMap::new();
        for (at, row) in new.records.iter().enumerate() {
            let cells: Vec<_> = row.cells().collect();
            there.entry(encoded(&cells, &to)).or_default().push(at);
        }
        Some(Self { new, pairs, by, is_by_key, there })
    }

    /// Returns the new rows that correspond to an old row.
    fn rows(&self, cells: &[Cell<'_>]) -> &[usize] {
        self.there.get(&encoded(cells, &self.by)).map_or(&[], Vec::as_slice)
    }

    /// Whether the taker would get nothing but NULLs from this row.
    fn is_void(&self, cells: &[Cell<'_>]) -> bool {
        !self.is_by_key && self.pairs.iter().all(|(from, _)| cells[*from].is_null())
    }

    /// Returns the values of these rows in what takes this column.
    fn values(&self, column: usize, rows: &[usize]) -> Vec<ValueRef<'a>> {
        let into = self.pairs.iter().filter(|(from, _)| *from == column);
        let cell = |to: usize, at: usize| self.new.records.at(at).cell(to).map(Cell::value);
        into.flat_map(|(_, to)| rows.iter().filter_map(|at| cell(*to, *at))).collect()
    }
}

/// Returns the values of these columns as bytes, by which a row is found.
fn encoded(cells: &[Cell<'_>], columns: &[usize]) -> Vec<u8> {
    let mut key = Vec::new();
    for &column in columns {
        Measure::Faithful.identify(cells[column].value(), &mut key);
    }
    key
}
