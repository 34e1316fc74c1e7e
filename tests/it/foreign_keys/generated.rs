//! Generated scripts over generated rows: a script is refused if, and only if, rows dangle that did not before.
//!
//! The expected number is counted from the rows: for each key, whatever the current names of its table and columns,
//! each value without a parent may dangle as often as it did before.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rusqlite::Connection;

use crate::support::{dump, runner};

/// Pseudo-random numbers (splitmix64), reproducible by seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        let at = self.below(choices.len() as u64);
        choices[usize::try_from(at).expect("an index")]
    }
}

/// The current names of the tables and columns.
#[derive(Clone)]
struct Names {
    parent: &'static str,
    child: &'static str,
    columns: [&'static str; 2],
}

/// Returns a child that refers to the parent by two columns, in one of the ways in which rows are identified.
fn child(names: &Names, table: &str, form: u64, types: [&str; 2]) -> String {
    let Names { parent, columns: [x, y], .. } = names;
    let [first, second] = types;
    let keys = format!("{x} {first} REFERENCES {parent}, {y} {second} REFERENCES {parent}");
    match form {
        0 => format!("CREATE TABLE {table} (i INTEGER PRIMARY KEY, {keys});"),
        1 => format!("CREATE TABLE {table} (i PRIMARY KEY, {keys}) WITHOUT ROWID;"),
        _ => format!("CREATE TABLE {table} (i PRIMARY KEY, rowid, _rowid_, oid, {keys});"),
    }
}

struct Script {
    random: Random,
    names: Names,
    sql: String,
}

impl Script {
    /// Returns a value of the parent's, or one without a match, which dangles.
    fn value(&mut self) -> String {
        match self.random.below(8) {
            0 => "NULL".to_owned(),
            value => value.to_string(),
        }
    }

    fn rows(&mut self, count: u64, first: u64) {
        for i in first..first + count {
            let (x, y) = (self.value(), self.value());
            let Names { child, columns: [one, other], .. } = &self.names;
            let _ =
                write!(self.sql, "INSERT INTO {child} (i, {one}, {other}) VALUES ({i}, {x}, {y});");
        }
    }

    fn change(&mut self, nth: u64) {
        let (value, i, form) = (self.value(), self.random.below(7), self.random.below(3));
        let (column, kind) =
            (self.random.below(2), self.random.of(&["", "TEXT", "INTEGER", "REAL"]));
        let Names { parent, child: table, columns: [x, y] } = self.names;
        let column = if column == 0 { x } else { y };
        let is_value = value != "NULL";
        let change = match self.random.below(12) {
            0 if is_value => format!("INSERT OR IGNORE INTO {parent} VALUES ({value});"),
            1 => format!("DELETE FROM {parent} WHERE id = {value};"),
            2 => format!("UPDATE {table} SET {column} = {value} WHERE i = {i};"),
            3 => format!("DELETE FROM {table} WHERE i = {i};"),
            4 => {
                self.rows(1, 100 + nth);
                return;
            }
            5 if table == "c" => {
                self.names.child = "d";
                format!("ALTER TABLE {table} RENAME TO d;")
            }
            6 if parent == "p" => {
                self.names.parent = "q";
                format!("ALTER TABLE {parent} RENAME TO q;")
            }
            7 if x == "x" => {
                self.names.columns[0] = "v";
                format!("ALTER TABLE {table} RENAME COLUMN x TO v;")
            }
            8 | 9 => {
                let new = child(&self.names, "n", form, [kind, ""]);
                format!(
                    "{new} INSERT INTO n (i, {x}, {y}) SELECT i, {x}, {y} FROM {table} ORDER BY i DESC; \
                     DROP TABLE {table}; ALTER TABLE n RENAME TO {table};"
                )
            }
            10 => format!("INSERT INTO fired VALUES ({value}); DROP TRIGGER IF EXISTS t;"),
            _ => format!("UPDATE {table} SET {column} = CAST({column} AS TEXT) WHERE i = {i};"),
        };
        self.sql.push_str(&change);
    }
}

/// Counts the occurrences of each value without a parent, per key.
fn dangling(conn: &Connection, names: &Names) -> BTreeMap<(usize, i64), i64> {
    let Names { parent, child, columns } = names;
    let numbers = |sql: &str| -> Vec<i64> {
        let mut statement = conn.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a number")).collect()
    };
    let parents = numbers(&format!("SELECT id FROM {parent}"));
    let mut counts = BTreeMap::new();
    for (key, column) in columns.iter().enumerate() {
        let sql = format!("SELECT CAST({column} AS INTEGER) FROM {child} WHERE {column} NOT NULL");
        for value in numbers(&sql).into_iter().filter(|value| !parents.contains(value)) {
            *counts.entry((key, value)).or_default() += 1;
        }
    }
    counts
}

fn script(seed: u64) -> (String, Script) {
    let names = Names { parent: "p", child: "c", columns: ["x", "y"] };
    let mut script = Script { random: Random(seed), names, sql: String::new() };
    let (form, wide) = (script.random.below(3), script.random.below(2));
    let kinds = [script.random.of(&["", "INTEGER", "TEXT"]), ""];
    let parent = match wide {
        0 => "CREATE TABLE p (id INTEGER PRIMARY KEY);",
        _ => "CREATE TABLE p (id INT PRIMARY KEY) WITHOUT ROWID;",
    };
    script.sql = format!(
        "PRAGMA foreign_keys = OFF; {parent} CREATE TABLE fired (x); {}
         INSERT INTO p VALUES (1), (2), (3), (4);
         CREATE TRIGGER t AFTER INSERT ON fired BEGIN DELETE FROM p WHERE id = new.x; END;",
        child(&script.names, "c", form, kinds)
    );
    script.rows(7, 0);
    let schema = std::mem::replace(&mut script.sql, "PRAGMA foreign_keys = OFF;".to_owned());
    for nth in 0..=script.random.below(5) {
        script.change(nth);
    }
    (schema, script)
}

#[test]
fn a_script_is_refused_exactly_if_it_makes_rows_dangle() {
    let (mut refused, mut excused) = (0, 0);
    for seed in 0..1_000 {
        let (schema, script) = script(seed);
        let old = Names { parent: "p", child: "c", columns: ["x", "y"] };
        let [mut database, plain] = [(), ()].map(|()| {
            let conn = Connection::open_in_memory().expect("a database");
            conn.execute_batch(&schema).unwrap_or_else(|error| panic!("{schema}: {error}"));
            conn
        });
        let before = dangling(&plain, &old);
        plain.execute_batch(&script.sql).unwrap_or_else(|error| panic!("{}: {error}", script.sql));
        let after = dangling(&plain, &script.names);
        let added =
            |(key, now): (&(usize, i64), &i64)| (now - before.get(key).unwrap_or(&0)).max(0);
        let expected: i64 = after.iter().map(added).sum();
        let untouched = dump(&database);
        let outcome = runner(&[(&script.sql, "")]).up(&mut database);
        let context = || format!("{seed}: {schema}\n{}\n{outcome:?}", script.sql);
        let Err(error) = &outcome else {
            assert_eq!(expected, 0, "{}", context());
            assert_eq!(dangling(&database, &script.names), after, "{}", context());
            excused += usize::from(!after.is_empty());
            continue;
        };
        assert!(format!("{error:#}").contains(&format!(": {expected} row")), "{}", context());
        assert_eq!(dump(&database), untouched, "{}", context());
        refused += 1;
    }
    assert!(refused > 200 && excused > 200, "{refused} {excused}");
}
