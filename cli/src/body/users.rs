//! Finds what uses a column.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_rehearsal::schema::{Name, Schema};
use migratory_runtime::rusqlite::{self, Connection};

use super::sql::mentions;

/// The indexes, triggers and views that use a column.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Users {
    pub(super) indexes: BTreeSet<Name>,
    pub(super) triggers: BTreeSet<Name>,
    pub(super) views: BTreeSet<Name>,
}

impl Users {
    /// Asks SQLite: anything that it rewrites when the column is renamed uses the column.
    pub(super) fn of(conn: &Connection, schema: &Schema, table: &Name, column: &Name) -> Self {
        renamed(conn, table, column).map_or_else(
            |_| Self::by_name(schema, table, column),
            |renamed| Self::between(schema, &renamed),
        )
    }

    fn between(before: &Schema, after: &Schema) -> Self {
        let indexes = before
            .indexes
            .values()
            .filter(|it| after.indexes.get(&it.name).is_none_or(|other| other.sql != it.sql));
        let triggers = before
            .triggers
            .values()
            .filter(|it| after.triggers.get(&it.name).is_none_or(|other| other.sql != it.sql));
        let views = before
            .views
            .values()
            .filter(|it| after.views.get(&it.name).is_none_or(|other| other.sql != it.sql));
        Self {
            indexes: indexes.map(|it| it.name.clone()).collect(),
            triggers: triggers.map(|it| it.name.clone()).collect(),
            views: views.map(|it| it.name.clone()).collect(),
        }
    }

    /// Searches the text of objects that SQLite doesn't rewrite: a view can read the column through
    /// another view.
    fn by_name(schema: &Schema, table: &Name, column: &Name) -> Self {
        let readers = super::affected::readers(schema, table);
        let reads =
            |sql: &str| mentions(sql, table) || readers.iter().any(|reader| mentions(sql, reader));
        let indexes =
            schema.indexes.values().filter(|it| it.table == *table && mentions(&it.sql, column));
        let triggers =
            schema.triggers.values().filter(|it| reads(&it.sql) && mentions(&it.sql, column));
        let views = schema
            .views
            .values()
            .filter(|it| readers.contains(&it.name) && mentions(&it.sql, column));
        Self {
            indexes: indexes.map(|it| it.name.clone()).collect(),
            triggers: triggers.map(|it| it.name.clone()).collect(),
            views: views.map(|it| it.name.clone()).collect(),
        }
    }
}

/// Returns the schema after renaming the column, and rolls the renaming back.
fn renamed(conn: &Connection, table: &Name, column: &Name) -> rusqlite::Result<Schema> {
    let sql = format!(
        "ALTER TABLE {} RENAME COLUMN {} TO cargo_migratory_probe",
        table.quoted(),
        column.quoted()
    );
    undone(conn, |conn| conn.execute_batch(&sql).and_then(|()| Schema::read(conn)))
}

/// Does something in a transaction, and rolls it back.
pub(super) fn undone<T>(
    conn: &Connection,
    does: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    conn.execute_batch("SAVEPOINT cargo_migratory")?;
    let done = does(conn);
    conn.execute_batch("ROLLBACK TO cargo_migratory; RELEASE cargo_migratory")?;
    done
}

/// Removes a column from a trigger's `UPDATE OF a, b`, if that is its only use.
pub(super) fn not_waiting_for(sql: &str, column: &Name) -> Option<String> {
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let names_it = |token: &Token<'_>| {
        matches!(token.kind, Kind::Word | Kind::Name) && *column == *token.unquoted().as_ref()
    };
    let mut places = (0..tokens.len()).filter(|&at| names_it(&tokens[at]));
    let (at, None) = (places.next()?, places.next()) else { return None };
    let of = tokens.iter().position(|token| token.is_word("OF"))?;
    let names = tokens.get(of + 1..)?;
    let length = names.chunks(2).take_while(|pair| pair.get(1).is_some_and(|it| it.text == ","));
    let last = of + 1 + 2 * length.count();
    let range = match at {
        _ if at <= of || at > last || last == of + 1 => return None,
        _ if at == last => tokens[at - 2].end()..tokens[at].end(),
        _ => tokens[at].start..tokens[at + 2].start,
    };
    Some(format!("{}{}", &sql[..range.start], &sql[range.end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_finds_the_objects_that_use_a_column() {
        let conn = Connection::open_in_memory().expect("a database");
        let sql = "
            CREATE TABLE t (a, b, c); CREATE TABLE u (a, b);
            CREATE INDEX by_a ON t (a); CREATE INDEX by_b ON t (b) WHERE a > 0; CREATE INDEX by_c ON t (c);
            CREATE INDEX u_by_a ON u (a);
            CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT u.a, t.b FROM t, u;
            CREATE TRIGGER x AFTER UPDATE OF c, a ON t BEGIN SELECT 1; END;
            CREATE TRIGGER y AFTER INSERT ON u BEGIN INSERT INTO t (b) VALUES (NEW.a); END;
        ";
        conn.execute_batch(sql).expect(sql);
        let schema = Schema::read(&conn).expect("a schema");
        let users = Users::of(&conn, &schema, &Name::from("t"), &Name::from("a"));
        let names = |names: &[&str]| names.iter().copied().map(Name::from).collect::<BTreeSet<_>>();
        assert_eq!(users.indexes, names(&["by_a", "by_b"]));
        assert_eq!(users.views, names(&["v"]));
        assert_eq!(users.triggers, names(&["x"]));
        conn.execute_batch("CREATE VIEW over_v AS SELECT v.a FROM v").expect("a view over a view");
        let schema = Schema::read(&conn).expect("a schema");
        let users = Users::of(&conn, &schema, &Name::from("t"), &Name::from("a"));
        assert!(users.views.contains(&Name::from("over_v")), "{users:?}");
    }

    #[test]
    fn a_trigger_keeps_waiting_for_the_other_columns() {
        for (sql, expected) in [
            ("CREATE TRIGGER x AFTER UPDATE OF a, b ON t BEGIN END", Some("UPDATE OF b ON")),
            ("CREATE TRIGGER x AFTER UPDATE OF b, \"A\" ON t BEGIN END", Some("UPDATE OF b ON")),
            ("CREATE TRIGGER x AFTER UPDATE OF b, a, c ON t BEGIN END", Some("UPDATE OF b, c ON")),
            ("CREATE TRIGGER x AFTER UPDATE OF a ON t BEGIN END", None),
            ("CREATE TRIGGER x AFTER UPDATE OF a, b ON t WHEN NEW.a BEGIN END", None),
            ("CREATE TRIGGER x AFTER UPDATE OF b, c ON t WHEN NEW.a BEGIN END", None),
            ("CREATE TRIGGER x AFTER UPDATE ON t BEGIN SELECT NEW.a; END", None),
        ] {
            let found = not_waiting_for(sql, &Name::from("a"));
            assert_eq!(found.is_some(), expected.is_some(), "{sql}: {found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{sql}");
        }
    }
}
