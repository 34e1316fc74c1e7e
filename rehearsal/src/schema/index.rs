//! Reads an index.

use migratory_core::sql::lexer;
use rusqlite::{self, Connection};

use super::{Index, Name};

pub(super) fn read(
    conn: &Connection,
    name: Name,
    table: Name,
    sql: String,
) -> rusqlite::Result<Index> {
    // Both words are keywords: as names they would be in quotes.
    let says = |word| lexer::meaningful(&sql).any(|token| token.is_word(word));
    Ok(Index {
        is_unique: says("UNIQUE"),
        is_partial: says("WHERE"),
        columns: columns(conn, name.as_str())?,
        name,
        table,
        sql,
    })
}

/// Returns the columns of an index, in its order; `None` stands for an expression.
pub(super) fn columns(conn: &Connection, index: &str) -> rusqlite::Result<Vec<Option<Name>>> {
    let pragma = format!("PRAGMA main.index_info({})", Name::new(index).quoted());
    let mut statement = conn.prepare(&pragma)?;
    let columns = statement.query_map([], |row| row.get::<_, Option<String>>("name"))?;
    columns.map(|name| name.map(|name| name.map(Name::new))).collect()
}
