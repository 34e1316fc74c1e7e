//! Recognises virtual tables whose rows are not their own.

use migratory_core::sql::lexer;

use crate::schema::{Table, TableKind};

/// Where a table keeps its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// In the table itself.
    Itself,
    /// In another table, which it indexes: SQLite checks whether the two match.
    Elsewhere,
    /// Nowhere: it indexes texts that it does not keep.
    Nowhere,
}

/// Returns where a table keeps its rows.
pub(super) fn home(table: &Table) -> Home {
    let TableKind::Virtual(module) = &table.kind else { return Home::Itself };
    if !["fts3", "fts4", "fts5"].iter().any(|it| module.eq_ignore_ascii_case(it)) {
        return Home::Itself;
    }
    match content(&table.sql).as_deref() {
        None => Home::Itself,
        Some("") => Home::Nowhere,
        Some(_) => Home::Elsewhere,
    }
}

/// Returns the value of a full-text index's option `content`.
fn content(sql: &str) -> Option<String> {
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let mut options = tokens.windows(3).skip_while(|three| three[0].text != "(");
    let option = options.find(|three| three[0].is_word("content") && three[1].text == "=")?;
    Some(option[2].unquoted().into_owned())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::schema::{Name, Schema};

    #[test]
    fn full_text_indexes_are_recognised() {
        for (sql, expected) in [
            ("CREATE TABLE t (content)", Home::Itself),
            ("CREATE VIRTUAL TABLE t USING fts5 (content)", Home::Itself),
            ("CREATE VIRTUAL TABLE t USING fts5 (a, prefix = 2)", Home::Itself),
            ("CREATE VIRTUAL TABLE t USING fts5 (a, content='')", Home::Nowhere),
            ("CREATE VIRTUAL TABLE t USING FTS5 (a, Content = \"\")", Home::Nowhere),
            (
                "CREATE VIRTUAL TABLE t USING fts5 (a, content='b', content_rowid='c')",
                Home::Elsewhere,
            ),
            ("CREATE VIRTUAL TABLE t USING fts4 (content=b, a)", Home::Elsewhere),
            ("CREATE VIRTUAL TABLE t USING rtree (content, a, b)", Home::Itself),
        ] {
            let conn = Connection::open_in_memory().expect("a database");
            conn.execute_batch("CREATE TABLE b (c INTEGER PRIMARY KEY, a)").expect("a table");
            conn.execute_batch(sql).expect(sql);
            let schema = Schema::read(&conn).expect(sql);
            assert_eq!(home(&schema.tables[&Name::from("t")]), expected, "{sql}");
        }
    }
}
