//! Reads a table.

use migratory_core::sql::lexer;
use rusqlite::{self, Connection, Row};

use super::definition::Definition;
use super::entry::Entry;
use super::{Column, ForeignKey, Name, Table, TableKind, index};

pub(super) fn read(conn: &Connection, entry: &Entry) -> rusqlite::Result<Table> {
    if entry.is_virtual() { Ok(read_virtual(conn, entry)) } else { read_ordinary(conn, entry) }
}

/// Reads a virtual table, whose columns its module declares. If the module is missing or fails, the
/// columns are unknown.
fn read_virtual(conn: &Connection, entry: &Entry) -> Table {
    let mut tokens = lexer::meaningful(&entry.sql).skip_while(|token| !token.is_word("USING"));
    let module = tokens.nth(1).map(|token| token.unquoted().into_owned());
    let columns = columns(conn, &entry.name, &Definition::default()).unwrap_or_default();
    Table {
        name: Name::new(&entry.name),
        sql: entry.sql.clone(),
        kind: TableKind::Virtual(module.unwrap_or_default()),
        primary_key: primary_key(&columns),
        columns: columns.into_iter().map(|(column, _)| column).collect(),
        uniques: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        is_strict: false,
        is_without_rowid: false,
        is_autoincrement: false,
    }
}

fn read_ordinary(conn: &Connection, entry: &Entry) -> rusqlite::Result<Table> {
    let definition = Definition::parse(&entry.sql);
    let mut columns = columns(conn, &entry.name, &definition)?;
    let primary_key = primary_key(&columns);
    let keys = if definition.has_keys() { keys(conn, &entry.name)? } else { Vec::new() };
    if !keys.iter().any(|(origin, _)| origin == "pk") {
        // A primary key without an index of its own is an alias of the rowid, and never NULL.
        for (column, place) in &mut columns {
            column.is_not_null |= *place > 0;
        }
    }
    let uniques = keys.into_iter().filter(|(origin, _)| origin == "u");
    let shadow = entry.may_be_shadow && is_shadow(conn, &entry.name)?;
    Ok(Table {
        name: Name::new(&entry.name),
        sql: entry.sql.clone(),
        kind: if shadow { TableKind::Shadow } else { TableKind::Ordinary },
        primary_key,
        columns: columns.into_iter().map(|(column, _)| column).collect(),
        uniques: uniques.map(|(_, columns)| columns).collect(),
        foreign_keys: foreign_keys(conn, &entry.name, &definition.deferred)?,
        checks: definition.checks,
        is_strict: definition.is_strict,
        is_without_rowid: definition.is_without_rowid,
        is_autoincrement: definition.is_autoincrement,
    })
}

/// Runs a pragma on a table, and returns its rows.
fn pragma<T>(
    conn: &Connection,
    pragma: &str,
    table: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    // The name is quoted and not bound: a pragma with a parameter goes through a virtual table,
    // which costs more.
    let sql = format!("PRAGMA main.{pragma}({})", Name::new(table).quoted());
    conn.prepare(&sql)?.query_map([], read)?.collect()
}

/// Returns the columns, each with its position in the primary key, which counts from 1.
fn columns(
    conn: &Connection,
    table: &str,
    definition: &Definition,
) -> rusqlite::Result<Vec<(Column, u32)>> {
    pragma(conn, "table_xinfo", table, |row| {
        let name = Name::new(row.get::<_, String>("name")?);
        let text = definition.column(&name);
        let hidden: u8 = row.get("hidden")?;
        let collation = text.and_then(|text| text.collation.clone());
        let column = Column {
            declared: row.get::<_, Option<String>>("type")?.unwrap_or_default(),
            is_not_null: row.get("notnull")?,
            default: row.get("dflt_value")?,
            collation: collation.unwrap_or_else(|| Name::from("BINARY")),
            generated: text.and_then(|text| text.generated.clone()),
            is_stored: hidden == 3,
            is_hidden: hidden == 1,
            name,
        };
        Ok((column, row.get("pk")?))
    })
}

fn primary_key(columns: &[(Column, u32)]) -> Vec<Name> {
    let mut key: Vec<_> = columns.iter().filter(|(_, place)| *place > 0).collect();
    key.sort_by_key(|(_, place)| *place);
    key.into_iter().map(|(column, _)| column.name.clone()).collect()
}

/// Returns the indexes that constraints brought: the kind of constraint, and the columns.
fn keys(conn: &Connection, table: &str) -> rusqlite::Result<Vec<(String, Vec<Name>)>> {
    let indexes = pragma(conn, "index_list", table, |row| {
        Ok((row.get::<_, String>("origin")?, row.get::<_, String>("name")?))
    })?;
    let constraints = indexes.into_iter().filter(|(origin, _)| origin != "c");
    // SQLite lists the last constraint first.
    constraints
        .rev()
        .map(|(origin, name)| {
            let columns = index::columns(conn, &name)?;
            Ok((origin, columns.into_iter().flatten().collect()))
        })
        .collect()
}

/// Returns the foreign keys in the order of the text; `deferred` says when each is checked.
fn foreign_keys(
    conn: &Connection,
    table: &str,
    deferred: &[bool],
) -> rusqlite::Result<Vec<ForeignKey>> {
    if deferred.is_empty() {
        return Ok(Vec::new());
    }
    let mut keys: Vec<(i64, ForeignKey)> = Vec::new();
    // Each row is one column of a key, and the rows of a key are together.
    for (id, row) in
        pragma(conn, "foreign_key_list", table, |row| Ok((row.get("id")?, link(row)?)))?
    {
        match keys.last_mut().filter(|(last, _)| *last == id) {
            Some((_, key)) => {
                key.columns.extend(row.columns);
                key.parent_columns.extend(row.parent_columns);
            }
            None => keys.push((id, row)),
        }
    }
    // SQLite lists the last key first.
    keys.reverse();
    Ok(keys
        .into_iter()
        .enumerate()
        .map(|(at, (_, key))| ForeignKey {
            is_deferred: deferred.get(at).copied().unwrap_or_default(),
            ..key
        })
        .collect())
}

/// Reads one column of a foreign key, as if the key had no other.
fn link(row: &Row<'_>) -> rusqlite::Result<ForeignKey> {
    let parent_column: Option<String> = row.get("to")?;
    Ok(ForeignKey {
        columns: vec![Name::new(row.get::<_, String>("from")?)],
        parent: Name::new(row.get::<_, String>("table")?),
        parent_columns: parent_column.into_iter().map(Name::new).collect(),
        on_delete: row.get("on_delete")?,
        on_update: row.get("on_update")?,
        is_deferred: false,
    })
}

/// Whether a virtual table keeps its content in this one; the module decides on the names of such
/// tables.
fn is_shadow(conn: &Connection, table: &str) -> rusqlite::Result<bool> {
    let kinds = pragma(conn, "table_list", table, |row| row.get::<_, String>("type"))?;
    Ok(kinds.iter().any(|kind| kind == "shadow"))
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    /// Describes the table `t` that a script creates, in a few words.
    fn described(sql: &str) -> String {
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch(sql).expect(sql);
        let schema = Reader::default().read(&conn).expect(sql);
        let table = &schema.tables[&Name::from("t")];
        let mut words: Vec<_> = table.columns.iter().map(column).collect();
        if !table.primary_key.is_empty() {
            words.push(format!("key({})", names(&table.primary_key)));
        }
        words.extend(table.uniques.iter().map(|unique| format!("unique({})", names(unique))));
        words.extend(table.checks.iter().map(|check| format!("check({check})")));
        words.extend(table.foreign_keys.iter().map(foreign_key));
        words.extend(table.is_strict.then(|| "strict".to_owned()));
        words.extend(table.is_without_rowid.then(|| "no-rowid".to_owned()));
        words.extend(table.is_autoincrement.then(|| "auto".to_owned()));
        words.extend((table.kind != TableKind::Ordinary).then(|| format!("{:?}", table.kind)));
        words.join(" ")
    }

    fn column(column: &Column) -> String {
        let optional = |text: Option<String>| text.unwrap_or_default();
        let default = optional(column.default.as_ref().map(|text| format!("={text}")));
        let generated = optional(column.generated.as_ref().map(|text| format!("<{text}>")));
        let collated = column.collation != *"BINARY";
        let collation = optional(collated.then(|| format!("/{}", column.collation)));
        let not_null = if column.is_not_null { "!" } else { "" };
        let stored = if column.is_stored { "+" } else { "" };
        let hidden = if column.is_hidden { "?" } else { "" };
        let Column { name, declared, .. } = column;
        format!("{name}:{declared}{not_null}{default}{generated}{stored}{hidden}{collation}")
    }

    fn foreign_key(key: &ForeignKey) -> String {
        format!(
            "({})->{}({}) {}/{}{}",
            names(&key.columns),
            key.parent,
            names(&key.parent_columns),
            key.on_delete,
            key.on_update,
            if key.is_deferred { " later" } else { "" }
        )
    }

    fn names(names: &[Name]) -> String {
        names.iter().map(Name::as_str).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn columns_are_read_with_all_their_declarations() {
        for (sql, expected) in [
            ("CREATE TABLE t (a, b varchar(9) NOT NULL)", "a: b:varchar(9)!"),
            ("CREATE TABLE t (a TEXT DEFAULT 'CHECK (' COLLATE nocase)", "a:TEXT='CHECK ('/nocase"),
            ("CREATE TABLE t (a DEFAULT (1 + 2), b DEFAULT -1)", "a:=1 + 2 b:=-1"),
            (
                "CREATE TABLE t (a INT, b INT AS (a * 2), c TEXT GENERATED ALWAYS AS ('x') STORED)",
                "a:INT b:INT<a * 2> c:TEXT<'x'>+",
            ),
            ("CREATE TABLE t AS SELECT 1 AS a, 'CHECK (1)' AS [b c]", "a: b c:"),
            (
                "CREATE TABLE \"t\" (a); ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT ''",
                "a: b:TEXT!=''",
            ),
            (
                "CREATE TABLE x (a); ALTER TABLE x RENAME TO t; ALTER TABLE t RENAME a TO [d \"]",
                "d \":",
            ),
            (
                "CREATE TABLE t (a, b UNIQUE, CHECK (a)); ALTER TABLE t ADD c COLLATE RTRIM CHECK (c)",
                "a: b: c:/RTRIM unique(b) check(c) check(a)",
            ),
        ] {
            assert_eq!(described(sql), expected, "{sql}");
        }
    }

    #[test]
    fn keys_are_read_in_their_order() {
        for (sql, expected) in [
            ("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)", "a:INTEGER! key(a) auto"),
            ("CREATE TABLE t (a INT PRIMARY KEY)", "a:INT key(a)"),
            ("CREATE TABLE t (a INTEGER PRIMARY KEY DESC)", "a:INTEGER key(a)"),
            ("CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID", "a:TEXT! key(a) no-rowid"),
            ("CREATE TABLE t (a TEXT PRIMARY KEY) STRICT", "a:TEXT! key(a) strict"),
            ("CREATE TABLE t (a, b, PRIMARY KEY (b, a))", "a: b: key(b,a)"),
            (
                "CREATE TABLE t (a UNIQUE, b, c, UNIQUE (c, b)); CREATE UNIQUE INDEX i ON t (b)",
                "a: b: c: unique(a) unique(c,b)",
            ),
            (
                "CREATE TABLE t (a REFERENCES p, b, c, FOREIGN KEY (b, c) REFERENCES q (x, y) \
                 ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED)",
                "a: b: c: (a)->p() NO ACTION/NO ACTION (b,c)->q(x,y) CASCADE/SET NULL later",
            ),
            (
                "CREATE TABLE t (a REFERENCES t (a) UNIQUE)",
                "a: unique(a) (a)->t(a) NO ACTION/NO ACTION",
            ),
        ] {
            assert_eq!(described(sql), expected, "{sql}");
        }
    }

    #[test]
    fn virtual_tables_are_distinguished_from_their_shadow_tables() {
        let search = "CREATE VIRTUAL TABLE t USING [fts5](title, body);";
        assert_eq!(described(search), "title: body: t:? rank:? Virtual(\"fts5\")");
        let conn = Connection::open_in_memory().expect("a database");
        conn.execute_batch("CREATE TABLE t_data_too (a); CREATE TABLE t (a)").expect("tables");
        let mut reader = Reader::default();
        let kinds = |schema: &super::super::Schema| {
            let kind = |table: &Table| format!("{}:{:?}", table.name, table.kind);
            schema.tables.values().map(kind).collect::<Vec<_>>().join(" ")
        };
        let schema = reader.read(&conn).expect("a schema");
        assert_eq!(kinds(&schema), "t:Ordinary t_data_too:Ordinary");
        conn.execute_batch(&format!("DROP TABLE t; {search}")).expect("a virtual table");
        let schema = reader.read(&conn).expect("a schema");
        assert_eq!(
            kinds(&schema),
            "t:Virtual(\"fts5\") t_config:Shadow t_content:Shadow t_data:Shadow \
             t_data_too:Ordinary t_docsize:Shadow t_idx:Shadow"
        );
    }
}
