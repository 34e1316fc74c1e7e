//! Values that can only be derived from the script's own text. For each kind of them, the rehearsal tries such rows,
//! shows as few as possible, and suggests a directive that passes; a correct script has no finding.

mod alike;
mod alone;
mod calls;
mod literals;
mod relations;
mod there_and_back;
mod triggers;

use migratory_analysis::{Findings, Options};
use rusqlite::Connection;

use crate::support::findings;

/// A script that fails or loses something on some rows, and a correct one.
struct Kind {
    tables: &'static str,
    wrong: &'static str,
    code: &'static str,
    /// A condition that holds for the rows in the message.
    shows: &'static str,
    /// The directive that passes, if the message shows only its form.
    stated: &'static str,
    right: &'static str,
}

/// Creates a kind that fails on rows, or whose message suggests a directive.
const fn kind(
    tables: &'static str,
    code: &'static str,
    wrong: &'static str,
    shows: &'static str,
    right: &'static str,
) -> Kind {
    Kind { tables, wrong, code, shows, stated: "", right }
}

#[test]
fn rows_cover_every_relation_of_two_columns() {
    try_all(&relations::KINDS);
}

#[test]
fn rows_combine_literals_with_null_and_other_values() {
    try_all(&literals::KINDS);
}

#[test]
fn rows_have_null_in_one_column_and_values_in_the_others() {
    try_all(&alone::KINDS);
}

#[test]
fn rows_share_one_column_and_differ_in_another() {
    try_all(&alike::KINDS);
}

#[test]
fn rows_contain_the_literals_of_triggers() {
    try_all(&triggers::KINDS);
}

#[test]
fn rows_contain_the_values_that_functions_distinguish() {
    try_all(&calls::KINDS);
}

fn try_all(kinds: &[Kind]) {
    for kind in kinds {
        let Kind { tables, wrong, right, .. } = kind;
        let found = of_up(tables, "", wrong);
        let codes: Vec<_> = found.iter().map(|finding| finding.code.to_string()).collect();
        assert_eq!(codes, [kind.code], "{wrong}\n{found}");
        let text = found.to_string();
        assert!(is_true(kind.shows, &text), "{}\n{text}", kind.shows);
        let stated = if kind.stated.is_empty() { offered(&text) } else { kind.stated.to_owned() };
        let past = of_up(tables, &stated, wrong);
        assert!(past.is_empty(), "{stated}\n{past}");
        let of_right = of_up(tables, "", right);
        assert!(of_right.is_empty(), "{right}\n{of_right}");
    }
}

/// Returns the findings of an up that begins with this directive.
fn of_up(tables: &str, stated: &str, up: &str) -> Findings {
    let stated = if stated.is_empty() {
        String::new()
    } else {
        format!("-- migratory: {stated}: so it is\n")
    };
    let up = format!("-- migratory: irreversible: for a test\n{stated}{}", rebuilt(up));
    let files = [("1_a.up", tables), ("2_b.up", up.as_str())];
    findings(&files, &Options::default().up_only(true))
}

/// Expands `REBUILD <columns> AS <select>` at the end of an up: the rows of the select are copied into these
/// columns.
fn rebuilt(up: &str) -> String {
    let Some((before, (columns, select))) =
        up.split_once("REBUILD ").and_then(|(before, it)| Some((before, it.split_once(" AS ")?)))
    else {
        return up.to_owned();
    };
    let mut depth = 0;
    let definitions = columns.split(|letter: char| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    });
    let names = definitions.filter_map(|it| it.split_whitespace().next());
    let names: Vec<_> = names.filter(|name| *name != "CHECK").collect();
    let names = names.join(", ");
    format!(
        "{before}CREATE TABLE n ({columns});\nINSERT INTO n ({names}) SELECT {select};\nDROP TABLE t;\nALTER TABLE n RENAME TO t;"
    )
}

/// Returns the directive that the message suggests.
fn offered(text: &str) -> String {
    let (_, after) = text.split_once("`-- migratory: ").expect("a directive");
    after.split_once(": <reason>`").expect("a reason").0.to_owned()
}

/// Returns whether SQLite finds the condition true for the rows in the message.
fn is_true(condition: &str, text: &str) -> bool {
    let rows: Vec<String> = text.match_indices("(id = ").map(|(at, _)| row(&text[at..])).collect();
    let sql = format!("SELECT {condition} FROM ({})", rows.join(" UNION ALL "));
    let conn = Connection::open_in_memory().unwrap();
    let answer = conn.query_row(&sql, [], |row| row.get(0));
    answer.unwrap_or_else(|error| panic!("{error}\n{sql}\n{text}"))
}

/// Returns a SELECT of a row that is written as `(id = 1, x = 'a, b')`.
fn row(text: &str) -> String {
    let mut cells = Vec::new();
    let mut rest = &text[1..];
    loop {
        let (column, value) = rest.split_once(" = ").expect("a cell");
        let is_text = value.starts_with('\'');
        let end = if is_text { 2 + value[1..].find('\'').expect("a quote") } else { 0 };
        let end = end + value[end..].find([',', ')']).expect("an end");
        let spelt = if value.starts_with("a blob") { "x'78'" } else { &value[..end] };
        cells.push(format!("{spelt} AS {column}"));
        if value[end..].starts_with(')') {
            return format!("SELECT {}", cells.join(", "));
        }
        rest = &value[end + 2..];
    }
}
