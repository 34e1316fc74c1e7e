//! Finds where the values of dropped tables and columns go, if they go to tables and columns with
//! other names.

use super::copy::Copy;
use super::lineage::{END, Lineage, Origin};
use super::phrase::Phrase;
use super::{Facts, drop_column, preserved_data};
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Table, TableKind};
use migratory_analysis::Rule;

/// A table or a column that a script drops, after it has copied the values elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handed {
    /// The table, by its name before the script.
    pub(crate) table: Name,
    /// The dropped column; `None` if the table is dropped.
    pub(crate) column: Option<Name>,
    pub(crate) takers: Vec<Taker>,
}

/// A table that takes values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taker {
    /// The index of the statement that fills it.
    pub(crate) at: usize,
    /// The table, by its name after the script.
    pub(crate) table: Name,
    /// The columns that it takes as they are, by their names before and after.
    pub(crate) columns: Vec<(Name, Name)>,
}

/// Returns what an up hands on, where the text of its statements says all about it.
///
/// A down that brings the values back holds more than this does.
pub(crate) fn handed_on(facts: &Facts<'_>) -> Vec<Handed> {
    if !facts.is_up || facts.is_returned || !facts.is_complete() {
        return Vec::new();
    }
    let lineage = Lineage::new(facts);
    let mut handed = Vec::new();
    if !facts.allows(Rule::DropTable) {
        let tables = facts.before().tables.values();
        handed.extend(tables.filter_map(|table| of_table(facts, &lineage, table)));
    }
    if !facts.allows(Rule::DropColumn) {
        handed.extend(facts.done().filter_map(|step| of_column(facts, &lineage, step)));
    }
    handed
}

fn of_table(facts: &Facts<'_>, lineage: &Lineage, table: &Table) -> Option<Handed> {
    let until = lineage.dropped(&table.name)?;
    if table.kind != TableKind::Ordinary || facts.after().tables.contains_key(&table.name) {
        return None;
    }
    Search { facts, lineage, table, column: None, until }.handed()
}

fn of_column(
    facts: &Facts<'_>,
    lineage: &Lineage,
    (until, statement): (usize, &Statement),
) -> Option<Handed> {
    let (old, column) = drop_column::dropped(facts, until, statement)?;
    let Origin::Before(name) = lineage.origin(&old.name, until) else { return None };
    let table = facts.before().tables.get(&name)?;
    let is_same = column.generated.is_none() && table.columns.contains(column);
    let search = Search { facts, lineage, table, column: Some(&column.name), until };
    is_same.then(|| search.handed())?
}

/// The search for those who take the values of a table or a column.
struct Search<'s> {
    facts: &'s Facts<'s>,
    lineage: &'s Lineage,
    /// The table before the script.
    table: &'s Table,
    column: Option<&'s Name>,
    /// The statement that drops it.
    until: usize,
}

impl Search<'_> {
    /// Returns the takers; `None` if there are none, or a statement takes values in a way that is
    /// not followed, or rows are deleted.
    fn handed(&self) -> Option<Handed> {
        let mut takers = Vec::new();
        for (at, statement) in self.facts.done().take_while(|(at, _)| *at < self.until) {
            let source = self.lineage.name(&self.table.name, 0, at)?;
            let may_take = statement
                .acts
                .iter()
                .any(|act| matches!(act.kind, ActKind::Insert(_) | ActKind::Update { .. }))
                || statement.own().any(|act| matches!(act, ActKind::CreateTable(_)));
            let step = (at, statement);
            if may_take && preserved_data::reads(self.facts, step, source, self.column) {
                takers.push(self.taker(step, source)?);
            }
        }
        let column = self.column.cloned();
        let is_taken = !takers.is_empty() && takers.iter().all(|taker| !taker.columns.is_empty());
        is_taken.then(|| Handed { table: self.table.name.clone(), column, takers })
    }

    fn taker(&self, (at, statement): (usize, &Statement), source: &Name) -> Option<Taker> {
        if statement.acts.iter().any(|act| act.accessor.is_some()) {
            return None;
        }
        let from = self.facts.schemas[at].tables.get(source)?;
        let taken = taken(self.facts.text(statement), from)?;
        let into = self.facts.schemas[at + 1].tables.get(&taken.target)?;
        let table = self.lineage.name(&taken.target, at + 1, END)?;
        let after = self.facts.after().tables.get(table)?;
        if taken.source != *source || taken.target == *source || self.is_thinned(table) {
            return None;
        }
        let targets = taken.columns.unwrap_or_else(|| into.stored());
        let pairs = taken.values.into_iter().zip(targets);
        let pairs = pairs.filter_map(|(from, to)| Some((from?, to)));
        let is_followed = |(from, to): &(Name, Name)| {
            self.table.column(from).is_some()
                && after.column(to).is_some()
                && !self.is_updated(table, to)
                && !self.is_updated_before(from)
        };
        let mut columns: Vec<_> = pairs.filter(is_followed).collect();
        unswap(&mut columns);
        if let Some(column) = self.column {
            let is_wanted = |(from, _): &(Name, Name)| from == column;
            if !columns.iter().any(is_wanted) {
                return None;
            }
            let is_key = |from: &Name| self.table.primary_key.contains(from);
            columns.retain(|pair| is_wanted(pair) || is_key(&pair.0));
        }
        Some(Taker { at, table: table.clone(), columns })
    }

    /// Whether a statement deletes rows of the table that has this name at the end, or of the
    /// dropped one.
    fn is_thinned(&self, table: &Name) -> bool {
        self.facts.done().any(|(at, statement)| {
            let drops = statement.own().any(|act| matches!(act, ActKind::DropTable(_)));
            !drops
                && statement.acts.iter().any(|act| match &act.kind {
                    ActKind::Delete(from) => {
                        self.lineage.name(from, at, END) == Some(table) || self.is_source(from, at)
                    }
                    _ => false,
                })
        })
    }

    fn is_source(&self, name: &Name, at: usize) -> bool {
        self.lineage.name(&self.table.name, 0, at) == Some(name)
    }

    /// Whether a statement updates this column of the table that has this name at the end.
    fn is_updated(&self, table: &Name, of: &Name) -> bool {
        self.updates(|at, updated, column| {
            column == of && self.lineage.name(updated, at, END) == Some(table)
        })
    }

    /// Whether a statement updates this column of the dropped table.
    fn is_updated_before(&self, of: &Name) -> bool {
        self.updates(|at, updated, column| column == of && self.is_source(updated, at))
    }

    fn updates(&self, is_it: impl Fn(usize, &Name, &Name) -> bool) -> bool {
        self.facts.done().any(|(at, statement)| {
            statement.acts.iter().any(|act| match &act.kind {
                ActKind::Update { table, column } => is_it(at, table, column),
                _ => false,
            })
        })
    }
}

/// What an INSERT .. SELECT or a CREATE TABLE .. AS takes from one table.
struct Taken {
    source: Name,
    target: Name,
    /// The listed columns of the target.
    columns: Option<Vec<Name>>,
    /// The column that each value is; `None` for an expression.
    values: Vec<Option<Name>>,
}

fn taken(text: &str, source: &Table) -> Option<Taken> {
    let insert = match Phrase::parse(text) {
        Some(phrase) => as_insert(text, &phrase)?,
        None => text.to_owned(),
    };
    let copy = Copy::parse(&insert)?;
    let values = copy.values(&source.stored());
    let values = values.iter().map(|value| value.column().cloned()).collect();
    Some(Taken { values, source: copy.source, target: copy.target, columns: copy.columns })
}

/// Writes `CREATE TABLE a AS SELECT ..` as an INSERT.
fn as_insert(text: &str, phrase: &Phrase<'_>) -> Option<String> {
    let [first, select, ..] = phrase.rest.as_slice() else { return None };
    let is_query = first.is_word("as") && select.is_word("select") && !phrase.is_temporary;
    let query = text.get(select.start..).filter(|_| is_query)?;
    Some(format!("INSERT INTO {} {query}", phrase.object().quoted()))
}

/// Two columns that take each other's values are expected to keep their own.
fn unswap(columns: &mut [(Name, Name)]) {
    let all = columns.to_vec();
    for (from, to) in columns {
        if all.iter().any(|(other, into)| other == to && into == from) {
            to.clone_from(from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    const BEFORE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);
        CREATE TABLE o (id INTEGER PRIMARY KEY, a TEXT);";

    /// Writes what a script hands on: `t: n(id>id a>x)`.
    fn handed(script: &str) -> String {
        harness::with_facts(BEFORE, script, |facts| {
            let told = |handed: Handed| {
                let column = handed.column.map_or_else(String::new, |it| format!(".{it}"));
                let takers = handed.takers.iter().map(|taker| {
                    let pairs = taker.columns.iter().map(|(from, to)| format!("{from}>{to}"));
                    format!(" {}({})", taker.table, pairs.collect::<Vec<_>>().join(" "))
                });
                format!("{}{column}:{}", handed.table, takers.collect::<String>())
            };
            handed_on(facts).into_iter().map(told).collect::<Vec<_>>().join("; ")
        })
    }

    #[test]
    fn values_are_followed_to_other_names() {
        for (script, expected) in [
            ("CREATE TABLE n AS SELECT * FROM t; DROP TABLE t;", "t: n(id>id a>a b>b)"),
            (
                "CREATE TABLE n (id, x); INSERT INTO n SELECT id, a FROM t WHERE b; DROP TABLE t;",
                "t: n(id>id a>x)",
            ),
            (
                "CREATE TABLE n (a, b); INSERT INTO n (a, b) SELECT b, a FROM t; DROP TABLE t; \
                 ALTER TABLE n RENAME TO m;",
                "t: m(b>b a>a)",
            ),
            (
                "INSERT INTO o (a) SELECT a FROM t; CREATE TABLE n AS SELECT b FROM t; \
                 DROP TABLE t;",
                "t: o(a>a) n(b>b)",
            ),
            (
                "CREATE TABLE n AS SELECT id, a, b FROM t; ALTER TABLE t DROP COLUMN b;",
                "t.b: n(id>id b>b)",
            ),
            ("CREATE TABLE n AS SELECT upper(a) AS x FROM t; DROP TABLE t;", ""),
            ("INSERT INTO o (a) SELECT a FROM t; UPDATE o SET a = 1; DROP TABLE t;", ""),
            ("INSERT INTO o (a) SELECT a FROM t; DELETE FROM o; DROP TABLE t;", ""),
            ("INSERT INTO o (a) SELECT a FROM t UNION SELECT b FROM t; DROP TABLE t;", ""),
            ("UPDATE o SET a = (SELECT a FROM t WHERE t.id = o.id); DROP TABLE t;", ""),
            (
                "-- migratory: allow(drop_table): moved\n\
                 CREATE TABLE n AS SELECT * FROM t; DROP TABLE t;",
                "",
            ),
        ] {
            assert_eq!(handed(script), expected, "{script}");
        }
    }
}
