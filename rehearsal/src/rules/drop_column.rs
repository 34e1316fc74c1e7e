//! Reports the loss of a column's values, when it is dropped or left out of a rebuilt table.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_core::sql::names::ROWIDS;

use super::lineage::{END, Lineage, Origin, Rebuild};
use super::preserved_data::{Copied, is_carried};
use super::{Facts, ScriptRule, Scripts, fresh, ticked};
use crate::act::{ActKind, Statement};
use crate::schema::{Column, Name, Table, TableKind};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject, spelling};

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::DropColumn,
    allow: Some(Rule::DropColumn),
    scripts: Scripts::Ups,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let lineage = Lineage::new(facts);
    let mut found = altered(facts, &lineage);
    if facts.is_complete() {
        found.extend(rebuilt(facts, &lineage));
        found.extend(with_table(facts, &lineage));
    }
    found
}

/// Reports columns that `ALTER TABLE .. DROP COLUMN` drops.
fn altered(facts: &Facts<'_>, lineage: &Lineage) -> Vec<Diagnostic> {
    let drops = |(at, statement): (usize, &Statement)| {
        let (old, column) = dropped(facts, at, statement)?;
        let Origin::Before(name) = lineage.origin(&old.name, at) else { return None };
        let copied = Copied { table: &name, column: Some(&column.name), from: 0, until: at };
        let is_meant = column.generated.is_some()
            || !facts.before().tables.get(&name)?.columns.contains(column)
            || is_carried(facts, lineage, copied);
        let place = column_in(facts, statement, &column.name);
        (!is_meant).then(|| finding(facts, place, &name, &[&column.name]))
    };
    facts.done().filter_map(drops).collect()
}

/// Returns the table and the column that the statement drops.
pub(super) fn dropped<'a>(
    facts: &Facts<'a>,
    at: usize,
    statement: &Statement,
) -> Option<(&'a Table, &'a Column)> {
    let altered = statement.own().find_map(|act| match act {
        ActKind::AlterTable(table) => Some(table),
        _ => None,
    })?;
    let old = facts.schemas[at].tables.get(altered)?;
    let new = facts.schemas[at + 1].tables.get(altered)?;
    let is_shorter = new.columns.len() < old.columns.len();
    let mut columns = old.columns.iter().filter(|_| is_shorter);
    Some((old, columns.find(|column| new.column(&column.name).is_none())?))
}

/// Returns the last token of the statement that names the column.
fn column_in(facts: &Facts<'_>, statement: &Statement, column: &Name) -> Range<usize> {
    let tokens = super::phrase::meaningful(facts.text(statement));
    let token = tokens.filter(|token| *column == *token.unquoted().as_ref()).last();
    match token {
        Some(token) => super::place(statement.range.start, &token),
        None => statement.range.clone(),
    }
}

/// Reports columns missing from a rebuilt table whose rows were copied.
fn rebuilt(facts: &Facts<'_>, lineage: &Lineage) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (rebuild, lost) in left_out(facts, lineage) {
        let made = rebuild.made.or(rebuild.dropped).and_then(|at| facts.statements.get(at));
        if let (false, Some(made)) = (lost.is_empty(), made) {
            found.push(finding(facts, made.range.clone(), &rebuild.old.name, &lost));
        }
    }
    found
}

/// Reports columns that go with their table, while others of it are copied to another one.
///
/// If a down brings the table back, the rehearsal compares what it holds then.
fn with_table(facts: &Facts<'_>, lineage: &Lineage) -> Vec<Diagnostic> {
    if facts.is_returned || facts.allows(Rule::DropTable) {
        return Vec::new();
    }
    let dropped = |(until, statement): (usize, &Statement)| {
        let name = statement.own().find_map(|act| match act {
            ActKind::DropTable(name) => Some(name),
            _ => None,
        })?;
        let Origin::Before(old) = lineage.origin(name, until) else { return None };
        let is_gone = !facts.after().tables.contains_key(&old);
        let table = facts.before().tables.get(&old).filter(|_| is_gone)?;
        let now = facts.schemas[until].tables.get(name)?;
        let copied = Copied { table: &old, column: None, from: 0, until };
        if table.kind != TableKind::Ordinary || !is_carried(facts, lineage, copied) {
            return None;
        }
        let is_read = |column: &Name| {
            now.column(column).is_none() || is_read_in_write(facts, lineage, &old, column, until)
        };
        let stored = table.columns.iter().filter(|column| column.generated.is_none());
        let names = stored.map(|column| &column.name);
        let is_lost = |column: &&Name| !table.primary_key.contains(column) && !is_read(column);
        let lost: Vec<_> = names.filter(is_lost).collect();
        (!lost.is_empty()).then(|| finding(facts, statement.range.clone(), &old, &lost))
    };
    facts.done().filter_map(dropped).collect()
}

/// Whether a statement before this one reads the column while it writes.
fn is_read_in_write(
    facts: &Facts<'_>,
    lineage: &Lineage,
    table: &Name,
    column: &Name,
    until: usize,
) -> bool {
    facts.done().take_while(|(at, _)| *at < until).any(|(at, statement)| {
        let source = lineage.name(table, 0, at);
        let writes = statement.acts.iter().any(|act| {
            matches!(
                act.kind,
                ActKind::Insert(_) | ActKind::Update { .. } | ActKind::CreateTable(_)
            )
        });
        let is_it = |act: &ActKind| match act {
            ActKind::Read { table, column: read } => Some(table) == source && read == column,
            _ => false,
        };
        let keeps_aside = || super::phrase::Phrase::parse(facts.text(statement)).is_some();
        (writes || keeps_aside()) && statement.acts.iter().any(|act| is_it(&act.kind))
    })
}

/// Returns the rebuilt tables whose rows were copied, each with the columns that were not.
fn left_out<'a>(facts: &Facts<'a>, lineage: &Lineage) -> Vec<(Rebuild<'a>, Vec<&'a Name>)> {
    let left_out = |rebuild: Rebuild<'a>| {
        let (old, until) = (rebuild.old, rebuild.dropped.unwrap_or(END));
        let is_carried = |column| {
            is_carried(facts, lineage, Copied { table: &old.name, column, from: 0, until })
        };
        // If the old table is kept, so are its columns; if nothing is copied, another rule reports
        // that.
        if old.kind != TableKind::Ordinary || rebuild.dropped.is_none() || !is_carried(None) {
            return None;
        }
        let stored = old.columns.iter().filter(|column| column.generated.is_none());
        let lost = stored
            .map(|column| &column.name)
            .filter(|column| rebuild.new.column(column).is_none() && !is_carried(Some(column)));
        Some((rebuild, lost.collect()))
    };
    lineage.rebuilds(facts).into_iter().filter_map(left_out).collect()
}

/// Returns the columns that the script leaves out of rebuilt tables, each with its table's name
/// before.
pub(super) fn left_out_columns(facts: &Facts<'_>) -> BTreeSet<(Name, Name)> {
    let of = |(rebuild, lost): (Rebuild<'_>, Vec<&Name>)| {
        let table = rebuild.old.name.clone();
        lost.into_iter().map(move |column| (table.clone(), column.clone())).collect::<Vec<_>>()
    };
    left_out(facts, &Lineage::new(facts)).into_iter().flat_map(of).collect()
}

fn finding(facts: &Facts<'_>, place: Range<usize>, table: &Name, lost: &[&Name]) -> Diagnostic {
    let columns = spelling::list(&ticked(lost.iter().copied()));
    let message = match lost {
        [_] => format!("the column {columns} of `{table}` is dropped, with all its values"),
        _ => format!("the columns {columns} of `{table}` are dropped, with all their values"),
    };
    // Each statement drops its own columns, and each finding suggests a table of its own.
    let kept = match lost {
        [column] => format!("{table}_{column}_kept"),
        _ => format!("{table}_kept"),
    };
    let kept = fresh(facts, &kept).written();
    RULE.error(facts, Subject::columns(table, lost.iter().copied()), message, place)
        .note("users lose what their databases hold there, and no down restores it")
        .help(format!(
            "save it at the top of the file: `CREATE TABLE {kept} AS SELECT {} FROM {};`",
            identified(facts.before().tables.get(table), lost),
            table.written()
        ))
}

/// Lists the lost columns after those that identify the row.
fn identified(table: Option<&Table>, lost: &[&Name]) -> String {
    let columns = super::columns(lost.iter().copied());
    let Some(table) = table else { return columns };
    let is_free = |name: &&str| table.column(&Name::from(*name)).is_none();
    let rowid = ROWIDS.into_iter().find(is_free);
    match (rowid, table.primary_key.as_slice()) {
        (Some(rowid), []) => format!("{rowid} AS row, {columns}"),
        (_, key) => {
            let key = key.iter().filter(|column| !lost.contains(column));
            super::columns(key.chain(lost.iter().copied()))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_down, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, \"old name\" TEXT,
                             size INT GENERATED ALWAYS AS (length(name)) VIRTUAL);
        CREATE TABLE place (name TEXT, street TEXT, town TEXT);
    ";

    #[test]
    fn a_column_that_is_dropped_is_reported() {
        for up in [
            "ALTER TABLE person DROP COLUMN \"old name\";",
            "alter table main.place drop street",
            "ALTER TABLE place RENAME TO spot; ALTER TABLE spot DROP COLUMN town;",
            "UPDATE place SET town = trim(town); ALTER TABLE place DROP COLUMN town;",
            "CREATE TABLE n (name TEXT, street TEXT); \
             INSERT INTO n (name, street) SELECT name, street FROM place; DROP TABLE place; \
             ALTER TABLE n RENAME TO place;",
            "ALTER TABLE place RENAME TO o; CREATE TABLE place (name TEXT, street TEXT); \
             INSERT INTO place SELECT name, street FROM o; DROP TABLE o;",
            "ALTER TABLE place ADD COLUMN n; UPDATE place SET n = 1 WHERE town = 'x'; \
             ALTER TABLE place DROP COLUMN town;",
            "CREATE TABLE n AS SELECT count(town) AS x FROM place; \
             ALTER TABLE place DROP COLUMN town;",
            "CREATE TABLE n AS SELECT name, street FROM place; DROP TABLE place;",
        ] {
            lint_errors(BEFORE, up, &[Code::DropColumn]);
        }
        let found = lint(BEFORE, "ALTER TABLE place DROP COLUMN street;");
        assert_eq!(found[0].labels[0].range, Some(30..36));
    }

    #[test]
    fn several_columns_of_a_rebuilt_table_are_reported_together() {
        let up = "CREATE TABLE n (name TEXT); INSERT INTO n (name) SELECT name FROM place; \
                  DROP TABLE place; ALTER TABLE n RENAME TO place;";
        let found = lint(BEFORE, up);
        assert_eq!(
            found[0].message,
            "the columns `street` and `town` of `place` are dropped, with all their values"
        );
    }

    #[test]
    fn the_suggestion_can_be_run() {
        let before = "
            CREATE TABLE a (x, y); CREATE TABLE a_kept (x);
            CREATE TABLE b (k TEXT PRIMARY KEY, \"on\" TEXT) WITHOUT ROWID;
            CREATE TABLE c (rowid TEXT, y TEXT);
            CREATE TABLE d (id INTEGER PRIMARY KEY, y TEXT);
            CREATE TABLE \"values\" (id INTEGER PRIMARY KEY, y TEXT);
        ";
        for (table, column) in
            [("a", "y"), ("b", "\"on\""), ("c", "y"), ("d", "y"), ("\"values\"", "y")]
        {
            let drop = format!("ALTER TABLE {table} DROP COLUMN {column};");
            let help = lint(before, &drop).remove(0).help.remove(0);
            let kept = help.split('`').nth(1).unwrap_or_default();
            lint_ok(before, &format!("{kept} {drop}"));
        }
    }

    #[test]
    fn a_column_that_is_copied_or_renamed_is_not_reported() {
        for up in [
            "ALTER TABLE person RENAME COLUMN \"old name\" TO former;",
            "ALTER TABLE person DROP COLUMN size;",
            "ALTER TABLE place ADD COLUMN x; ALTER TABLE place DROP COLUMN x;",
            "UPDATE place SET street = street || town; ALTER TABLE place DROP COLUMN town;",
            "CREATE TABLE town AS SELECT DISTINCT town FROM place; \
             ALTER TABLE place DROP COLUMN town;",
            "CREATE TABLE n (name TEXT, road TEXT, city TEXT); \
             INSERT INTO n (name, road, city) SELECT name, street, town FROM place; \
             DROP TABLE place; ALTER TABLE n RENAME TO place;",
            "CREATE TABLE t (x, y); ALTER TABLE t DROP COLUMN y;",
            "CREATE TABLE n AS SELECT name, \"old name\" FROM person; DROP TABLE person;",
            "CREATE TABLE n AS SELECT name, street FROM place WHERE town <> ''; DROP TABLE place;",
            "-- migratory: allow(drop_table): moved\n\
             CREATE TABLE n AS SELECT name FROM place; DROP TABLE place;",
            "CREATE TABLE town (id INTEGER PRIMARY KEY, name); INSERT INTO town (name) VALUES ('a'); \
             ALTER TABLE place ADD COLUMN town_id; \
             UPDATE place SET town_id = (SELECT id FROM town WHERE name = place.town); \
             ALTER TABLE place DROP COLUMN town;",
            "-- migratory: allow(drop_column): nobody reads it\nALTER TABLE place DROP COLUMN town;",
        ] {
            lint_ok(BEFORE, up);
        }
        assert_eq!(lint_down(BEFORE, "ALTER TABLE place DROP COLUMN town;"), []);
    }
}
