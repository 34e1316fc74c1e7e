//! Fills virtual tables that accept rows.

use migratory_core::sql::lexer::{self, Kind};
use rusqlite::{self, Connection, params_from_iter, types::Value};

use super::complaint::or_if_refused;
use super::value::{Class, Maker};
use crate::schema::{Name, Schema, Table, TableKind};

/// Writes two rows to a virtual table, if its module accepts them.
pub(super) fn fill(
    conn: &Connection,
    schema: &Schema,
    table: &Table,
    maker: &mut Maker,
) -> rusqlite::Result<()> {
    let TableKind::Virtual(module) = &table.kind else { return Ok(()) };
    if has_content_elsewhere(table) || is_written_by_trigger(schema, table) {
        return Ok(());
    }
    let columns = table.columns.iter().filter(|column| !column.is_hidden);
    let mut names: Vec<String> = columns.map(|column| column.name.quoted()).collect();
    let is_index_of_texts = module.to_ascii_lowercase().starts_with("fts");
    // An rtree keeps fractions.
    let is_index_of_boxes = module.eq_ignore_ascii_case("rtree");
    if is_index_of_texts {
        // Otherwise it would take rowids that the next rows of another table may need.
        names.insert(0, "rowid".to_owned());
    }
    let parameters = vec!["?"; names.len()].join(", ");
    let sql =
        format!("INSERT INTO {} ({}) VALUES ({parameters})", table.name.quoted(), names.join(", "));
    for _ in 0..2 {
        let values = names.iter().enumerate().map(|(at, _)| match at {
            0 => maker.fresh(Class::Integer),
            _ if is_index_of_boxes => maker.fresh(Class::Real),
            _ => maker.fresh(Class::Text),
        });
        let values: Vec<Value> = values.collect();
        or_if_refused(conn.execute(&sql, params_from_iter(values)), 0)?;
    }
    Ok(())
}

/// Whether it indexes the content of another table, or keeps no content.
fn has_content_elsewhere(table: &Table) -> bool {
    let tokens: Vec<_> = lexer::meaningful(&table.sql).collect();
    tokens.windows(2).any(|pair| pair[0].is_word("content") && pair[1].text == "=")
}

/// Whether a trigger keeps it up to date; our own rows would be in the trigger's way.
fn is_written_by_trigger(schema: &Schema, table: &Table) -> bool {
    let names = |sql: &str| {
        lexer::meaningful(sql)
            .filter(|token| matches!(token.kind, Kind::Word | Kind::Name))
            .any(|token| Name::new(token.unquoted()) == table.name)
    };
    schema.triggers.values().any(|trigger| names(&trigger.sql))
}
