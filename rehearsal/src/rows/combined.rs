//! Makes rows for expressions that depend on two columns at once.
//!
//! The values of a row rise from left to right as they are made, and a literal in one column stands
//! next to the first literals of the others. So without these rows, `stop >= start` would always
//! hold, and no bill would lack its day.

use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;

use migratory_core::sql::lexer::Token;
use rusqlite::types::Value;

use super::candidate::around;
use super::clause::TableClause;
use super::hint::number_at;
use super::target::Target;
use super::value::{Class, Maker};
use super::variation::Change;

/// How many pairs of columns get rows in each relation.
const PAIRS: usize = 6;
/// How many more rows the clauses may lead to.
const MOST: usize = 24;
/// How many values of one clause are combined with NULL in each other column.
const TAGS: usize = 6;
/// How many columns are NULL alone.
const ALONE: usize = 8;

/// A row with these values, and clean ones in its other columns.
pub(super) struct Combined {
    pub(super) change: Change,
    /// Whether it must be there twice: an index may contain no other rows than these.
    pub(super) is_twice: bool,
    /// Whether it copies its other values from the row before it, except where they must be unique.
    pub(super) is_beside: bool,
}

/// Returns the rows to add, the most likely first.
pub(super) fn rows(
    target: &Target<'_>,
    clauses: &[TableClause<'_, '_>],
    nulls: bool,
    maker: &mut Maker,
) -> Vec<Combined> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut beside: Vec<Change> = Vec::new();
    let nullable = if nulls { nullable(target, clauses) } else { Vec::new() };
    if nulls && clauses.iter().any(|clause| tells_null_apart(target, clause)) {
        beside.extend(alone(target, &nullable));
    }
    for clause in clauses {
        for pair in pairs_in(target, clause) {
            if pairs.len() < PAIRS && !pairs.iter().any(|known| known.is_like(&pair)) {
                pairs.push(pair);
            }
        }
        for change in with_others(target, clause, &nullable) {
            if beside.len() < MOST && !beside.contains(&change) {
                beside.push(change);
            }
        }
    }
    let related = pairs.iter().flat_map(|pair| pair.rows(target, maker));
    let beside = beside.into_iter().map(|change| {
        let is_twice = change.len() > 1;
        Combined { change, is_twice, is_beside: false }
    });
    related.chain(beside).collect()
}

/// Returns a row for each of these values, alike in all other columns: a UNIQUE may treat two of
/// the values as equal.
pub(super) fn side_by_side(column: usize, values: &[Value]) -> impl Iterator<Item = Combined> {
    values.iter().enumerate().map(move |(at, value)| Combined {
        change: vec![(column, value.clone())],
        is_twice: false,
        is_beside: at > 0,
    })
}

/// Returns the columns that the clauses name and that may be NULL.
fn nullable(target: &Target<'_>, clauses: &[TableClause<'_, '_>]) -> Vec<usize> {
    let named: BTreeSet<usize> =
        clauses.iter().flat_map(|clause| clause.named.iter().flatten().copied()).collect();
    named.into_iter().filter(|&column| target.may_be_left_out(column)).collect()
}

/// Whether the result of a clause depends on which of the columns is NULL.
fn tells_null_apart(target: &Target<'_>, clause: &TableClause<'_, '_>) -> bool {
    let words = ["null", "isnull", "notnull", "where", "case", "coalesce", "ifnull", "iif"];
    let tells = |token: &Token<'_>| words.iter().any(|word| token.is_word(word));
    let mut named = clause.named.iter().flatten();
    named.any(|&column| target.may_be_left_out(column)) && clause.tokens.iter().any(tells)
}

/// Returns NULL in one column alone, those that clauses name first. What a statement does with the
/// row for NULL in one column happens to the values of all others, and what it leaves alone for a
/// value there may be NULL elsewhere.
fn alone(target: &Target<'_>, named: &[usize]) -> Vec<Change> {
    let all = (0..target.columns.len()).filter(|&column| target.may_be_left_out(column));
    let others = all.filter(|column| !named.contains(column));
    named.iter().copied().chain(others).take(ALONE).map(|column| vec![null(column)]).collect()
}

/// Two columns that are compared, subtracted or joined.
struct Pair {
    columns: [usize; 2],
    /// Whether the values of both can be compared.
    is_compared: bool,
    /// The numbers next to them, with which their difference or sum may be compared.
    numbers: Vec<i64>,
    /// The text between them, if they are joined into one.
    joint: Option<String>,
}

/// Returns the neighbouring columns in each part of a clause; AND, OR and the words of CASE divide
/// it into parts.
fn pairs_in(target: &Target<'_>, clause: &TableClause<'_, '_>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for part in parts(clause) {
        let numbers = part.clone().filter_map(|at| match number_at(clause.tokens, at) {
            Some(Value::Integer(number)) => Some(number),
            _ => None,
        });
        let numbers: Vec<i64> = numbers.collect();
        let named: Vec<_> =
            part.filter_map(|at| clause.named[at].map(|column| (at, column))).collect();
        for neighbours in named.windows(2) {
            let [(from, one), (to, other)] = [neighbours[0], neighbours[1]];
            let joint = joint(clause, from..to);
            let is_compared = are_comparable(target.classes[one], target.classes[other]);
            if one != other && (is_compared || joint.is_some()) {
                let numbers = numbers.clone();
                pairs.push(Pair { columns: [one, other], is_compared, numbers, joint });
            }
        }
    }
    pairs
}

/// Divides a condition at its connectives; the AND of a BETWEEN is not one.
fn parts(clause: &TableClause<'_, '_>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut is_between) = (0, false);
    for (at, token) in clause.tokens.iter().enumerate() {
        let is_and = token.is_word("and");
        let divides = ["or", "when", "then", "else", "end"].iter().any(|word| token.is_word(word));
        if divides || (is_and && !is_between) {
            parts.push(start..at);
            start = at + 1;
        }
        is_between = token.is_word("between") || (is_between && !is_and);
    }
    parts.push(start..clause.tokens.len());
    parts
}

/// Whether values of both types can be compared as one type.
fn are_comparable(one: Class, other: Class) -> bool {
    let is_number = |class| matches!(class, Class::Integer | Class::Real | Class::Numeric);
    let is_text = |class| matches!(class, Class::Text | Class::Moment);
    one == other || (is_number(one) && is_number(other)) || (is_text(one) && is_text(other))
}

/// Returns the text that `a || '-' || b` puts between the two.
fn joint(clause: &TableClause<'_, '_>, between: Range<usize>) -> Option<String> {
    let tokens = &clause.tokens[between];
    let is_joined = tokens.windows(2).any(|pair| pair[0].text == "|" && pair[1].text == "|");
    let is_call = |word: &str| clause.tokens.iter().any(|token| token.is_word(word));
    let texts = tokens.iter().filter(|token| token.text.starts_with('\''));
    (is_joined || is_call("concat") || is_call("printf") || is_call("format"))
        .then(|| texts.map(Token::unquoted).collect())
}

impl Pair {
    fn is_like(&self, other: &Self) -> bool {
        let [one, two] = other.columns;
        let is_turned = self.columns == [two, one] && other.joint.is_none();
        (self.columns == other.columns || is_turned) && self.joint == other.joint
    }

    fn rows(&self, target: &Target<'_>, maker: &mut Maker) -> Vec<Combined> {
        let related = if self.is_compared { self.related(target, maker) } else { Vec::new() };
        let joined = self.joined(target, maker);
        let [one, other] = self.columns;
        let rows = [related, joined].into_iter().flat_map(|pairs| pairs.into_iter().enumerate());
        let row = |(at, (first, second)): (usize, (Value, Value))| Combined {
            change: vec![(one, first), (other, second)],
            is_twice: false,
            is_beside: at == 1,
        };
        rows.map(row).collect()
    }

    /// Returns the first value greater; next to it, the same two in reverse; both equal; and a
    /// difference above each number.
    fn related(&self, target: &Target<'_>, maker: &mut Maker) -> Vec<(Value, Value)> {
        let three = |low: &Value, high: &Value, same: &Value| {
            let pairs = [(high, low), (low, high), (same, same)];
            pairs.map(|(first, second)| (first.clone(), second.clone())).to_vec()
        };
        let [one, _] = self.columns;
        let mut keys = self.columns.iter().filter_map(|&column| keys(target, column));
        if let Some((low, high)) = keys.next() {
            return three(&low, &high, &low);
        }
        let [low, high, same] = [(); 3].map(|()| target.fresh(one, maker));
        let mut pairs = three(&low, &high, &same);
        if let Value::Integer(low) = low {
            let numbers = self.numbers.iter().take(2);
            let apart = numbers.filter_map(|number| low.checked_add(*number)?.checked_add(1));
            pairs.extend(apart.map(|high| (Value::Integer(low), Value::Integer(high))));
        }
        pairs
    }

    /// Returns two pairs that differ, and join into the same text.
    fn joined(&self, target: &Target<'_>, maker: &mut Maker) -> Vec<(Value, Value)> {
        let Some(joint) = &self.joint else { return Vec::new() };
        let serial = maker.next();
        let pairs = [
            (format!("{serial}{joint}1"), "2".to_owned()),
            (serial.to_string(), format!("1{joint}2")),
        ];
        let value = |text: String, column: usize| match target.classes[column] {
            Class::Integer | Class::Numeric => text.parse().ok().map(Value::Integer),
            _ => Some(Value::Text(text)),
        };
        let [one, other] = self.columns;
        pairs
            .into_iter()
            .filter_map(|(first, second)| Some((value(first, one)?, value(second, other)?)))
            .collect()
    }
}

/// Returns two keys of another table to which a column may refer.
fn keys(target: &Target<'_>, column: usize) -> Option<(Value, Value)> {
    let link =
        target.links_of(column).find(|link| link.columns.len() == 1 && link.own.is_none())?;
    let mut keys = link.keys.iter().filter_map(|key| key.first());
    Some((keys.next()?.clone(), keys.next()?.clone()))
}

/// Returns each literal of a clause alone, and with NULL in each other column; NULL in one column
/// alone; and the neighbours of each number alone.
fn with_others(
    target: &Target<'_>,
    clause: &TableClause<'_, '_>,
    nullable: &[usize],
) -> Vec<Change> {
    let columns = clause.columns(0..clause.tokens.len());
    let tags = tags(target, clause);
    let mut changes = Vec::new();
    if columns.len() > 1 {
        let nulls = nullable.iter().copied().filter(|column| columns.contains(column)).map(null);
        let nulls: Vec<_> = nulls.collect();
        for tag in &tags {
            let others = nulls.iter().filter(|null| null.0 != tag.0);
            changes.extend(others.map(|null| vec![tag.clone(), null.clone()]));
        }
        changes.extend(tags.iter().map(|tag| vec![tag.clone()]));
        changes.extend(nulls.into_iter().map(|null| vec![null]));
        // `a >= 0 OR b < 0` fails on -1 only where the other column has no -1.
        let beyond = |(column, value): &(usize, Value)| {
            let column = *column;
            around(value).into_iter().skip(1).map(move |value| vec![(column, value)])
        };
        changes.extend(tags.iter().flat_map(beyond));
    }
    changes.extend(tags.iter().filter_map(|tag| without_others(clause, tag, nullable)));
    changes
}

/// Returns a row that meets a condition on one column, with NULL in all other columns that the
/// statement uses.
fn without_others(
    clause: &TableClause<'_, '_>,
    tag: &(usize, Value),
    nullable: &[usize],
) -> Option<Change> {
    let is_condition = clause.tokens.first().is_some_and(|first| first.is_word("where"));
    let others = nullable.iter().copied().filter(|column| *column != tag.0).map(null);
    let change: Change = iter::once(tag.clone()).chain(others).collect();
    (is_condition && change.len() > 1).then_some(change)
}

/// Returns the literals of a clause that its columns may hold; a boolean column always gets both
/// values.
fn tags(target: &Target<'_>, clause: &TableClause<'_, '_>) -> Vec<(usize, Value)> {
    let is_key = |column| target.links_of(column).next().is_some() || target.alias == Some(column);
    let booleans = clause.columns(0..clause.tokens.len()).into_iter();
    let booleans = booleans.filter(|&column| target.classes[column] == Class::Boolean);
    let both = |column| [1, 0].map(|value| (column, Value::Integer(value)));
    let mut tags: Vec<_> = booleans.flat_map(both).chain(clause.literals()).collect();
    tags.retain(|(column, value)| !is_key(*column) && target.classes[*column].is_of(value.into()));
    tags.truncate(TAGS);
    tags
}

fn null(column: usize) -> (usize, Value) {
    (column, Value::Null)
}
