//! Reports texts in double quotes, which SQLite first tries to read as names.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_core::sql::lexer;
use migratory_core::sql::quotes;
use rusqlite::Connection;

use crate::rules;
use crate::sandbox::quotes::{allow, is_quoted, name};
use crate::schema::{self, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Code, Diagnostic, Severity};

/// The length from which a text can be a typo of a name: `"m"` is as near to each name of one
/// letter.
const SHORTEST: usize = 3;

/// How many places are shown.
const SHOWN: usize = 4;

/// Returns the texts in double quotes in views and triggers of the script, which SQLite checks only
/// when they are used.
pub(crate) fn of_schema(
    conn: &Connection,
    schema: &Schema,
    script: &CheckedScript,
) -> rusqlite::Result<Vec<Range<usize>>> {
    let defines = |text: &str| {
        let mut words = lexer::meaningful(text).take(3);
        words.next().is_some_and(|it| it.is_word("create"))
            && words.any(|it| it.is_word("view") || it.is_word("trigger"))
            && lexer::meaningful(text).any(|token| is_quoted(&token))
    };
    let text = |range: &Range<usize>| script.sql.get(range.clone()).unwrap_or_default();
    let made: Vec<_> =
        script.statements.iter().filter(|range| defines(text(range))).cloned().collect();
    if made.is_empty() {
        return Ok(Vec::new());
    }
    allow(conn, false)?;
    let broken = rules::broken(conn, &Schema::default(), schema);
    allow(conn, true)?;
    let names: BTreeSet<_> = broken.iter().filter_map(|(_, words)| name(words)).collect();
    let places = made.iter().flat_map(|range| {
        let quoted = lexer::meaningful(text(range)).filter(is_quoted);
        let texts = quoted.filter(|token| names.contains(&*token.unquoted()));
        texts.map(|token| range.start + token.start..range.start + token.end()).collect::<Vec<_>>()
    });
    Ok(places.collect())
}

/// Reports the texts of a file: an error for one that is nearly the name of a column, a warning for
/// the others.
pub(crate) fn report(
    script: &CheckedScript,
    schema: &Schema,
    mut places: Vec<Range<usize>>,
) -> Vec<Diagnostic> {
    places.sort_by_key(|place| place.start);
    places.dedup();
    let (mut errors, mut texts) = (Vec::new(), Vec::new());
    for place in places {
        match misspelt(script, schema, &place) {
            Some(error) => errors.push(error),
            None => texts.push(place),
        }
    }
    errors.extend(plain(script, &texts));
    errors
}

fn misspelt(script: &CheckedScript, schema: &Schema, place: &Range<usize>) -> Option<Diagnostic> {
    let written = script.sql.get(place.clone())?;
    let mut statements = script.statements.iter();
    let statement = statements.find(|range| range.contains(&place.start))?;
    let text = script.sql.get(statement.clone())?;
    if written.trim_matches('"').chars().count() < SHORTEST {
        return None;
    }
    let hint = schema::hint(&format!("no such column: {written}"), schema, text)?;
    Some(
        Diagnostic::error(
            Code::QuotedText,
            format!("`{written}` is not a column, and is read as a text"),
        )
        .on(&script.file, place.clone(), "")
        .note("if nothing has the name in double quotes, SQLite silently reads it as a text")
        .help(hint)
        .help(format!(
            "if it is a text and not a name, write it in single quotes: `{}`",
            literal(written)
        )),
    )
}

fn plain(script: &CheckedScript, places: &[Range<usize>]) -> Option<Diagnostic> {
    let first = places.first()?;
    let written = script.sql.get(first.clone()).unwrap_or_default();
    let message = match places.len() {
        1 => format!("the text `{written}` is in double quotes"),
        many => format!("the text `{written}` is in double quotes, the first of {many}"),
    };
    let mut warning = Diagnostic::error(Code::QuotedText, message);
    warning.severity = Severity::Warning;
    for place in places.iter().take(SHOWN) {
        warning = warning.on(&script.file, place.clone(), "");
    }
    Some(
        warning
            .note("SQLite reads it as a name, and as a text only while nothing has that name: a column that is added later changes what it means, and an SQLite built without this feature refuses it")
            .help(format!("write `{}`", literal(written))),
    )
}

/// Returns the text in single quotes.
fn literal(written: &str) -> String {
    lexer::tokens(written)
        .next()
        .map_or_else(String::new, |token| quotes::literal(&token.unquoted()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    #[test]
    fn a_short_text_is_no_typo_of_a_name() {
        const BEFORE: &str = "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, sex TEXT);";
        for (text, is_typo) in
            [("\"m\"", false), ("\"ie\"", false), ("\"sexx\"", true), ("\"female\"", false)]
        {
            let sql = format!("UPDATE t SET x = NULL WHERE sex = {text};");
            let start = sql.find(text).expect("it is there");
            harness::with_facts(BEFORE, &sql, |facts| {
                let place = start..start + text.len();
                let found = misspelt(facts.script, &facts.schemas[0], &place);
                assert_eq!(found.is_some(), is_typo, "{text}");
            });
        }
    }
}
