//! The SQL of the sets.

/// A migration, independent of a layout.
#[derive(Clone, Debug)]
pub(crate) struct Migration {
    pub(crate) name: &'static str,
    pub(crate) up: String,
    pub(crate) down: String,
}

/// Generates pairs of about two statements each, in turn: a table with a parent, indexes, views, an
/// update, a column.
pub(crate) fn pairs(size: usize) -> Vec<Migration> {
    (1..=size).map(pair).collect()
}

fn pair(number: usize) -> Migration {
    let table = (number - 1) / 5 * 5 + 1;
    let (name, up, down) = match number % 5 {
        1 => ("create_table", create(table), format!("DROP TABLE t{table};\n")),
        2 => (
            "add_indexes",
            format!(
                "CREATE INDEX t{table}_kind ON t{table} (kind, name);\n\
                 CREATE INDEX t{table}_created_at ON t{table} (created_at);\n"
            ),
            format!("DROP INDEX t{table}_created_at;\nDROP INDEX t{table}_kind;\n"),
        ),
        3 => (
            "add_views",
            format!(
                "CREATE VIEW v{table} AS SELECT id, name FROM t{table} WHERE amount > 0;\n\
                 CREATE VIEW w{table} AS SELECT kind, sum(amount) AS total FROM t{table} GROUP BY kind;\n"
            ),
            format!("DROP VIEW w{table};\nDROP VIEW v{table};\n"),
        ),
        4 => (
            "fill_amount",
            format!(
                "UPDATE t{table} SET amount = coalesce(amount, 0) WHERE kind = 'a';\n\
                 CREATE INDEX t{table}_amount ON t{table} (amount);\n"
            ),
            format!(
                "DROP INDEX t{table}_amount;\nUPDATE t{table} SET amount = NULL WHERE amount = 0;\n"
            ),
        ),
        _ => (
            "add_note",
            format!(
                "ALTER TABLE t{table} ADD COLUMN note TEXT NOT NULL DEFAULT '';\n\
                 CREATE INDEX t{table}_note ON t{table} (note);\n"
            ),
            format!("DROP INDEX t{table}_note;\nALTER TABLE t{table} DROP COLUMN note;\n"),
        ),
    };
    Migration { name, up, down }
}

/// Creates a table, with an index on its reference to the table before.
fn create(table: usize) -> String {
    let parent = table.saturating_sub(5);
    let key = match parent {
        0 => String::new(),
        _ => format!(" REFERENCES t{parent} (id) ON DELETE CASCADE"),
    };
    format!(
        "-- The table {table}, with what it belongs to.\n\
         CREATE TABLE t{table} (\n    id INTEGER PRIMARY KEY,\n    parent_id INTEGER{key},\n    \
         name TEXT NOT NULL UNIQUE,\n    kind TEXT NOT NULL CHECK (kind IN ('a', 'b')),\n    \
         amount REAL,\n    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP\n);\n\
         CREATE INDEX t{table}_parent ON t{table} (parent_id);\n"
    )
}

/// Returns two tables, and a migration that rebuilds the one that the other refers to, following
/// SQLite's documentation.
pub(crate) fn rebuild() -> Vec<Migration> {
    let base = "CREATE TABLE item (\n    id INTEGER PRIMARY KEY,\n    name TEXT NOT NULL,\n    \
                kind TEXT NOT NULL,\n    amount REAL NOT NULL\n);\n\
                CREATE INDEX item_kind ON item (kind);\n\
                CREATE TABLE note (\n    id INTEGER PRIMARY KEY,\n    \
                item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,\n    \
                text TEXT NOT NULL\n);\n\
                CREATE INDEX note_item ON note (item_id);\n";
    vec![
        Migration {
            name: "create_items",
            up: base.into(),
            down: "DROP TABLE note;\nDROP TABLE item;\n".into(),
        },
        Migration {
            name: "make_amount_nullable",
            up: rebuilt("REAL", "amount"),
            down: rebuilt("REAL NOT NULL", "coalesce(amount, 0)"),
        },
    ]
}

fn rebuilt(amount: &str, value: &str) -> String {
    format!(
        "PRAGMA foreign_keys = OFF;\n\
         CREATE TABLE item_new (\n    id INTEGER PRIMARY KEY,\n    name TEXT NOT NULL,\n    \
         kind TEXT NOT NULL,\n    amount {amount}\n);\n\
         INSERT INTO item_new (id, name, kind, amount) SELECT id, name, kind, {value} FROM item;\n\
         DROP TABLE item;\n\
         ALTER TABLE item_new RENAME TO item;\n\
         CREATE INDEX item_kind ON item (kind);\n\
         PRAGMA foreign_keys = ON;\n"
    )
}

/// How many rows the large script inserts, each with a statement of its own.
pub(crate) const INSERTS: usize = 62_000;

/// Returns a table and its rows, in a script of 6.5 MB.
pub(crate) fn large() -> Migration {
    let rows: String = (1..=INSERTS).map(insert).collect();
    let table = "CREATE TABLE t1 (\n    id INTEGER PRIMARY KEY,\n    name TEXT NOT NULL,\n    \
                 kind TEXT NOT NULL,\n    amount REAL NOT NULL\n);\n";
    Migration {
        name: "create_entries",
        up: format!("{table}{rows}"),
        down: "DROP TABLE t1;\n".into(),
    }
}

fn insert(row: usize) -> String {
    format!(
        "INSERT INTO t1 (id, name, kind, amount) VALUES ({row}, 'the whole name of entry {row}', 'kind {}', {}.5);\n",
        row % 100,
        row * 37 % 1000
    )
}

/// Fills the tables of the rebuild.
pub(crate) fn rows(items: usize, notes: usize) -> String {
    format!(
        "BEGIN;\n\
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {items})\n\
         INSERT INTO item SELECT i, 'item number ' || i, 'kind ' || i % 100, i * 1.5 FROM n;\n\
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {notes})\n\
         INSERT INTO note SELECT i, i * 7 % {items} + 1, 'a note' FROM n;\n\
         COMMIT;\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_hold_two_statements() {
        for migration in pairs(10) {
            assert_eq!(migration.up.matches(";\n").count(), 2, "{}", migration.up);
        }
    }

    #[test]
    fn the_large_script_is_large() {
        let up = large().up;
        assert_eq!(up.matches("INSERT").count(), INSERTS);
        let megabytes = up.len() / 100_000;
        assert_eq!(megabytes, 65, "in tenths");
    }

    #[test]
    fn tables_refer_to_those_before() {
        let set = pairs(11);
        for (number, expected) in
            [(1, None), (6, Some("REFERENCES t1 ")), (11, Some("REFERENCES t6 "))]
        {
            let up = &set[number - 1].up;
            assert_eq!(up.contains("REFERENCES"), expected.is_some(), "{up}");
            assert!(up.contains(expected.unwrap_or_default()), "{up}");
        }
    }
}
