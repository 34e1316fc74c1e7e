//! The condition that would rule out the rows on which a script fails, guessed from SQLite's words.
//!
//! A guess is offered only after the script was run on rows that meet it.

use super::fault::Fault;
use crate::rows::EdgeRow;
use crate::rules;
use crate::schema::Name;
use migratory_analysis::CheckedScript;

/// The conditions to try on the table of a row, the likeliest first.
pub(crate) fn conditions(script: &CheckedScript, fault: &Fault, row: &EdgeRow) -> Vec<String> {
    let Some(failure) = fault.failure() else { return Vec::new() };
    let said = failure.message.as_str();
    let statement = script.sql.get(failure.statement.clone()).unwrap_or_default();
    if let Some(check) = said.strip_prefix("CHECK constraint failed: ") {
        return vec![check.trim().to_owned()];
    }
    if let Some((of, column)) =
        said.strip_prefix("cannot store ").and_then(|said| said.split_once(" column "))
    {
        let wanted = of.rsplit(' ').next().unwrap_or_default();
        let column = Name::new(column.rsplit('.').next().unwrap_or_default());
        let types = typed(wanted).map(|types| format!("typeof({}) {types}", column.written()));
        return types.into_iter().collect();
    }
    let named = row.columns().filter(|column| rules::mentions(statement, column));
    let guess: fn(&Name) -> String = if said.contains("JSON") {
        |column| format!("json_valid({})", column.written())
    } else if said.starts_with("datatype mismatch") {
        |column| format!("typeof({}) = 'integer'", column.written())
    } else if said.starts_with("NOT NULL constraint") {
        |column| format!("date({}) IS NOT NULL", column.written())
    } else {
        return Vec::new();
    };
    named.map(guess).collect()
}

/// What a column of a STRICT table takes.
fn typed(wanted: &str) -> Option<&'static str> {
    Some(match wanted {
        "INTEGER" | "INT" => "= 'integer'",
        "REAL" => "IN ('integer', 'real')",
        "TEXT" => "= 'text'",
        "BLOB" => "= 'blob'",
        _ => return None,
    })
}
