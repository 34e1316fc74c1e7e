//! Reads the schema of a database.

use std::collections::BTreeMap;
use std::sync::Arc;

use migratory_core::Checksum;
use migratory_core::fingerprint::{Fingerprint, object as digest};
use rusqlite::{self, Connection, Row};

use super::entry::{Entry, is_below};
use super::{Index, Name, Schema, Table, Trigger, View, index, table};
use crate::act::{ActKind, Statement};

/// Reads schemas, and remembers each definition, so that reading a known one costs no further
/// query.
#[derive(Clone, Default)]
pub(crate) struct Reader {
    objects: BTreeMap<Entry, (Object, Checksum)>,
    /// The rows of `sqlite_schema` as last read, in the order of their ids, and the schema they
    /// form.
    rows: Vec<Known>,
    schema: Schema,
    fingerprint: Fingerprint,
}

/// A row of `sqlite_schema`.
#[derive(Clone)]
struct Known {
    id: i64,
    entry: Entry,
    /// Whether the object of this row is part of the schema.
    is_in: bool,
}

#[derive(Clone)]
enum Object {
    Table(Arc<Table>),
    Index(Arc<Index>),
    Trigger(Arc<Trigger>),
    View(Arc<View>),
}

impl Reader {
    /// Returns the current schema.
    pub(crate) fn read(&mut self, conn: &Connection) -> rusqlite::Result<Schema> {
        let mut rows = Vec::with_capacity(self.rows.len());
        let mut gone = Vec::new();
        let mut known = std::mem::take(&mut self.rows).into_iter().peekable();
        each(conn, i64::MIN, &mut |id, row| {
            while let Some(before) = known.next_if(|before| before.id < id) {
                gone.push(before);
            }
            let is_same = |before: &Known| before.id == id && before.entry.is(row);
            rows.push(match known.next_if(is_same) {
                Some(same) => same,
                None => Known { id, entry: Entry::new(row)?, is_in: false },
            });
            Ok(())
        })?;
        gone.extend(known);
        self.rows = rows;
        self.mark_shadows(&mut gone);
        self.apply(conn, &gone)?;
        Ok(self.schema.clone())
    }

    /// Returns the schema after a statement, given that the last schema read is the one before it.
    ///
    /// SQLite's authorizer reports what a statement creates and drops. Together with the number of
    /// objects, that determines the schema as well as reading all of them would.
    pub(crate) fn read_after(
        &mut self,
        conn: &Connection,
        statement: &Statement,
    ) -> rusqlite::Result<Schema> {
        let Some(dropped) = dropped(statement) else { return self.read(conn) };
        let mut gone = Vec::new();
        if !dropped.is_empty() {
            let is_gone = |row: &Known| dropped.iter().any(|dropped| dropped.takes(&row.entry));
            let rows = std::mem::take(&mut self.rows);
            (gone, self.rows) = rows.into_iter().partition(is_gone);
        }
        let last = self.rows.last().map_or(i64::MIN, |row| row.id);
        each(conn, last, &mut |id, row| {
            self.rows.push(Known { id, entry: Entry::new(row)?, is_in: false });
            Ok(())
        })?;
        self.apply(conn, &gone)?;
        let sql = "SELECT count(*) FROM main.sqlite_schema";
        let count: i64 = conn.query_row(sql, [], |row| row.get(0))?;
        if usize::try_from(count) == Ok(self.rows.len()) {
            Ok(self.schema.clone())
        } else {
            self.read(conn)
        }
    }

    /// Returns the fingerprint of the schema last read, computed as the runtime computes that of a
    /// live database.
    pub(crate) fn fingerprint(&self) -> Checksum {
        self.fingerprint.value()
    }

    /// Updates the schema to the rows, some of which are gone.
    fn apply(&mut self, conn: &Connection, gone: &[Known]) -> rusqlite::Result<()> {
        for row in gone.iter().filter(|row| row.is_in) {
            self.schema.remove(&row.entry);
            if let Some((_, digest)) = self.objects.get(&row.entry) {
                self.fingerprint.remove(digest);
            }
        }
        for row in self.rows.iter_mut().filter(|row| !row.is_in && !row.entry.is_foreign()) {
            if !self.objects.contains_key(&row.entry) {
                let Entry { name, kind, table, sql, .. } = &row.entry;
                let known = (object(conn, &row.entry)?, digest([kind, name, table, sql]));
                self.objects.insert(row.entry.clone(), known);
            }
            if let Some((object, digest)) = self.objects.get(&row.entry) {
                self.schema.insert(object.clone());
                self.fingerprint.add(digest);
                row.is_in = true;
            }
        }
        Ok(())
    }

    /// Marks tables to be read again when a virtual table comes or goes, since that decides whether
    /// they are shadow tables.
    fn mark_shadows(&mut self, gone: &mut Vec<Known>) {
        let owners = self.rows.iter().filter(|row| row.entry.is_virtual());
        let owners: Vec<_> = owners.map(|row| row.entry.name.clone()).collect();
        let may_be = |entry: &Entry| owners.iter().any(|owner| is_below(&entry.name, owner));
        for row in &mut self.rows {
            let may_be_shadow = may_be(&row.entry);
            if may_be_shadow != row.entry.may_be_shadow {
                gone.push(Known { id: row.id, entry: row.entry.clone(), is_in: row.is_in });
                row.entry.may_be_shadow = may_be_shadow;
                row.is_in = false;
            }
        }
    }
}

impl Schema {
    fn insert(&mut self, object: Object) {
        match object {
            Object::Table(table) => self.tables.insert(table),
            Object::Index(index) => self.indexes.insert(index),
            Object::Trigger(trigger) => self.triggers.insert(trigger),
            Object::View(view) => self.views.insert(view),
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

/// Calls `see` for each row of `sqlite_schema` with an id greater than this one, in the order of
/// the ids.
fn each(
    conn: &Connection,
    after: i64,
    see: &mut dyn FnMut(i64, &Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = conn.prepare(
        "SELECT name, type, tbl_name, coalesce(sql, ''), rowid FROM main.sqlite_schema \
         WHERE rowid > ?1 ORDER BY rowid",
    )?;
    let mut rows = statement.query([after])?;
    while let Some(row) = rows.next()? {
        see(row.get(4)?, row)?;
    }
    Ok(())
}

/// An object that a statement drops.
enum Dropped<'a> {
    /// A table or a view, with its indexes and triggers.
    With(&'a Name),
    /// An index or a trigger.
    Alone(&'a Name),
}

impl Dropped<'_> {
    fn takes(&self, entry: &Entry) -> bool {
        match self {
            Self::With(name) => **name == *entry.table,
            Self::Alone(name) => {
                **name == *entry.name && (entry.kind == "index" || entry.kind == "trigger")
            }
        }
    }
}

/// Returns what a statement drops; `None` if it may change an object that it neither creates nor
/// drops.
fn dropped(statement: &Statement) -> Option<Vec<Dropped<'_>>> {
    let mut dropped = Vec::new();
    for act in statement.own() {
        match act {
            ActKind::DropTable(name) | ActKind::DropView(name) => dropped.push(Dropped::With(name)),
            ActKind::DropIndex { index: name, .. } | ActKind::DropTrigger { trigger: name, .. } => {
                dropped.push(Dropped::Alone(name));
            }
            ActKind::AlterTable(_)
            | ActKind::CreateVirtualTable(_)
            | ActKind::DropVirtualTable(_) => return None,
            _ => {}
        }
    }
    Some(dropped)
}

impl Schema {
    /// Reads the schema of a database.
    ///
    /// # Errors
    ///
    /// Fails if SQLite can't read it.
    pub fn read(conn: &Connection) -> rusqlite::Result<Self> {
        Reader::default().read(conn)
    }
}

fn object(conn: &Connection, entry: &Entry) -> rusqlite::Result<Object> {
    let (name, table, sql) = (Name::new(&entry.name), Name::new(&entry.table), entry.sql.clone());
    Ok(match entry.kind.as_str() {
        "index" => Object::Index(index::read(conn, name, table, sql)?.into()),
        "trigger" => Object::Trigger(Trigger { name, table, sql }.into()),
        // To list a view's columns, SQLite would prepare its query, and fail if the view is broken.
        "view" => Object::View(View { name, sql }.into()),
        _ => Object::Table(table::read(conn, entry)?.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Named, Objects};
    use super::*;

    fn database(sql: &str) -> Connection {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(sql).expect(sql);
        conn
    }

    fn names<T: Named>(objects: &Objects<T>) -> String {
        objects.keys().map(Name::as_str).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn objects_are_read_without_those_of_sqlite_and_migratory() {
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
    fn broken_objects_are_read_too() {
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
    fn the_remembered_schema_equals_the_one_read_anew() {
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
