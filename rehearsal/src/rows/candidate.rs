//! Finds values to try in a column that an expression is about.

use rusqlite::types::Value;

use super::hint::{Hint, Pattern};
use super::pattern;
use super::target::{Row, Target};
use super::value::{Class, Fit, Maker};
use crate::schema::Column;

/// The longest text that is made for a CHECK on a length.
const LONGEST: i64 = 4096;

/// Returns the values to try in `column` of `row`, the most likely first, each once.
pub(super) fn candidates(
    target: &Target,
    hint: &Hint,
    column: usize,
    row: &Row,
    maker: &mut Maker,
) -> Vec<Value> {
    let serial = maker.next();
    let mut values = Vec::new();
    if row.get(column) == Some(&Value::Null) {
        values.push(target.fresh(column, maker));
    }
    values.extend(hint.near(column).flat_map(around));
    values.extend(shaped(hint, column, serial));
    values.extend(beside(hint, column, row));
    let may_be_null = target.may_be_left_out(column);
    if may_be_null && hint.has_word("null") {
        values.push(Value::Null);
    }
    values.extend(hint.literals_for(column).flat_map(around));
    values.extend(spread(hint, column, serial));
    values.extend(texts(hint, column, serial));
    values.extend(plain(serial, maker));
    values.extend(may_be_null.then_some(Value::Null));
    let Some(definition) = target.columns.get(column) else { return Vec::new() };
    let mut distinct: Vec<Value> = Vec::new();
    for value in stored(target, definition, values) {
        if row.get(column) != Some(&value) && !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

/// Converts values to the form that the column stores. A column outside STRICT tables takes any
/// value; there, values of another type come last.
fn stored(target: &Target, column: &Column, values: Vec<Value>) -> Vec<Value> {
    let (mut fit, mut misfit) = (Vec::new(), Vec::new());
    let fit_of = Fit::of(column);
    for value in values {
        match fit_of.fit(value.clone()) {
            Some(fitted) if fitted == value => fit.push(value),
            Some(fitted) => {
                fit.push(fitted);
                misfit.push(value);
            }
            None => misfit.push(value),
        }
    }
    if !target.table.is_strict {
        fit.append(&mut misfit);
    }
    fit
}

/// Returns the literals that an expression may compare a column with, and their neighbours, the
/// most likely first.
pub(super) fn literals(hint: &Hint, column: usize, class: Class, maker: &mut Maker) -> Vec<Value> {
    let near = hint.near(column).filter(|value| class.is_of((*value).into()));
    let mut values: Vec<Value> = near.flat_map(around).collect();
    if hint.has_word("length") || hint.has_word("octet_length") {
        values.extend(lengths(hint, column, maker.next()).into_iter().map(Value::Text));
    }
    values.extend(hint.literals_for(column).filter(|value| class.is_of((*value).into())).cloned());
    values
}

/// Returns a literal and the values just beyond it.
pub(super) fn around(literal: &Value) -> Vec<Value> {
    match literal {
        Value::Integer(number) => {
            [0, 1, -1].iter().map(|step| Value::Integer(number.saturating_add(*step))).collect()
        }
        Value::Real(number) => {
            [0.0, 0.5, -0.5].iter().map(|step| Value::Real(number + step)).collect()
        }
        Value::Text(text) => vec![Value::Text(text.clone())],
        Value::Null | Value::Blob(_) => Vec::new(),
    }
}

/// Returns values of the form that the functions and operators of the expression require.
fn shaped(hint: &Hint, column: usize, serial: i64) -> Vec<Value> {
    let mut texts = Vec::new();
    texts.extend(hint.patterns_for(column).flat_map(|pattern| matching(pattern, serial)));
    if hint.has_word("length") || hint.has_word("octet_length") {
        texts.extend(lengths(hint, column, serial));
    }
    if ["date", "time", "datetime", "strftime", "julianday", "unixepoch"]
        .iter()
        .any(|word| hint.has_word(word))
    {
        texts.extend(pattern::moments(serial));
    }
    if hint.has_words_from("json") {
        texts.extend(
            ["{\"n\":#}", "[#]", "\"#\"", "#", "{}", "[]"]
                .map(|document| document.replace('#', &serial.to_string())),
        );
    }
    let mut values: Vec<Value> = texts.into_iter().map(Value::Text).collect();
    if hint.has_word("typeof") {
        values.extend(strings(hint, column).filter_map(|text| typed(text, serial)));
    }
    values
}

/// Returns the texts of the expression, those next to the column first.
fn strings(hint: &Hint, column: usize) -> impl Iterator<Item = &str> {
    hint.literals_for(column).filter_map(|value| match value {
        Value::Text(text) => Some(&**text),
        _ => None,
    })
}

/// Returns texts that match a pattern, some with more in the gaps and some with less.
fn matching(pattern: &Pattern, serial: i64) -> Vec<String> {
    match pattern {
        Pattern::Like(text) => vec![pattern::like(text, None, serial)],
        Pattern::Glob(text) => {
            vec![pattern::glob(text, serial, true), pattern::glob(text, serial, false)]
        }
        Pattern::Moment(format) => vec![pattern::moment(format, serial)],
    }
}

fn lengths(hint: &Hint, column: usize, serial: i64) -> Vec<String> {
    hint.literals_for(column)
        .filter_map(|value| match value {
            Value::Integer(length) => Some(*length),
            _ => None,
        })
        .flat_map(|length| [length, length.saturating_add(1), length.saturating_sub(1)])
        .filter(|length| (0..=LONGEST).contains(length))
        .filter_map(|length| usize::try_from(length).ok())
        .map(|length| long(serial, length))
        .collect()
}

/// Returns a text of this length: the last digits of the number, padded on the left.
fn long(serial: i64, length: usize) -> String {
    let text = format!("{serial:1>length$}");
    text.get(text.len() - length..).unwrap_or_default().to_owned()
}

fn typed(kind: &str, serial: i64) -> Option<Value> {
    Some(match kind {
        "integer" => Value::Integer(serial),
        "real" => Value::Real(0.5),
        "text" => Value::Text(format!("text{serial}")),
        "blob" => Value::Blob(serial.to_string().into_bytes()),
        "null" => Value::Null,
        _ => return None,
    })
}

/// Returns the values of the expression's other columns, and values slightly above and below.
fn beside(hint: &Hint, column: usize, row: &Row) -> Vec<Value> {
    let others = hint.columns.iter().filter(|&&other| other != column);
    let others: Vec<&Value> = others.filter_map(|&other| row.get(other)).collect();
    let sums = sums(hint, &others);
    others
        .into_iter()
        .flat_map(|value| match value {
            Value::Text(text) => match text.parse::<i64>() {
                Ok(number) => [1, -1, 0]
                    .iter()
                    .map(|step| Value::Text(number.saturating_add(*step).to_string()))
                    .collect(),
                Err(_) => vec![Value::Text(format!("{text}1")), value.clone()],
            },
            Value::Integer(number) => {
                [1, -1, 0].iter().map(|step| Value::Integer(number.saturating_add(*step))).collect()
            }
            Value::Real(number) => {
                [1.0, -1.0, 0.0].iter().map(|step| Value::Real(number + step)).collect()
            }
            Value::Blob(_) => vec![value.clone()],
            Value::Null => Vec::new(),
        })
        .chain(sums)
        .collect()
}

/// Returns the values that sum with the other columns to a number in the expression; and the sum of
/// the other columns.
fn sums(hint: &Hint, others: &[&Value]) -> Vec<Value> {
    let sum: f64 = others.iter().filter_map(|value| real(value)).sum();
    let wholes = hint.literals.iter().filter_map(|(_, value)| real(value));
    wholes.map(|whole| whole - sum).chain([sum]).map(whole_or_real).collect()
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => i32::try_from(*number).ok().map(f64::from),
        Value::Real(number) => Some(*number),
        _ => None,
    }
}

/// Returns a number as an integer, if it is one.
fn whole_or_real(number: f64) -> Value {
    format!("{number}").parse().map_or(Value::Real(number), Value::Integer)
}

/// Returns numbers between those of the expression, and multiples of them.
fn spread(hint: &Hint, column: usize, serial: i64) -> Vec<Value> {
    let numbers: Vec<i64> = hint
        .literals_for(column)
        .filter_map(|value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        })
        .collect();
    let low = numbers.iter().min().copied().unwrap_or_default();
    let high = numbers.iter().max().copied().unwrap_or_default();
    let mut spread: Vec<i64> = (2..8).map(|step| low.saturating_add(step)).collect();
    spread.extend([low.saturating_add(high) / 2, low.saturating_sub(serial)]);
    for number in numbers {
        spread.extend([number.saturating_mul(2), number.saturating_mul(serial)]);
    }
    spread.into_iter().map(Value::Integer).chain([Value::Real(0.5), Value::Real(0.25)]).collect()
}

/// Returns texts that contain a text of the expression.
fn texts(hint: &Hint, column: usize, serial: i64) -> Vec<Value> {
    strings(hint, column)
        .flat_map(|text| {
            [
                format!("{text}{serial}"),
                format!("a{serial}{text}b{serial}"),
                format!("{serial}{text}"),
            ]
        })
        .map(Value::Text)
        .collect()
}

/// Returns a value of each type, for an expression that gives no hint.
fn plain(serial: i64, maker: &Maker) -> Vec<Value> {
    let text = maker.numbered(Class::Text, serial);
    let upper = match &text {
        Value::Text(text) => Value::Text(format!("A{}", text.to_uppercase())),
        other => other.clone(),
    };
    vec![
        text,
        upper,
        Value::Text(format!("a{serial}")),
        Value::Integer(0),
        Value::Integer(1),
        Value::Integer(-1),
        Value::Integer(serial),
        Value::Real(0.5),
        Value::Text(format!("https://a{serial}.example/b@c.example")),
        Value::Text(format!("00000000-0000-4000-8000-{serial:012}")),
        Value::Blob(format!("{serial:016}").into_bytes()),
        Value::Text(String::new()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_made_of_those_that_the_expression_holds() {
        let mut hint = Hint::default();
        let far = (Some(1), Value::Text("far".to_owned()));
        hint.literals.extend([far, (None, Value::Integer(7)), (Some(0), Value::Text("-".into()))]);
        assert_eq!(strings(&hint, 0).collect::<Vec<_>>(), ["-", "far"]);
        let expected = ["-3", "a3-b3", "3-", "far3", "a3farb3", "3far"];
        assert_eq!(texts(&hint, 0, 3), expected.map(|text| Value::Text(text.to_owned())));
    }
}
