//! Tracks which table and column after a script hold what one held before it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::act::{ActKind, Statement};
use crate::rules::{Handed, RenamedColumn};
use crate::schema::{Name, Schema, Table, TableKind};

/// Where the rows of each table are after a script.
#[derive(Debug, Default)]
pub(crate) struct Succession {
    successors: BTreeMap<Name, Successor>,
    handed: Vec<Handed>,
}

/// The table that holds the rows of another one after a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Successor {
    /// Its name.
    pub(crate) table: Name,
    /// Whether it is another table, which took the name of the dropped one.
    pub(crate) is_other: bool,
    /// All names under which a statement may have written to the old table or to this one.
    pub(crate) names: BTreeSet<Name>,
    /// Renamed columns, from the name before the script to the one after it.
    renamed: BTreeMap<Name, Name>,
}

/// A table while the script runs.
#[derive(Clone, Debug)]
struct Life {
    /// The table before the script; `None` if the script created it.
    old: Option<Name>,
    names: BTreeSet<Name>,
    renamed: BTreeMap<Name, Name>,
}

impl Succession {
    /// Follows the tables through the statements of a script. `schemas` has those before each
    /// statement, and the one after the last that succeeded.
    pub(crate) fn new(statements: &[Statement], schemas: &[Arc<Schema>]) -> Self {
        let Some(first) = schemas.first() else { return Self::default() };
        let mut alive: BTreeMap<Name, Life> = first
            .tables
            .values()
            .map(|table| (table.name.clone(), Life::of(Some(table.name.clone()), &table.name)))
            .collect();
        let mut dead: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        for (statement, pair) in statements.iter().zip(schemas.windows(2)) {
            if !Arc::ptr_eq(&pair[0], &pair[1]) {
                follow(statement, [&pair[0], &pair[1]], &mut alive, &mut dead);
            }
        }
        let mut successors = BTreeMap::new();
        for (name, life) in &alive {
            if let Some(old) = &life.old {
                let successor = Successor {
                    table: name.clone(),
                    is_other: false,
                    names: life.names.clone(),
                    renamed: life.renamed.clone(),
                };
                successors.insert(old.clone(), successor);
            }
        }
        for (old, names) in dead {
            if let Some(life) = alive.get(&old) {
                let names = names.union(&life.names).cloned().collect();
                successors.insert(
                    old.clone(),
                    Successor { table: old, is_other: true, names, renamed: BTreeMap::new() },
                );
            }
        }
        // A table may be renamed out of the way while another takes its name and rows: `ALTER TABLE
        // a RENAME TO a_old; CREATE TABLE a ..; INSERT INTO a SELECT .. FROM a_old` keeps both.
        Self { successors, handed: Vec::new() }
    }

    /// Returns the table that now holds the rows of a table; `None` if they are gone.
    pub(crate) fn successor(&self, table: &Name) -> Option<&Successor> {
        self.successors.get(table)
    }

    /// Adds where the values of dropped tables and columns are.
    pub(crate) fn handing(self, handed: Vec<Handed>) -> Self {
        Self { handed, ..self }
    }

    /// Adds the columns that a copy into a replacement renames.
    pub(crate) fn renaming(mut self, columns: Vec<RenamedColumn>) -> Self {
        for RenamedColumn { table, from, to } in columns {
            if let Some(successor) =
                self.successors.get_mut(&table).filter(|successor| successor.is_other)
            {
                successor.renamed.insert(from, to);
            }
        }
        self
    }

    /// Returns where the values of dropped tables and columns are.
    pub(crate) fn handed(&self) -> &[Handed] {
        &self.handed
    }
}

impl Successor {
    /// Returns the current name of a column of the old table.
    pub(crate) fn column<'a>(&'a self, old: &'a Name) -> &'a Name {
        self.renamed.get(old).unwrap_or(old)
    }
}

impl Life {
    fn of(old: Option<Name>, name: &Name) -> Self {
        Self { old, names: BTreeSet::from([name.clone()]), renamed: BTreeMap::new() }
    }

    fn rename_column(&mut self, from: &Name, to: &Name) {
        let first = self.renamed.iter().find(|(_, now)| *now == from).map(|(old, _)| old.clone());
        self.renamed.insert(first.unwrap_or_else(|| from.clone()), to.clone());
    }
}

fn follow(
    statement: &Statement,
    [before, after]: [&Schema; 2],
    alive: &mut BTreeMap<Name, Life>,
    dead: &mut BTreeMap<Name, BTreeSet<Name>>,
) {
    let alters = statement.own().any(|act| matches!(act, ActKind::AlterTable(_)));
    let gone: Vec<_> =
        before.tables.without(&after.tables).filter(|table| is_table(table)).collect();
    let come: Vec<_> =
        after.tables.without(&before.tables).filter(|table| is_table(table)).collect();
    match (gone.as_slice(), come.as_slice()) {
        ([from], [to]) if alters => {
            if let Some(mut life) = alive.remove(&from.name) {
                life.names.insert(to.name.clone());
                alive.insert(to.name.clone(), life);
            }
        }
        _ => {
            for table in gone {
                let life = alive.remove(&table.name);
                if let Some((old, names)) = life.and_then(|life| Some((life.old?, life.names))) {
                    dead.insert(old, names);
                }
            }
            for table in come {
                alive.insert(table.name.clone(), Life::of(None, &table.name));
            }
        }
    }
    if alters {
        let both =
            before.tables.values().filter_map(|old| Some((old, after.tables.get(&old.name)?)));
        for (old, new) in both {
            if let (Some((from, to)), Some(life)) =
                (renamed_column(old, new), alive.get_mut(&old.name))
            {
                life.rename_column(from, to);
            }
        }
    }
}

fn is_table(table: &Table) -> bool {
    table.kind != TableKind::Shadow
}

/// Returns the one column whose name differs, if all others are unchanged.
fn renamed_column<'a>(old: &'a Table, new: &'a Table) -> Option<(&'a Name, &'a Name)> {
    if old.columns.len() != new.columns.len() {
        return None;
    }
    let pairs = old.columns.iter().zip(&new.columns);
    let mut differing = pairs.filter(|(old, new)| old.name != new.name);
    match (differing.next(), differing.next()) {
        (Some((old, new)), None) => Some((&old.name, &new.name)),
        _ => None,
    }
}

#[cfg(test)]
impl Succession {
    /// A succession in which this table has this successor.
    pub(crate) fn test(table: &str, successor: Successor) -> Self {
        Self { successors: BTreeMap::from([(Name::new(table), successor)]), handed: Vec::new() }
    }
}

#[cfg(test)]
impl Successor {
    pub(crate) fn test(table: &str, is_other: bool) -> Self {
        let table = Name::new(table);
        Self { names: BTreeSet::from([table.clone()]), table, is_other, renamed: BTreeMap::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    const BEFORE: &str = "CREATE TABLE a (x, y); CREATE TABLE b (x);";

    /// The successors of `a` and `b`, written as `name`, or `=name` for another table, with renamed
    /// columns.
    fn successors(script: &str) -> String {
        harness::with_facts(BEFORE, script, |facts| {
            let succession = Succession::new(facts.statements, facts.schemas);
            let told = |table: &str| match succession.successor(&Name::new(table)) {
                None => "-".to_owned(),
                Some(successor) => {
                    let columns =
                        successor.renamed.iter().map(|(old, new)| format!(" {old}>{new}"));
                    let other = if successor.is_other { "=" } else { "" };
                    format!("{other}{}{}", successor.table, columns.collect::<String>())
                }
            };
            format!("{}, {}", told("a"), told("b"))
        })
    }

    #[test]
    fn rows_are_followed_through_renames_and_rebuilds() {
        for (script, expected) in [
            ("SELECT 1;", "a, b"),
            ("DROP TABLE b;", "a, -"),
            ("ALTER TABLE a RENAME TO c;", "c, b"),
            ("ALTER TABLE a RENAME TO c; ALTER TABLE c RENAME TO a;", "a, b"),
            ("CREATE TABLE n (x); DROP TABLE a; ALTER TABLE n RENAME TO a;", "=a, b"),
            ("DROP TABLE a; CREATE TABLE a (x);", "=a, b"),
            ("ALTER TABLE a RENAME TO o; CREATE TABLE a (x); DROP TABLE o;", "=a, b"),
            ("ALTER TABLE a RENAME TO o; CREATE TABLE a (x);", "o, b"),
            (
                "ALTER TABLE a RENAME TO c; ALTER TABLE b RENAME TO a; ALTER TABLE c RENAME TO b;",
                "b, a",
            ),
            ("ALTER TABLE a RENAME COLUMN x TO z; ALTER TABLE a ADD COLUMN x;", "a x>z, b"),
            ("ALTER TABLE a RENAME COLUMN x TO z; ALTER TABLE a RENAME COLUMN z TO u;", "a x>u, b"),
            ("ALTER TABLE a DROP COLUMN x; ALTER TABLE a ADD COLUMN z;", "a, b"),
        ] {
            assert_eq!(successors(script), expected, "{script}");
        }
    }

    #[test]
    fn every_name_during_the_script_is_known() {
        let script = "CREATE TABLE n (x); INSERT INTO n SELECT x FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;";
        harness::with_facts(BEFORE, script, |facts| {
            let succession = Succession::new(facts.statements, facts.schemas);
            let successor = succession.successor(&Name::new("a")).expect("an successor");
            assert_eq!(successor.names.iter().map(Name::as_str).collect::<Vec<_>>(), ["a", "n"]);
        });
    }
}
