//! Reading a schema from a database.

use std::collections::BTreeMap;

use migratory_runtime::rusqlite::{self, Connection};

use super::{Index, Name, Schema, Table, Trigger, View, index, table};

/// The table of migratory's own, which is no part of the schema.
const HISTORY: &str = "migratory_history";

/// Reads schemas, and remembers what it has read: a definition that it knows costs no further query.
#[derive(Default)]
pub(crate) struct Reader {
    objects: BTreeMap<Entry, Object>,
    /// What was read last, and what came of it.
    entries: Vec<Entry>,
    schema: Schema,
}

/// A row of `sqlite_schema`. What an object is follows from it alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) table: String,
    pub(super) sql: String,
    /// Whether a virtual table has a name of which this name may be a shadow.
    pub(super) may_be_shadow: bool,
}

#[derive(Clone)]
enum Object {
    Table(Table),
    Index(Index),
    Trigger(Trigger),
    View(View),
}

impl Reader {
    /// The schema as it is now.
    pub(crate) fn read(&mut self, conn: &Connection) -> rusqlite::Result<Schema> {
        let entries = entries(conn)?;
        let pairs = self.entries.iter().zip(&entries);
        let kept = pairs.take_while(|(before, now)| before == now).count();
        for entry in &entries[kept..] {
            if !self.objects.contains_key(entry) {
                self.objects.insert(entry.clone(), object(conn, entry)?);
            }
        }
        for entry in self.entries.drain(kept..) {
            self.schema.remove(&entry);
        }
        for object in entries[kept..].iter().filter_map(|entry| self.objects.get(entry)) {
            self.schema.insert(object.clone());
        }
        self.entries = entries;
        Ok(self.schema.clone())
    }
}

impl Schema {
    fn insert(&mut self, object: Object) {
        match object {
            Object::Table(table) => drop(self.tables.insert(table.name.clone(), table)),
            Object::Index(index) => drop(self.indexes.insert(index.name.clone(), index)),
            Object::Trigger(trigger) => drop(self.triggers.insert(trigger.name.clone(), trigger)),
            Object::View(view) => drop(self.views.insert(view.name.clone(), view)),
        }
    }

    fn remove(&mut self, entry: &Entry) {
        let name = Name::new(&entry.name);
        match entry.kind.as_str() {
            "index" => drop(self.indexes.remove(&name)),
            "trigger" => drop(self.triggers.remove(&name)),
            "view" => drop(self.views.remove(&name)),
            _ => drop(self.tables.remove(&name)),
        }
    }
}

fn entries(conn: &Connection) -> rusqlite::Result<Vec<Entry>> {
    let mut statement = conn.prepare("SELECT name, type, tbl_name, sql FROM main.sqlite_schema")?;
    let mut rows = statement.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let entry = Entry {
            name: row.get(0)?,
            kind: row.get(1)?,
            table: row.get(2)?,
            sql: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
            may_be_shadow: false,
        };
        if !entry.is_foreign() {
            entries.push(entry);
        }
    }
    mark_shadows(&mut entries);
    Ok(entries)
}

fn mark_shadows(entries: &mut [Entry]) {
    let is_virtual = |entry: &&Entry| entry.is_virtual();
    let owners: Vec<_> = entries.iter().filter(is_virtual).map(|each| each.name.clone()).collect();
    for entry in entries {
        entry.may_be_shadow = owners.iter().any(|owner| is_below(&entry.name, owner));
    }
}

impl Entry {
    /// Whether it is a virtual table: SQLite itself writes how such a definition begins.
    pub(super) fn is_virtual(&self) -> bool {
        starts_with(&self.sql, "CREATE VIRTUAL TABLE")
    }

    /// Whether it is SQLite's own or migratory's.
    fn is_foreign(&self) -> bool {
        starts_with(&self.name, "sqlite_") || self.table.eq_ignore_ascii_case(HISTORY)
    }
}

/// Whether a name is another one with an underscore and more behind it.
fn is_below(name: &str, owner: &str) -> bool {
    starts_with(name, owner) && name.as_bytes().get(owner.len()) == Some(&b'_')
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

impl Schema {
    /// The schema of a database.
    ///
    /// # Errors
    ///
    /// If it can't be read.
    pub fn read(conn: &Connection) -> rusqlite::Result<Self> {
        Reader::default().read(conn)
    }
}

fn object(conn: &Connection, entry: &Entry) -> rusqlite::Result<Object> {
    let (name, table, sql) = (Name::new(&entry.name), Name::new(&entry.table), entry.sql.clone());
    Ok(match entry.kind.as_str() {
        "index" => Object::Index(index::read(conn, name, table, sql)?),
        "trigger" => Object::Trigger(Trigger { name, table, sql }),
        // SQLite would prepare the query of a view to tell its columns, and fail if it is broken.
        "view" => Object::View(View { name, sql }),
        _ => Object::Table(table::read(conn, entry)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(sql: &str) -> Connection {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(sql).expect(sql);
        conn
    }

    fn names<T>(objects: &BTreeMap<Name, T>) -> String {
        objects.keys().map(Name::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn objects_are_read_and_those_of_others_are_left_out() {
        let conn = database(
            "CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE);
             CREATE TABLE A (x); CREATE TEMP TABLE b (other);
             CREATE TABLE migratory_history (version INTEGER PRIMARY KEY);
             CREATE INDEX by_version ON migratory_history (version);
             CREATE INDEX main.i ON b (x); CREATE VIEW v AS SELECT 1;
             CREATE TRIGGER main.d AFTER DELETE ON b BEGIN SELECT 1; END; ANALYZE;",
        );
        let schema = Reader::default().read(&conn).expect("a schema");
        assert_eq!(names(&schema.tables), "A b");
        assert_eq!(schema.tables[&Name::from("B")].columns.len(), 2);
        assert_eq!(names(&schema.indexes), "i");
        assert_eq!(names(&schema.triggers), "d");
        assert_eq!(names(&schema.views), "v");
    }

    #[test]
    fn indexes_have_their_columns() {
        let conn = database("CREATE TABLE t (id INTEGER PRIMARY KEY, a, \"where\", \"unique\")");
        for (sql, unique, partial, columns) in [
            ("CREATE INDEX i ON t (a, id)", false, false, "a id"),
            ("CREATE UNIQUE INDEX i ON t (a DESC) WHERE a > 0", true, true, "a"),
            ("CREATE INDEX [i] ON t (lower(a), a)", false, false, "- a"),
            ("CREATE INDEX i ON t (\"where\", [unique]) -- WHERE", false, false, "where unique"),
        ] {
            conn.execute_batch(sql).expect(sql);
            let schema = Reader::default().read(&conn).expect(sql);
            let index = &schema.indexes[&Name::from("i")];
            let each = |name: &Option<Name>| name.as_ref().map_or("-".into(), ToString::to_string);
            let read: Vec<_> = index.columns.iter().map(each).collect();
            assert_eq!(read.join(" "), columns, "{sql}");
            assert_eq!((index.is_unique, index.is_partial), (unique, partial), "{sql}");
            assert_eq!(index.table, Name::from("t"));
            conn.execute_batch("DROP INDEX i").expect("the index goes");
        }
    }

    #[test]
    fn what_is_broken_is_read_all_the_same() {
        let conn = database(
            "PRAGMA legacy_alter_table = ON; CREATE TABLE t (a); CREATE VIEW v AS SELECT a FROM t;
             CREATE TRIGGER d AFTER DELETE ON t BEGIN INSERT INTO gone VALUES (old.b); END;
             CREATE VIEW w AS SELECT absent(b) FROM v; ALTER TABLE t RENAME TO u;
             CREATE TABLE c (a REFERENCES gone, PRIMARY KEY (a) ON CONFLICT REPLACE);",
        );
        let schema = Reader::default().read(&conn).expect("a schema");
        assert_eq!(names(&schema.views), "v w");
        assert_eq!(names(&schema.triggers), "d");
        assert_eq!(schema.triggers[&Name::from("d")].table, Name::from("u"));
    }

    #[test]
    fn what_is_remembered_is_what_is_there() {
        let conn = database("CREATE TABLE t (a); CREATE INDEX i ON t (a);");
        let mut reader = Reader::default();
        let first = reader.read(&conn).expect("a schema");
        assert_eq!(reader.read(&conn).expect("the same"), first);
        conn.execute_batch("BEGIN; DROP INDEX i; ALTER TABLE t ADD COLUMN b;").expect("a change");
        let second = reader.read(&conn).expect("another");
        assert_eq!(second, Reader::default().read(&conn).expect("read anew"));
        assert_eq!(second.tables[&Name::from("t")].columns.len(), 2);
        conn.execute_batch("ROLLBACK").expect("the way back");
        assert_eq!(reader.read(&conn).expect("the first again"), first);
    }
}
