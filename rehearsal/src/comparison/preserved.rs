//! Checks whether the rows and values from before a script are still there after it.
//!
//! A statement may say otherwise: a DELETE, or an UPDATE of that table and column. A copy into a table that replaces
//! another says nothing: what it leaves out, filters, limits or converts is a loss.

use std::collections::{HashMap, HashSet};

use rusqlite::types::{Value, ValueRef};

use super::contents::{Contents, Holding, ROWID};
use super::measure::{Measure, is_improved};
use super::record::{Cell, Record};
use crate::schema::Name;
use crate::script::mapping::Mapped;
use crate::script::succession::{Succession, Successor};

mod intentions;
#[cfg(test)]
mod tests;

pub(crate) use self::intentions::Intentions;

/// How many of the missing rows a message may show.
pub(super) const SHOWN: usize = 3;

/// What happened to the rows of a table that has changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Loss {
    /// The table, by its name before the script.
    pub(crate) table: Name,
    /// Whether another table replaced it, so that a copy should have kept its rows.
    pub(crate) is_copied: bool,
    pub(crate) what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// `gone` of `total` rows are missing; the first are shown.
    Rows { rows: Vec<String>, gone: usize, total: usize },
    /// A value in this column has changed.
    Value { column: Name, row: String, new: Value, from: Option<Name> },
    /// Rows are there more often than before; the first are shown.
    Multiplied { rows: Vec<String> },
}

impl Loss {
    /// The column whose values changed.
    pub(crate) fn column(&self) -> Option<&Name> {
        match &self.what {
            What::Value { column, .. } => Some(column),
            _ => None,
        }
    }

    /// Whether the rows have other rowids.
    pub(crate) fn is_of_rowid(&self) -> bool {
        self.column().is_some_and(|column| *column == *ROWID)
    }

    /// Whether both are changed values in the same copied table.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        let are_values = |loss: &Self| loss.is_copied && loss.column().is_some();
        self.table == other.table && [self, other].into_iter().all(are_values)
    }

    /// Whether the loss consists of values that became one of these.
    pub(crate) fn is_named(&self, named: &[Value]) -> bool {
        match &self.what {
            What::Value { new, .. } => named.contains(new) && !self.is_of_rowid(),
            _ => false,
        }
    }

    /// Whether it is of the same kind, in the same table and column.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        let what = match (&self.what, &other.what) {
            (What::Value { column, .. }, What::Value { column: other, .. }) => column == other,
            (What::Rows { .. }, What::Rows { .. })
            | (What::Multiplied { .. }, What::Multiplied { .. }) => true,
            _ => false,
        };
        what && self.table == other.table
    }
}

/// How many pairs of rows without a common key are compared.
const COMPARED: usize = 10_000;

/// Returns the losses between two moments; `succession` maps each table to the one that holds its rows now.
pub(crate) fn losses(
    before: &Contents,
    after: &Contents,
    succession: &Succession,
    intentions: &Intentions<'_>,
) -> Vec<Loss> {
    let mut losses = Vec::new();
    for (table, old) in before.tables() {
        let Some(successor) = succession.successor(table) else { continue };
        let Some(new) = after.table(&successor.table) else { continue };
        let measure = if successor.is_other { Measure::Faithful } else { Measure::Exact };
        let maps = |columns: [&Name; 2], values: [ValueRef<'_>; 2]| {
            (intentions.maps)(table, columns, values)
        };
        let pair = Pair::new(
            (old, new),
            (measure, &maps),
            |column| successor.column(column).clone(),
            |column, to| {
                successor.names.iter().any(|name| {
                    (intentions.updates)(name, column) || (intentions.updates)(name, to)
                })
            },
        );
        let may_go = MayGo {
            all: successor.names.iter().any(|name| (intentions.deletes)(name)),
            repeated: successor.is_other && (intentions.merges)(table),
        };
        losses.extend(pair.losses(may_go).into_iter().map(|what| of(table, successor, what)));
    }
    losses
}

fn of(table: &Name, successor: &Successor, what: What) -> Loss {
    Loss { table: table.clone(), is_copied: successor.is_other, what }
}

/// Returns what was not restored between two moments with the same schema.
pub(crate) fn not_restored(
    before: &Contents,
    after: &Contents,
    intentions: &Intentions<'_>,
) -> Vec<Loss> {
    let mut losses = Vec::new();
    for (table, old) in before.tables() {
        let Some(new) = after.table(table).filter(|_| !old.is_virtual) else { continue };
        let updated = |column: &Name, _: &Name| (intentions.updates)(table, column);
        let maps = |columns: [&Name; 2], values: [ValueRef<'_>; 2]| {
            (intentions.maps)(table, columns, values)
        };
        let pair = Pair::new((old, new), (Measure::Exact, &maps), Name::clone, updated);
        let may_go =
            MayGo { all: (intentions.deletes)(table), repeated: (intentions.merges)(table) };
        let found = pair.losses(may_go).into_iter();
        let kept = found.filter(|what| !matches!(what, What::Multiplied { .. }));
        losses.extend(kept.map(|what| Loss { table: table.clone(), is_copied: false, what }));
    }
    losses
}

/// Which rows may disappear.
#[derive(Clone, Copy)]
struct MayGo {
    all: bool,
    /// Those that have an equal row which is kept.
    repeated: bool,
}

/// The rows of a table at two moments.
struct Pair<'a> {
    old: &'a Holding,
    new: &'a Holding,
    measure: Measure,
    /// What a copy says about two values of a column.
    maps: &'a Maps<'a>,
    /// The columns that both have and no statement updates, as their positions in the rows of each.
    shared: Vec<(usize, usize)>,
    /// Those of them that identify a row; empty if only all of them together do.
    key: Vec<(usize, usize)>,
}

/// What a script says about two values of a column.
type Maps<'m> = dyn Fn([&Name; 2], [ValueRef<'_>; 2]) -> Mapped + 'm;

/// A row before, and the row that replaces it.
type Kept<'a> = (Vec<Cell<'a>>, Vec<Cell<'a>>);

impl<'a> Pair<'a> {
    fn new(
        (old, new): (&'a Holding, &'a Holding),
        (measure, maps): (Measure, &'a Maps<'a>),
        renamed: impl Fn(&Name) -> Name,
        is_updated: impl Fn(&Name, &Name) -> bool,
    ) -> Self {
        let place = |column: &Name| {
            let name = renamed(column);
            let places = (old.position(column)?, new.position(&name)?);
            (!is_updated(column, &name)).then_some(places)
        };
        let own = old.columns.iter().filter(|column| !column.is_generated);
        let shared: Vec<_> = own.filter_map(|column| place(&column.name)).collect();
        let key: Option<Vec<_>> = old.key.iter().map(place).collect();
        let mut key = key.unwrap_or_default();
        let rowid = old.position(&Name::from(ROWID));
        if key.is_empty() && measure == Measure::Faithful && rowid.is_some() {
            // A copy may renumber rows, so they are matched by their other values. But rows of a virtual table are
            // matched by the rowid: whoever writes them gives the rowid of a row elsewhere.
            let is_key = |(from, _): &(usize, usize)| (Some(*from) == rowid) == old.is_virtual;
            key = shared.iter().copied().filter(is_key).collect();
        }
        Self { old, new, measure, maps, shared, key }
    }

    fn losses(&self, may_go: MayGo) -> Vec<What> {
        if self.shared.is_empty() {
            return self.by_count(may_go.all).into_iter().collect();
        }
        let columns = if self.key.is_empty() { &self.shared } else { &self.key };
        let (from, to): (Vec<_>, Vec<_>) = columns.iter().copied().unzip();
        let mut there: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for at in (0..self.new.records.len()).rev() {
            let key = self.encoded(self.new.records.at(at), &to);
            there.entry(key).or_default().push(at);
        }
        let (mut gone, mut pairs) = (Vec::new(), Vec::new());
        for row in self.old.records.iter() {
            match there.get_mut(&self.encoded(row, &from)).and_then(Vec::pop) {
                Some(at) => pairs.push((row, at)),
                None => gone.push(row),
            }
        }
        let mut left: Vec<_> = there.into_values().flatten().collect();
        left.sort_unstable();
        self.found(gone, pairs, left, may_go)
    }

    /// Compares a table without comparable columns by its number of rows.
    fn by_count(&self, deletes: bool) -> Option<What> {
        let (total, now) = (self.old.records.len(), self.new.records.len());
        (now < total && !deletes).then(|| What::Rows {
            rows: self.shown(self.old.records.iter().skip(now)),
            gone: total - now,
            total,
        })
    }

    fn found(
        &self,
        mut gone: Vec<Record<'a>>,
        mut pairs: Vec<(Record<'a>, usize)>,
        mut left: Vec<usize>,
        may_go: MayGo,
    ) -> Vec<What> {
        if may_go.repeated {
            self.merge(&mut gone, &pairs);
        }
        self.match_changed(&mut gone, &mut pairs, &mut left);
        let mut found = Vec::new();
        if !gone.is_empty() && !may_go.all {
            let rows = self.shown(gone.iter().copied());
            found.push(What::Rows { rows, gone: gone.len(), total: self.old.records.len() });
        }
        found.extend(self.values(&pairs));
        found.extend(self.multiplied(&left));
        found
    }

    /// Removes the missing rows that have an equal row which was kept.
    fn merge(&self, gone: &mut Vec<Record<'a>>, pairs: &[(Record<'a>, usize)]) {
        let columns: Vec<_> = self.shared.iter().map(|(from, _)| *from).collect();
        let kept: HashSet<_> = pairs.iter().map(|(row, _)| self.encoded(*row, &columns)).collect();
        gone.retain(|row| !kept.contains(&self.encoded(*row, &columns)));
    }

    fn shown(&self, rows: impl Iterator<Item = Record<'a>>) -> Vec<String> {
        rows.take(SHOWN).map(|row| self.old.shown(row)).collect()
    }

    /// Matches rows whose key changed in the copy, or any value of a row without a key: with the row that replaces
    /// it, if at least half of the values agree.
    fn match_changed(
        &self,
        gone: &mut Vec<Record<'a>>,
        pairs: &mut Vec<(Record<'a>, usize)>,
        left: &mut Vec<usize>,
    ) {
        let is_found = self.measure == Measure::Exact && !self.key.is_empty();
        if left.is_empty() || is_found || gone.len() * left.len() > COMPARED {
            return;
        }
        gone.retain(|&row| {
            let agreeing = |at: &usize| {
                let (old, new) = cells((row, self.new.records.at(*at)));
                self.shared.iter().filter(|&&(from, to)| self.is_kept(old[from], new[to])).count()
            };
            let best = (0..left.len()).max_by_key(|&nth| (agreeing(&left[nth]), usize::MAX - nth));
            let Some(nth) = best.filter(|&nth| agreeing(&left[nth]) * 2 >= self.shared.len())
            else {
                return true;
            };
            pairs.push((row, left.remove(nth)));
            false
        });
    }

    /// Returns the first changed value of each column. A value of another type, such as a text in a column of
    /// integers, may become one of the column's type.
    fn values(&self, pairs: &[(Record<'a>, usize)]) -> Vec<What> {
        let mut changed: Vec<Vec<Kept<'a>>> = vec![Vec::new(); self.shared.len()];
        let mut rest: Vec<Vec<Kept<'a>>> = changed.clone();
        for &(row, at) in pairs {
            let pair = cells((row, self.new.records.at(at)));
            for (place, &(from, to)) in self.shared.iter().enumerate() {
                let (old, new) = (pair.0[from], pair.1[to]);
                let class = self.old.columns[from].class;
                if self.is_kept(old, new) || is_improved(class, old.value(), new.value()) {
                    continue;
                }
                match self.mapped((from, to), [old, new]) {
                    Mapped::Named => {}
                    Mapped::Rest => rest[place].push(pair.clone()),
                    Mapped::No => changed[place].push(pair.clone()),
                }
            }
        }
        for (place, rest) in rest.into_iter().enumerate() {
            // If only one old value becomes a new one, it follows from the new one.
            let from = self.shared[place].0;
            let is_one = rest.windows(2).all(|pair| pair[0].0[from] == pair[1].0[from]);
            changed[place].extend(rest.into_iter().filter(|_| !is_one));
        }
        let columns = self.shared.iter().zip(&changed);
        let found = columns.filter_map(|(&(from, to), changed)| {
            let (old, new) = changed.first()?;
            let row = self.old.columns.iter().zip(old).filter(|(column, _)| !column.is_generated);
            let row: Vec<_> =
                row.map(|(column, cell)| format!("{} = {}", column.name, cell.shown())).collect();
            Some(What::Value {
                column: self.old.columns[from].name.clone(),
                row: row.join(", "),
                new: owned(new[to].value()),
                from: self.moved(changed, to),
            })
        });
        found.collect()
    }

    /// Returns the column whose values now stand in this one, on more than one row.
    fn moved(&self, changed: &[Kept<'a>], to: usize) -> Option<Name> {
        let first = changed.get(..2)?[0].1[to];
        let mut columns = (0..self.old.columns.len()).filter(|from| {
            changed.iter().all(|(old, new)| old[*from] == new[to] && !new[to].is_null())
                && changed.iter().any(|(_, new)| new[to] != first)
        });
        columns.next().map(|from| self.old.columns[from].name.clone())
    }

    /// Returns new rows that repeat one of the old ones.
    fn multiplied(&self, left: &[usize]) -> Option<What> {
        if self.measure == Measure::Exact || left.is_empty() {
            return None;
        }
        let (from, to): (Vec<_>, Vec<_>) = self.shared.iter().copied().unzip();
        let rows = self.old.records.iter();
        let old: HashMap<_, _> = rows.map(|row| (self.encoded(row, &from), row)).collect();
        let again =
            left.iter().filter_map(|&at| old.get(&self.encoded(self.new.records.at(at), &to)));
        let rows = self.shown(again.copied());
        (!rows.is_empty()).then_some(What::Multiplied { rows })
    }

    fn is_kept(&self, old: Cell<'_>, new: Cell<'_>) -> bool {
        old.is_null() || self.measure.is_same(old.value(), new.value())
    }

    fn mapped(&self, (from, to): (usize, usize), [old, new]: [Cell<'_>; 2]) -> Mapped {
        let columns = [&self.old.columns[from].name, &self.new.columns[to].name];
        (self.maps)(columns, [old.value(), new.value()])
    }

    /// Returns the values of these columns as bytes, by which a row is found.
    fn encoded(&self, row: Record<'_>, columns: &[usize]) -> Vec<u8> {
        if self.measure == Measure::Exact {
            return row.identity(columns).into_owned();
        }
        let cells: Vec<_> = row.cells().collect();
        let mut key = Vec::new();
        for &column in columns {
            self.measure.identify(cells[column].value(), &mut key);
        }
        key
    }
}

pub(super) fn owned(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

fn cells<'a>((old, new): (Record<'a>, Record<'a>)) -> Kept<'a> {
    (old.cells().collect(), new.cells().collect())
}
