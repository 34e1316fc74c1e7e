//! Reports a copy by column positions that do not match.

use super::copy::Copy;
use super::{Facts, ScriptRule, Scripts};
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Schema};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject};

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::PositionalCopy,
    allow: Some(Rule::PositionalCopy),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let judged = |(at, statement)| judge(facts, at, statement);
    facts.done().filter_map(judged).collect()
}

fn judge(facts: &Facts<'_>, at: usize, statement: &Statement) -> Option<Diagnostic> {
    let copy = Copy::parse(facts.text(statement))?;
    let schema = &facts.schemas[at];
    let into = match &copy.columns {
        Some(columns) => columns.clone(),
        None => stored(schema, &copy.target)?,
    };
    let from = shown(schema, statement, &copy.source)?;
    let values = copy.values(&from);
    let pairs = || values.iter().zip(&into);
    let shifted = pairs().find(|(value, target)| copy.is_shifted(value, target, &into))?;
    // If the numbers of columns differ, SQLite has already reported that.
    let subject = Subject::columns(&copy.source, shifted.0.column())
        .chain(Subject::columns(&copy.target, [shifted.1]));
    let (message, range) = copy.message(statement.range.start, shifted);
    let written_out = copy.written_out(&from, &into);
    let error = RULE.error(facts, subject, message, range).note(
        "values are stored by position, whatever the columns are called: SQLite reports \
         nothing when they end up in another column",
    );
    Some(match written_out {
        Some(text) => error.help(format!("name the columns on both sides: `{text}`")),
        None => error.help("name the columns on both sides"),
    })
}

/// Returns the columns that an INSERT without a column list fills.
fn stored(schema: &Schema, table: &Name) -> Option<Vec<Name>> {
    let table = schema.tables.get(table)?;
    let columns = table.columns.iter().filter(|it| !it.is_hidden && it.generated.is_none());
    Some(columns.map(|column| column.name.clone()).collect())
}

/// Returns the columns that `*` stands for; for a source outside the schema, in the order in which
/// they are read.
fn shown(schema: &Schema, statement: &Statement, source: &Name) -> Option<Vec<Name>> {
    if let Some(table) = schema.tables.get(source) {
        let columns = table.columns.iter().filter(|column| !column.is_hidden);
        return Some(columns.map(|column| column.name.clone()).collect());
    }
    let mut columns: Vec<Name> = Vec::new();
    for act in statement.own() {
        match act {
            ActKind::Read { table, column } if table == source && !columns.contains(column) => {
                columns.push(column.clone());
            }
            _ => {}
        }
    }
    Some(columns).filter(|columns| !columns.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, mail TEXT);
        CREATE TABLE swapped (id INTEGER PRIMARY KEY, mail TEXT, name TEXT);
        CREATE TABLE longer (id INTEGER PRIMARY KEY, age INT, name TEXT, mail TEXT);
        CREATE TABLE same (ID INTEGER PRIMARY KEY, \"Name\" TEXT, mail TEXT UNIQUE);
        CREATE TABLE sized (a TEXT, b TEXT, n INT AS (length(a)));
        CREATE VIEW people AS SELECT id, name, mail FROM person;
    ";

    #[test]
    fn values_that_land_in_another_column_are_reported() {
        for up in [
            "INSERT INTO swapped SELECT * FROM person;",
            "insert or ignore into main.swapped select p.* from [person] as p where p.id > 1",
            "REPLACE INTO swapped SELECT DISTINCT * FROM person;",
            "INSERT INTO swapped (id, mail, name) SELECT * FROM person ORDER BY id;",
            "INSERT INTO swapped SELECT id, name, mail FROM person;",
            "INSERT INTO longer SELECT *, 7 FROM person;",
            "INSERT INTO longer SELECT p.id, p.name, p.mail, 7 FROM person p;",
            "INSERT INTO sized SELECT name, id FROM (person) WHERE 0; \
             INSERT INTO swapped SELECT * FROM people;",
            "CREATE TEMP TABLE t AS SELECT * FROM person; INSERT INTO swapped SELECT * FROM t;",
            "CREATE TABLE n (id INTEGER PRIMARY KEY, label TEXT, mail TEXT); \
             INSERT INTO n SELECT * FROM person;",
        ] {
            lint_errors(BEFORE, up, &[Code::PositionalCopy]);
        }
    }

    #[test]
    fn the_suggestion_names_the_columns() {
        let found = &lint(BEFORE, "INSERT INTO swapped SELECT * FROM person;")[0];
        assert_eq!(found.message, "this copies `name` of `person` into `mail` of `swapped`");
        assert_eq!(
            found.help[0],
            "name the columns on both sides: `INSERT INTO swapped (id, mail, name) SELECT id, mail, \
             name FROM person`"
        );
    }

    #[test]
    fn a_copy_that_keeps_each_column_is_not_reported() {
        for up in [
            "INSERT INTO same SELECT * FROM person;",
            "INSERT INTO swapped (id, name, mail) SELECT * FROM person;",
            "INSERT INTO swapped (id, name, mail) SELECT id, name, mail FROM person;",
            "INSERT INTO swapped (id, name, mail) SELECT id, mail, name FROM person;",
            "INSERT INTO longer SELECT id, 7, name, mail FROM person;",
            "INSERT INTO longer SELECT id, length(name), name, mail FROM person;",
            "INSERT INTO sized SELECT name, mail FROM person;",
            "INSERT INTO swapped SELECT p.id, q.mail, q.name FROM person p JOIN person q USING (id);",
            "INSERT INTO swapped VALUES (1, 'a', 'b'), (2, 'c', 'd');",
            "INSERT INTO swapped DEFAULT VALUES;",
            "INSERT INTO longer SELECT id, id * 2, name, mail FROM person;",
            "INSERT INTO swapped WITH n AS (SELECT 1, 2, 3) SELECT * FROM n;",
            "CREATE TABLE n AS SELECT * FROM person;",
            "-- migratory: allow(positional_copy): swapped by mistake once\n\
             INSERT INTO swapped SELECT * FROM person;",
        ] {
            lint_ok(BEFORE, up);
        }
    }
}
