//! Chooses a value for rows that have none.

use migratory_rehearsal::schema::{Column, Name, Table};

use super::Ground;
use super::sql::mentions;

/// Returns the default, or the type's smallest value; `None` if not all rows could have it.
pub(super) fn filling(ground: &Ground, table: &Table, column: &Column) -> Option<String> {
    let default = column.default.clone().filter(|default| !default.eq_ignore_ascii_case("null"));
    let value = default.unwrap_or_else(|| least(&column.declared).to_owned());
    suits(ground, table, &column.name, &value).then_some(value)
}

/// Returns the smallest value of a type, by SQLite's rules for affinity.
fn least(declared: &str) -> &'static str {
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    match () {
        () if has(&["INT"]) => "0",
        () if has(&["CHAR", "CLOB", "TEXT", "ANY"]) || declared.is_empty() => "''",
        () if has(&["BLOB"]) => "x''",
        () if has(&["REAL", "FLOA", "DOUB"]) => "0.0",
        () => "0",
    }
}

/// Returns whether any number of rows may have the value: the column is not part of a key, and no
/// CHECK refuses it.
fn suits(ground: &Ground, table: &Table, column: &Name, value: &str) -> bool {
    let mut keys = table.foreign_keys.iter().map(|key| &key.columns).chain(&table.uniques);
    let mut indexes = ground.schema.indexes.values().filter(|it| it.table == table.name);
    let is_key = keys.any(|key| key.contains(column))
        || indexes.any(|index| index.is_unique && mentions(&index.sql, column));
    let mut checks = table.checks.iter().filter(|check| mentions(check, column));
    !is_key && checks.all(|check| passes(ground, table, check, column, value))
}

/// Returns whether a CHECK accepts the value. A CHECK on several columns counts as refusing it.
fn passes(ground: &Ground, table: &Table, check: &str, column: &Name, value: &str) -> bool {
    let name = column.quoted();
    let sql = format!("SELECT {check} FROM (SELECT {value} AS {name}) AS {}", table.name.quoted());
    let passed = ground.conn.query_row(&sql, [], |row| row.get::<_, Option<f64>>(0));
    passed.is_ok_and(|passed| passed != Some(0.0))
}

#[cfg(test)]
mod tests {
    use migratory_rehearsal::schema::Schema;
    use migratory_runtime::rusqlite::Connection;

    use super::*;

    #[test]
    fn a_value_is_chosen_if_all_rows_can_have_it() {
        for (column, expected) in [
            ("a TEXT", Some("''")),
            ("a", Some("''")),
            ("a INTEGER", Some("0")),
            ("a DOUBLE", Some("0.0")),
            ("a BLOB", Some("x''")),
            ("a DATE", Some("0")),
            ("a TEXT DEFAULT 'x'", Some("'x'")),
            ("a TEXT DEFAULT NULL", Some("''")),
            ("a TEXT UNIQUE", None),
            ("a INTEGER REFERENCES t (b)", None),
            ("a INTEGER CHECK (a > 0)", None),
            ("a INTEGER DEFAULT 1 CHECK (t.a > 0)", Some("1")),
            ("a INTEGER CHECK (a < 9) CHECK (b > 9)", Some("0")),
            ("a INTEGER CHECK (a < b)", None),
            ("a INTEGER DEFAULT (1 + 1) CHECK (a = 2)", Some("1 + 1")),
        ] {
            let conn = Connection::open_in_memory().expect("a database");
            conn.execute_batch(&format!("CREATE TABLE t (b INTEGER, {column})")).expect(column);
            let schema = Schema::read(&conn).expect("a schema");
            let ground = Ground { schema, conn, min_sqlite: None };
            let table = &ground.schema.tables[&Name::from("t")];
            let value = filling(&ground, table, &table.columns[1]);
            assert_eq!(value.as_deref(), expected, "{column}");
        }
    }
}
