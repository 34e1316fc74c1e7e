//! Guesses from SQLite's message the condition that rules out the rows on which a script fails.
//!
//! A guess is offered only once the script has run on rows that meet it.

use migratory_core::sql::lexer::{self, Token};
use migratory_core::sql::parens;

use super::Fault;
use crate::rules::{self, Copy, Update};
use crate::schema::Name;
use migratory_analysis::CheckedScript;

/// Returns the conditions to try on the rows of a table with these columns, the most likely first.
pub(crate) fn conditions<'n>(
    script: &CheckedScript,
    fault: &Fault,
    columns: impl Iterator<Item = &'n Name>,
) -> Vec<String> {
    let Some(failure) = fault.failure() else { return Vec::new() };
    let said = failure.message.as_str();
    let statement = script.sql.get(failure.statement.clone()).unwrap_or_default();
    if let Some(check) = said.strip_prefix("CHECK constraint failed: ") {
        let check = check.trim();
        return vec![constraint(script, check).unwrap_or(check).to_owned()];
    }
    if let Some((of, column)) =
        said.strip_prefix("cannot store ").and_then(|said| said.split_once(" column "))
    {
        let wanted = of.rsplit(' ').next().unwrap_or_default();
        let types = typed(wanted).map(|types| format!("typeof({}) {types}", named(column)));
        return types.into_iter().collect();
    }
    if let Some(column) = said.strip_prefix("NOT NULL constraint failed: ") {
        if let Some(value) = computed(statement, &Name::new(last(column))) {
            return vec![format!("{value} IS NOT NULL")];
        }
    }
    let guess: fn(&Name) -> String = if said.contains("JSON") {
        |column| format!("json_valid({})", column.written())
    } else if said.starts_with("datatype mismatch") {
        |column| format!("typeof({}) = 'integer'", column.written())
    } else if said.starts_with("NOT NULL constraint") {
        |column| format!("date({}) IS NOT NULL", column.written())
    } else {
        return Vec::new();
    };
    columns.filter(|column| rules::mentions(statement, column)).map(guess).collect()
}

/// Returns the CHECK that a statement of the script gives this name, since SQLite reports the name
/// instead of the condition.
fn constraint<'s>(script: &'s CheckedScript, name: &str) -> Option<&'s str> {
    script.texts().find_map(|text| {
        let tokens: Vec<_> = lexer::meaningful(text).collect();
        let is_it = |three: &[Token<'_>]| {
            three[0].is_word("constraint")
                && three[1].unquoted().eq_ignore_ascii_case(name)
                && three[2].is_word("check")
        };
        let at = tokens.windows(3).position(is_it)?;
        let group = parens::group(&tokens, at + 3)?;
        Some(parens::inner(text, &tokens, &group).trim())
    })
}

fn named(column: &str) -> String {
    Name::new(last(column)).written()
}

/// Returns the column of `table.column`.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

/// Returns the expression from which a copy or an UPDATE computes a column, without table names.
pub(crate) fn computed(statement: &str, column: &Name) -> Option<String> {
    let tokens = if let Some(copy) = Copy::parse(statement) {
        copy.expression(column)?.to_vec()
    } else {
        let update = Update::parse(statement)?;
        update.sets.into_iter().find(|set| set.columns == [column.clone()])?.value
    };
    let tokens = match tokens.as_slice() {
        [inner @ .., word, _] if word.is_word("as") => inner,
        all => all,
    };
    // A subquery on other tables is not a condition on a row.
    (!tokens.iter().any(|token| token.is_word("select"))).then(|| unqualified(tokens))
}

fn unqualified(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut end = None;
    for (at, token) in tokens.iter().enumerate() {
        if end.is_some_and(|end| end < token.start) {
            text.push(' ');
        }
        let is_dot = |at: usize| tokens.get(at).is_some_and(|token| token.text == ".");
        if is_dot(at) || is_dot(at + 1) {
            end = None;
        } else {
            text.push_str(token.text);
            end = Some(token.end());
        }
    }
    text
}

/// Returns the type that a column of a STRICT table accepts.
fn typed(wanted: &str) -> Option<&'static str> {
    Some(match wanted {
        "INTEGER" | "INT" => "= 'integer'",
        "REAL" => "IN ('integer', 'real')",
        "TEXT" => "= 'text'",
        "BLOB" => "= 'blob'",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expression_of_a_column_is_found_in_copies_and_updates() {
        for (statement, expected) in [
            (
                "INSERT INTO n (id, x) SELECT id, date(x, 'unixepoch') FROM t",
                "date(x, 'unixepoch')",
            ),
            ("INSERT INTO n (x) SELECT date( t.x,  o . y ) AS x FROM t", "date( x, y )"),
            ("INSERT INTO n (x) SELECT (SELECT y FROM o) FROM t", "none"),
            ("INSERT INTO n (x) SELECT x FROM t", "none"),
            ("INSERT INTO n SELECT id, date(x) FROM t", "none"),
            ("UPDATE t SET y = 1, x = date(x)", "date(x)"),
            ("UPDATE t SET y = date(x)", "none"),
        ] {
            let found = computed(statement, &Name::new("x"));
            assert_eq!(found.as_deref().unwrap_or("none"), expected, "{statement}");
        }
    }
}
