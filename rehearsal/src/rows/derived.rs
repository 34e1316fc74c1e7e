//! Finds values that the functions and operators of a script distinguish, or treat as equal.
//!
//! `substr(x, 1, 50)` cuts a longer text, `round(x, 2)` drops the third digit, and a UNIQUE over
//! either treats two values as equal that differ only in what is cut. None of these values is a
//! literal of the script.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::parens;
use rusqlite::types::Value;

use super::candidate::around;
use super::clause::{Renamed, TableClause, clauses};
use super::hint::number_at;
use super::pattern;
use super::target::Target;
use super::value::{Maker, is_untyped};

/// The most values that a column gets for the calls that use it.
const MOST: usize = 16;
/// The longest text that is made for a length.
const LONGEST: i64 = 4096;
/// The most decimal places after which two numbers are made to differ.
const DIGITS: i64 = 9;

/// Returns, for each column, the values that make a difference to the clauses.
pub(super) fn derived(
    target: &Target<'_>,
    clauses: &[TableClause<'_, '_>],
    maker: &mut Maker,
) -> Vec<Vec<Value>> {
    let mut found: Vec<Vec<Value>> = vec![Vec::new(); target.columns.len()];
    for clause in clauses {
        for (column, literal) in clause.literals().into_iter().filter(|_| clause.is_renamed) {
            let values = around(&literal);
            let own = values.iter().filter(|value| takes(target, column, value));
            keep(&mut found[column], own);
        }
        let mut last = None;
        for (at, named) in clause.named.iter().enumerate() {
            let called = call(clause, at);
            let values = match (&called, last) {
                (Some(call), _) => call.values(maker),
                (None, Some(_)) => operated(clause.tokens, at, maker),
                (None, None) => Vec::new(),
            };
            let columns = called.map_or_else(|| last.into_iter().collect(), |call| call.columns);
            for column in columns {
                let own = values.iter().filter(|value| takes(target, column, value));
                keep(&mut found[column], own);
            }
            last = named.or(last);
        }
    }
    found
}

/// Returns the columns whose different values a UNIQUE in these texts may treat as equal, through a
/// function or a collation.
pub(super) fn merged<'t>(
    target: &Target<'_>,
    renamed: &Renamed,
    texts: impl Iterator<Item = &'t str>,
) -> BTreeSet<usize> {
    let mut columns = BTreeSet::new();
    for text in texts.filter(|text| lexer::has_any(text, &["unique"])) {
        for clause in clauses(text) {
            let Some(clause) = TableClause::of(target, renamed, &clause) else { continue };
            let all = 0..clause.tokens.len();
            if clause.tokens.iter().any(|token| token.is_word("collate")) {
                columns.extend(clause.columns(all.clone()));
            }
            columns.extend(all.filter_map(|at| call(&clause, at)).flat_map(|call| call.columns));
        }
    }
    columns
}

fn keep<'v>(kept: &mut Vec<Value>, values: impl Iterator<Item = &'v Value>) {
    for value in values {
        if kept.len() < MOST && !kept.contains(value) {
            kept.push(value.clone());
        }
    }
}

/// Whether the column may well hold such a value. A blob is tried wherever a script asks for one.
fn takes(target: &Target<'_>, column: usize, value: &Value) -> bool {
    let is_blob = matches!(value, Value::Blob(_));
    is_blob || is_untyped(target.columns[column]) || target.classes[column].is_of(value.into())
}

/// A function call, and the columns among its arguments.
struct Call<'c, 't> {
    function: String,
    /// Whether the call is in a CHECK.
    is_checked: bool,
    arguments: Vec<&'c [Token<'t>]>,
    columns: Vec<usize>,
}

/// Returns the call that begins at a token.
fn call<'c, 't>(clause: &TableClause<'c, 't>, at: usize) -> Option<Call<'c, 't>> {
    let token = clause.tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    let group = parens::group(clause.tokens, at + 1)?;
    let columns = clause.columns(group.clone());
    let inside = clause.tokens.get(group.start + 1..group.end)?;
    let function = token.text.to_ascii_lowercase();
    let is_checked = clause.tokens[0].is_word("check");
    (!columns.is_empty()).then(|| Call {
        function,
        is_checked,
        arguments: parens::split(inside),
        columns,
    })
}

impl Call<'_, '_> {
    fn values(&self, maker: &mut Maker) -> Vec<Value> {
        match &*self.function {
            "substr" | "substring" => texts(cut(&self.numbers())),
            "round" => rounded(self.numbers().first().copied().unwrap_or_default()),
            "replace" | "instr" | "trim" | "ltrim" | "rtrim" => {
                let sought = self.text();
                texts(
                    sought
                        .iter()
                        .flat_map(|it| [format!("a{it}b"), format!("{it}ab{it}"), "ab".to_owned()]),
                )
            }
            "cast" => {
                let numbers = [7.25, 7.75].map(Value::Real).to_vec();
                [texts(["7", "07", "7.5"].map(str::to_owned)), numbers].concat()
            }
            "abs" => [7, -7].map(Value::Integer).to_vec(),
            "date" | "time" | "datetime" | "julianday" | "unixepoch" | "strftime" => {
                let moments =
                    ["2024-01-31 10:20:30", "2024-01-31 10:20:30.500", "2024-01-31 23:59:59"];
                texts(moments.map(str::to_owned))
            }
            // No other table has this value, so one that holds only its changed form lacks it.
            "lower" | "upper" => texts([format!("Both Cases {}", maker.next())]),
            "octet_length" | "hex" | "unicode" | "length" => texts(["é", "É"].map(str::to_owned)),
            // A CHECK that repeats what the column's type says is no reason to try another type.
            "typeof" if !self.is_checked => vec![Value::Blob(b"x".to_vec())],
            "json_extract" => texts(self.text().iter().flat_map(|path| documents(path))),
            _ => Vec::new(),
        }
    }

    /// Returns the numbers among the arguments after the first.
    fn numbers(&self) -> Vec<i64> {
        let arguments = self.arguments.iter().skip(1);
        let number =
            |argument: &&[Token<'_>]| match number_at(argument, argument.len().checked_sub(1)?) {
                Some(Value::Integer(number)) if argument.len() < 3 => Some(number),
                _ => None,
            };
        arguments.filter_map(number).collect()
    }

    /// Returns the second argument, if it is a text.
    fn text(&self) -> Option<String> {
        match *self.arguments.get(1)? {
            [text] if text.kind == Kind::Text => Some(text.unquoted().into_owned()),
            [char, open, code, ..] if char.is_word("char") && open.text == "(" => {
                char::from_u32(code.text.parse().ok()?).map(String::from)
            }
            _ => None,
        }
    }
}

/// Returns values for the column before the operator at this place.
fn operated(tokens: &[Token<'_>], at: usize, maker: &mut Maker) -> Vec<Value> {
    let (Some(token), Some(next)) = (tokens.get(at), tokens.get(at + 1)) else { return Vec::new() };
    let text = || (next.kind == Kind::Text).then(|| next.unquoted());
    if token.is_word("like") {
        let escape = tokens.get(at + 2).filter(|token| token.is_word("escape"));
        let escape = escape.and(tokens.get(at + 3)).and_then(|it| it.unquoted().chars().next());
        return texts(text().map(|it| pattern::like(&it, escape, maker.next())));
    }
    if token.is_word("glob") {
        let of = |it: &str, maker: &mut Maker| {
            [true, false].map(|stars| pattern::glob(it, maker.next(), stars))
        };
        return texts(text().into_iter().flat_map(|it| of(&it, maker)));
    }
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let is_arrow = token.text == ">" && before.is_some_and(|it| matches!(it.text, "-" | ">"));
    if is_arrow {
        return texts(text().iter().flat_map(|path| documents(path)));
    }
    match number_at(tokens, at + 1) {
        Some(Value::Integer(number)) if matches!(token.text, "/" | "%" | "&") => {
            [1, 2, number.saturating_add(1)].map(Value::Integer).to_vec()
        }
        _ => Vec::new(),
    }
}

fn texts(texts: impl IntoIterator<Item = String>) -> Vec<Value> {
    texts.into_iter().map(Value::Text).collect()
}

/// Returns a text that is not cut, and two that are equal once they are cut.
fn cut(numbers: &[i64]) -> Vec<String> {
    let (start, length) = match numbers {
        [start, length, ..] => (*start, Some(*length)),
        [start] => (*start, None),
        [] => return Vec::new(),
    };
    let end = if start < 0 { -start } else { length.unwrap_or_default() + start.max(1) - 1 };
    if !(1..LONGEST).contains(&end) {
        return Vec::new();
    }
    let kept = "a".repeat(usize::try_from(end).unwrap_or_default());
    let longer =
        |more: char| if start < 0 { format!("{more}{kept}") } else { format!("{kept}{more}") };
    // The cut runs to the end, so it removes what precedes the start.
    if start > 1 && length.is_none() {
        return ["b", "c"].map(|more| format!("{}{kept}", more.repeat(kept.len()))).to_vec();
    }
    vec![longer('b'), longer('c'), kept]
}

/// Returns two numbers that differ only after this many digits.
fn rounded(digits: i64) -> Vec<Value> {
    let digits = usize::try_from(digits.clamp(0, DIGITS)).unwrap_or_default();
    let number = |last: &str| format!("19.{}{last}", "1".repeat(digits)).parse().ok();
    ["2", "3"].into_iter().filter_map(number).map(Value::Real).collect()
}

/// Returns documents for a path of plain keys: two with the same value there, and one without a
/// value.
fn documents(path: &str) -> Vec<String> {
    let keys = path.trim_start_matches("$.").split('.');
    let is_plain = |key: &str| {
        !key.is_empty() && key.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
    };
    let keys: Vec<&str> = keys.collect();
    if !keys.iter().all(|key| is_plain(key)) {
        return Vec::new();
    }
    let inner = |value: &str| {
        keys.iter().skip(1).rev().fold(value.to_owned(), |it, key| format!("{{\"{key}\": {it}}}"))
    };
    let first = keys.first().copied().unwrap_or_default();
    vec![
        format!("{{\"{first}\": {}}}", inner("\"x\"")),
        format!("{{\"{first}\": {}, \"n\": 1}}", inner("\"x\"")),
        format!("{{\"n\": \"{first}\"}}"),
    ]
}
