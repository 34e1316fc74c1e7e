//! Compares the query for violations with SQLite's `foreign_key_check`, on generated schemas.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hash::RandomState;

use migratory_core::sql::quotes::quoted;
use rusqlite::{Connection, StatementStatus};

use super::Touched;
use super::kept::{Kept, KeptRows};
use super::snapshot::Snapshot;

/// Pseudo-random numbers (splitmix64), reproducible by their seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("it is below a usize")
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const NAMES: [&str; 6] = ["k", "order", "a b", "x\"y", "Ünicode", "it's"];
const TABLES: [&str; 5] = ["p", "select", "q \"r\"", "main.t", "PÄR"];
const TYPES: [&str; 7] = ["", "INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB", "VARCHAR(9)"];
const COLLATIONS: [&str; 4] = ["", "", "COLLATE NOCASE", "COLLATE RTRIM"];
const VALUES: [&str; 22] = [
    "NULL",
    "1",
    "1.0",
    "'1'",
    "'01'",
    "' 1'",
    "'1.0'",
    "x'31'",
    "2",
    "2.5",
    "'2.5'",
    "'a'",
    "'A'",
    "'a '",
    "x'61'",
    "''",
    "0",
    "-0.0",
    "9007199254740993",
    "'9007199254740993'",
    "9.0e18",
    "'1e0'",
];

struct Made {
    sql: String,
    random: Random,
}

impl Made {
    fn column(&mut self, name: &str) -> String {
        let (kind, collation) = (self.random.of(&TYPES), self.random.of(&COLLATIONS));
        format!("{} {kind} {collation}", quoted(name))
    }

    /// Returns the parent table and the columns that a key names; none if it means the primary key.
    fn parent(&mut self, table: &str, names: &[&str]) -> String {
        let columns: Vec<_> = names.iter().map(|name| self.column(name)).collect();
        let columns = columns.join(", ");
        let list = names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let (name, explicit) = (quoted(table), format!("({})", list.to_ascii_uppercase()));
        let (body, target) = match self.random.below(9) {
            0 if names.len() == 1 => (format!("({list} INTEGER PRIMARY KEY, z)"), String::new()),
            0 | 1 => (format!("({columns}, PRIMARY KEY ({list}))"), String::new()),
            2 => (format!("(z, {columns}, PRIMARY KEY ({list})) WITHOUT ROWID"), explicit),
            3 => (format!("({columns}, UNIQUE ({list}))"), explicit),
            4 => (format!("({columns}); CREATE UNIQUE INDEX u ON {name} ({list})"), explicit),
            5 => (format!("({columns})"), explicit),
            6 => return String::new(),
            7 if names.len() == 1 => (format!("(z, {columns} AS (z), UNIQUE ({list}))"), explicit),
            _ => (format!("(z INTEGER PRIMARY KEY, {columns}, UNIQUE ({list}))"), explicit),
        };
        let _ = write!(self.sql, "CREATE TABLE {name} {body};");
        target
    }

    /// Fills a table, skipping rows that don't fit, such as a text in an INTEGER PRIMARY KEY.
    fn fill(&mut self, conn: &Connection, table: &str, width: usize) {
        for _ in 0..self.random.below(12) {
            let values: Vec<_> = (0..width).map(|_| self.random.of(&VALUES)).collect();
            let sql = format!("INSERT INTO {} VALUES ({})", quoted(table), values.join(", "));
            let _ = conn.execute_batch(&sql);
        }
    }

    fn child(&mut self, table: &str, parent: &str, names: &[&str], target: &str) {
        let columns: Vec<_> = names.iter().map(|name| self.column(name)).collect();
        let list: Vec<_> = names.iter().map(|name| quoted(name)).collect();
        let columns = columns.join(", ");
        let parent = match self.random.below(4) {
            0 => parent.to_ascii_uppercase(),
            _ => parent.to_owned(),
        };
        let key =
            format!("FOREIGN KEY ({}) REFERENCES {}{target}", list.join(", "), quoted(&parent));
        let second = format!("FOREIGN KEY ({}) REFERENCES absent", list[0]);
        let body = match self.random.below(5) {
            0 => format!("(i PRIMARY KEY, {columns}, {key}) WITHOUT ROWID"),
            1 => format!("(rowid, _rowid_, oid, {columns}, {key})"),
            2 => format!("({columns}, {key}, {second})"),
            3 => format!("({columns}, z AS (1) STORED, {key})"),
            _ => format!("({columns}, UNIQUE ({}), {key}, {second})", list.join(", ")),
        };
        let _ = write!(self.sql, "CREATE TABLE {} {body};", quoted(table));
    }
}

/// Creates a database with a parent, a child of it, and a table that refers to itself.
fn database(seed: u64) -> (Connection, String) {
    let mut made = Made { sql: "PRAGMA foreign_keys = OFF;".to_owned(), random: Random(seed) };
    let width = 1 + made.random.below(2);
    let at = made.random.below(NAMES.len());
    let names: Vec<_> = (0..width).map(|nth| NAMES[(at + nth) % NAMES.len()]).collect();
    let table = made.random.of(&TABLES);
    let target = made.parent(table, &names);
    let children: Vec<_> = (0..width).map(|nth| NAMES[(at + 2 + nth) % NAMES.len()]).collect();
    made.child("c", table, &children, &target);
    made.sql.push_str(
        "CREATE TABLE self (id INTEGER PRIMARY KEY, up TEXT REFERENCES self, other REFERENCES Self (id));",
    );
    let conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch(&made.sql).expect(&made.sql);
    let sql = "SELECT m.name, count(*) FROM sqlite_schema m, pragma_table_info(m.name) \
               WHERE m.type = 'table' GROUP BY m.name ORDER BY m.name";
    let mut statement = conn.prepare(sql).expect("a query");
    let tables = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("tables");
    for table in tables {
        let (table, width): (String, i64) = table.expect("a table");
        made.fill(&conn, &table, usize::try_from(width).expect("a width"));
    }
    drop(statement);
    (conn, made.sql)
}

/// The violations of each key according to SQLite: the rowids of the rows, or its message.
type Found = Result<BTreeMap<i64, Vec<Option<i64>>>, String>;

fn by_sqlite(conn: &Connection, table: &str) -> Found {
    let told =
        |error: rusqlite::Error| super::key::mismatch(&error, table).expect("an error of the key");
    let mut statement = super::key::check(conn, table).map_err(told)?;
    let mut rows = statement.query([]).map_err(told)?;
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    while let Some(row) = rows.next().map_err(told)? {
        found.entry(row.get(3).expect("a key")).or_default().push(row.get(1).expect("a rowid"));
    }
    Ok(found)
}

fn by_us(conn: &Connection, table: &str) -> Found {
    let mut kept = Kept::default();
    let snapshot =
        Snapshot::take(conn, &Touched::all(), &RandomState::new(), None, Some(&mut kept))
            .expect("a snapshot");
    let mut found = BTreeMap::new();
    for (at, looked) in snapshot.keys.iter().enumerate().filter(|(_, it)| it.key.table == table) {
        if let Some(problem) = &looked.problem {
            return Err(problem.clone());
        }
        let rows: Vec<_> = KeptRows::violations(kept.of(at)).map(|it| it.rowid).collect();
        assert_eq!(rows.len(), looked.digests.get(false).len());
        if !rows.is_empty() {
            found.insert(looked.key.id, rows);
        }
    }
    Ok(found)
}

#[test]
fn violations_match_sqlites() {
    let (mut violated, mut problems) = (0, 0);
    for seed in 0..1_000 {
        let (conn, sql) = database(seed);
        for table in ["c", "self"] {
            let is_unnamed = sql.contains("(rowid, _rowid_") && table == "c";
            let sorted = |mut found: Found| {
                for rows in found.iter_mut().flat_map(BTreeMap::values_mut) {
                    if is_unnamed {
                        rows.fill(None);
                    }
                    rows.sort_unstable();
                }
                found
            };
            let (expected, found) = (sorted(by_sqlite(&conn, table)), sorted(by_us(&conn, table)));
            assert_eq!(found, expected, "{seed}: {sql}");
            violated += usize::from(found.as_ref().is_ok_and(|found| !found.is_empty()));
            problems += usize::from(found.is_err());
        }
    }
    assert!(violated > 500 && problems > 50, "{violated} {problems}");
}

/// Measured in SQLite's own steps, which don't depend on the machine.
#[test]
fn the_query_costs_a_small_multiple_of_sqlites_check() -> rusqlite::Result<()> {
    let conn = Connection::open_in_memory()?;
    conn.execute_batch(
        "PRAGMA foreign_keys = OFF; CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
         CREATE TABLE a (x REFERENCES p); CREATE TABLE b (x REFERENCES p (code));
         WITH n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 1000) INSERT INTO a SELECT i FROM n;
         INSERT INTO b SELECT x FROM a; INSERT INTO p SELECT x, x FROM a WHERE x % 2;",
    )?;
    let steps = |sql: &str| -> rusqlite::Result<i32> {
        let mut statement = conn.prepare(sql)?;
        let rows = statement.query_map([], |_| Ok(()))?.count();
        assert_eq!(rows, 500, "{sql}");
        Ok(statement.get_status(StatementStatus::VmStep))
    };
    for key in super::key::touched(&conn, &Touched::all())? {
        let check = steps(&format!("PRAGMA foreign_key_check({})", key.table))?;
        let query = steps(&key.query(true, ""))?;
        assert!(query <= check * 5 / 2, "{query} steps, where the check takes {check}");
    }
    Ok(())
}
