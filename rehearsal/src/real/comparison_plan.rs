//! Decides how the rows of a table are identified, and which of their values are compared.

use std::cmp::Ordering;

use rusqlite::types::{Value, ValueRef};

use migratory_core::sql::names::ROWIDS;

use super::cursor::Values;
use super::followed_table::{FollowedColumn, FollowedTable};
use super::harmless_text::harmless;
use super::unpaired_rows::{Digest, digest};
use crate::comparison::measure::Measure;
use crate::rows::Class;
use crate::schema::{Column, Name, Table, TableKind};

/// How many values are shown of a row without a key.
const FEW: usize = 3;

/// How the rows of a table are compared with those of the table that holds them afterwards.
pub(super) struct ComparisonPlan {
    pub(super) measure: Measure,
    /// The columns that both have, in the order in which they are read.
    pub(super) columns: Vec<Compared>,
    pub(super) identity: Identity,
    /// Values that a copy names, and which it may turn into one another, or into NULL.
    named: Vec<Value>,
    /// The values that are shown of a row, by their indexes.
    pub(super) shown: Vec<(String, usize)>,
    /// The queries on the two tables.
    pub(super) reads: [Read; 2],
}

/// A column whose values are compared.
pub(super) struct Compared {
    /// Its name before the scripts.
    pub(super) name: Name,
    /// The values that its type is meant for; `None` if it has no type.
    pub(super) class: Option<Class>,
    /// Its index in a row that was read.
    pub(super) at: usize,
    /// The script that changes its values.
    pub(super) updated: Option<String>,
    /// The script that drops it, if a later one creates it again.
    pub(super) dropped: Option<String>,
}

/// How a row is identified.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// By an integer at this index, which orders both tables.
    Ordered(usize),
    /// By the values at these indexes; by all compared values if there is no key, or one of its
    /// values is NULL.
    Values { key: Vec<usize>, all: Vec<usize> },
}

/// What is read from a table.
#[derive(Debug)]
pub(super) struct Read {
    /// The expressions, in SQL.
    pub(super) columns: Vec<String>,
    /// The one that orders the rows.
    pub(super) order: Option<String>,
}

/// What orders the rows of both tables in the same way.
#[derive(Clone, Copy)]
enum Order<'a> {
    /// The columns that are aliases of the rowids.
    Alias(&'a Name, &'a Name),
    /// The rowids, by these names.
    Rowid(&'static str, &'static str),
    /// Nothing that both have.
    None,
}

/// A column, and the one that holds its values after the scripts.
struct Pair<'a> {
    old: &'a Column,
    new: &'a Column,
    followed: &'a FollowedColumn,
}

impl ComparisonPlan {
    /// Decides how to compare the rows of `old` with those of `new`, which holds them after the
    /// scripts.
    ///
    /// `most` is the number of columns that a query may return.
    pub(super) fn new(
        old: &Table,
        new: &Table,
        followed: &FollowedTable,
        is_return: bool,
        most: usize,
    ) -> Self {
        let is_copied = followed.is_other && !is_return;
        let pairs: Vec<_> =
            followed.columns.iter().filter_map(|it| Pair::new(old, new, it)).collect();
        let key = key(old, &pairs);
        let order = Order::of([old, new], followed, &pairs, key.is_some(), most);
        let first = usize::from(matches!(order, Order::Rowid(..)));
        let columns: Vec<_> =
            pairs.iter().zip(first..).map(|(pair, at)| pair.compared(at)).collect();
        let place = |name: &Name| columns.iter().find(|it| it.name == *name).map(|it| it.at);
        let steady = pairs.iter().zip(first..).filter(|(pair, _)| pair.is_steady());
        let by_values = || Identity::Values {
            key: key.iter().flat_map(|key| key.iter().filter_map(place)).collect(),
            all: steady.map(|(_, at)| at).collect(),
        };
        let identity = match order {
            Order::Alias(old, _) => place(old).map_or_else(by_values, Identity::Ordered),
            Order::Rowid(..) => Identity::Ordered(0),
            Order::None => by_values(),
        };
        let shown = shown(key.unwrap_or_default(), &columns, first > 0);
        let reads = [0, 1].map(|side| Read::new(&pairs, order, side));
        let measure = if is_copied { Measure::Faithful } else { Measure::Exact };
        let named = followed.named.iter().flat_map(|(_, values)| values.clone()).collect();
        Self { measure, columns, identity, named, shown, reads }
    }
}

impl ComparisonPlan {
    /// Returns the number of values that are read of a row.
    pub(super) fn width(&self) -> usize {
        self.reads[0].columns.len()
    }

    /// Compares the positions of an old and a new row; `None` if they differ and no order says
    /// which comes first.
    pub(super) fn order(&self, old: &impl Values, new: &impl Values) -> Option<Ordering> {
        match &self.identity {
            Identity::Ordered(at) => match (old.at(*at), new.at(*at)) {
                (ValueRef::Integer(old), ValueRef::Integer(new)) => Some(old.cmp(&new)),
                _ => None,
            },
            Identity::Values { .. } => {
                let (from, to) = (self.places(old), self.places(new));
                let is_same = |at: &usize| self.measure.is_same(old.at(*at), new.at(*at));
                (from == to && from.iter().all(is_same)).then_some(Ordering::Equal)
            }
        }
    }

    /// Whether a copy names the change of this value into that one: `nullif(year, 0)` names what
    /// becomes of 0.
    pub(super) fn says(&self, old: ValueRef<'_>, new: ValueRef<'_>) -> bool {
        let is_named =
            |value: ValueRef<'_>| self.named.iter().any(|it| ValueRef::from(it) == value);
        is_named(old) && (new == ValueRef::Null || is_named(new))
    }

    /// Returns the digest that identifies a row.
    pub(super) fn identified(&self, row: &impl Values) -> Digest {
        self.digest(row, self.places(row))
    }

    /// Returns the digest of all compared values of a row.
    pub(super) fn whole(&self, row: &impl Values) -> Digest {
        match &self.identity {
            Identity::Values { all, .. } => self.digest(row, all),
            Identity::Ordered(at) => self.digest(row, &[*at]),
        }
    }

    /// Whether a row may be the same though its identifying values differ.
    pub(super) fn may_convert(&self) -> bool {
        match &self.identity {
            Identity::Values { key, .. } => key.is_empty() || self.measure == Measure::Faithful,
            Identity::Ordered(_) => false,
        }
    }

    /// Whether two rows agree in at least half of their values.
    pub(super) fn agree(&self, old: &impl Values, new: &impl Values) -> bool {
        let is_same = |it: &&Compared| self.measure.is_same(old.at(it.at), new.at(it.at));
        self.columns.iter().filter(is_same).count() * 2 >= self.columns.len()
    }

    fn places(&self, row: &impl Values) -> &[usize] {
        match &self.identity {
            Identity::Ordered(at) => std::slice::from_ref(at),
            Identity::Values { key, all } => {
                let is_null = |at: &usize| row.at(*at) == ValueRef::Null;
                if key.is_empty() || key.iter().any(is_null) { all } else { key }
            }
        }
    }

    fn digest(&self, row: &impl Values, places: &[usize]) -> Digest {
        let mut bytes = Vec::new();
        for at in places {
            self.measure.identify(row.at(*at), &mut bytes);
        }
        digest(&bytes)
    }
}

impl<'a> Order<'a> {
    fn of(
        [old, new]: [&'a Table; 2],
        followed: &FollowedTable,
        pairs: &[Pair<'a>],
        has_key: bool,
        most: usize,
    ) -> Self {
        if let (Some(from), Some(to)) = (old.rowid_alias(), new.rowid_alias()) {
            let is_same = |pair: &Pair<'_>| pair.old.name == from.name && pair.new.name == to.name;
            if pairs.iter().any(|pair| is_same(pair) && pair.is_steady()) {
                return Self::Alias(&from.name, &to.name);
            }
        }
        // A rowid that a script updates does not identify a row.
        let is_named = old.rowid_alias().or(new.rowid_alias()).is_some();
        let is_kept =
            !followed.is_other && !followed.is_renumbered && !is_named && pairs.len() < most;
        match rowid(old).zip(rowid(new)) {
            Some((old, new)) if is_kept && !has_key => Self::Rowid(old, new),
            _ => Self::None,
        }
    }
}

impl<'a> Pair<'a> {
    /// Leaves out columns that are computed from others, and those that only their module shows.
    fn new(old: &'a Table, new: &'a Table, followed: &'a FollowedColumn) -> Option<Self> {
        let is_own = |column: &&Column| column.generated.is_none() && !column.is_hidden;
        let pair = (old.column(&followed.old).filter(is_own)?, new.column(&followed.now)?);
        (!pair.1.is_hidden).then_some(Self { old: pair.0, new: pair.1, followed })
    }

    /// Whether no script changes its values.
    fn is_steady(&self) -> bool {
        self.followed.updated.is_none() && self.followed.dropped.is_none()
    }

    fn compared(&self, at: usize) -> Compared {
        let is_typed = !matches!(&*self.old.declared.to_ascii_uppercase(), "" | "ANY");
        Compared {
            name: self.old.name.clone(),
            class: is_typed.then(|| Class::of(self.old)),
            at,
            updated: self.followed.updated.clone(),
            dropped: self.followed.dropped.clone(),
        }
    }
}

impl Read {
    fn new(pairs: &[Pair<'_>], order: Order<'_>, side: usize) -> Self {
        let names = pairs.iter().map(|pair| [pair.old, pair.new][side].name.quoted());
        let (rowid, order) = match order {
            Order::Alias(old, new) => (None, Some([old, new][side].quoted())),
            Order::Rowid(old, new) => (Some([old, new][side]), Some([old, new][side].to_owned())),
            Order::None => (None, None),
        };
        Self { columns: rowid.map(str::to_owned).into_iter().chain(names).collect(), order }
    }

    /// Returns the query that reads a table.
    ///
    /// An index with all of the columns may have another order than the table. So no index is used,
    /// and a table and its copy come in the same order.
    pub(super) fn sql(&self, table: &Table) -> String {
        let columns =
            if self.columns.is_empty() { "NULL".to_owned() } else { self.columns.join(", ") };
        let name = table.name.quoted();
        let scan = if table.kind == TableKind::Ordinary { " NOT INDEXED" } else { "" };
        let order = self.order.as_ref().map(|order| format!(" ORDER BY {order}"));
        format!("SELECT {columns} FROM main.{name}{scan}{}", order.unwrap_or_default())
    }
}

/// Returns the columns of the primary key, if both sides have them and no script changes them.
fn key<'a>(table: &'a Table, pairs: &[Pair<'_>]) -> Option<&'a [Name]> {
    let is_steady = |name: &Name| pairs.iter().any(|it| it.old.name == *name && it.is_steady());
    let key = table.primary_key.as_slice();
    (!key.is_empty() && key.iter().all(is_steady)).then_some(key)
}

/// Returns a name by which SQLite shows the rowid of a table.
fn rowid(table: &Table) -> Option<&'static str> {
    let is_free = |name: &&str| table.columns.iter().all(|column| column.name != **name);
    ROWIDS.into_iter().find(is_free).filter(|_| !table.is_without_rowid)
}

/// Returns what is shown of a row: its key, its rowid, or its first values.
fn shown(key: &[Name], columns: &[Compared], has_rowid: bool) -> Vec<(String, usize)> {
    let value = |column: &Compared| (harmless(column.name.as_str()), column.at);
    if has_rowid {
        return vec![("rowid".to_owned(), 0)];
    }
    if key.is_empty() {
        return columns.iter().take(FEW).map(value).collect();
    }
    let columns = key.iter().filter_map(|name| columns.iter().find(|it| it.name == *name));
    columns.map(value).collect()
}
