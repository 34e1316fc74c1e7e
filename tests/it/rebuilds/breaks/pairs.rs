//! Defects that show only with certain values of two columns at once, or with values that a function treats as
//! equal.

use migratory_analysis::Code;
use migratory_faulty::Random;

use super::super::pick::{column_mut, pick_free, with_free};
use super::super::schema::Schema;
use super::super::script::Rebuild;
use super::super::set::Set;
use super::super::table::Kind;
use super::copies::{GONE, ending};
use super::{Break, way};

const FAILS: &[Code] = &[Code::Assumes, Code::FailsOnRows];

pub(super) const BREAKS: [Break; 4] = [
    way("a new CHECK of two columns", FAILS, new_check),
    way("a CHECK of two columns that the down restores", FAILS, restored_check),
    way("WHERE with two columns in a copy", GONE, filtered),
    way("a unique index over an expression", FAILS, unique_expression),
];

/// An expression over two columns.
type Condition = fn(&str, &str) -> String;

/// Returns a condition on two columns of these kinds that some rows violate, and that no value of one column decides
/// alone.
fn condition(random: &mut Random) -> ([Kind; 2], Condition) {
    match random.below(8) {
        0 => ([Kind::Integer, Kind::Integer], |a, b| format!("{a} <= {b}")),
        1 => ([Kind::Integer, Kind::Integer], |a, b| format!("{b} - {a} BETWEEN 0 AND 100")),
        2 => ([Kind::Text, Kind::Text], |a, b| format!("{a} <> {b}")),
        3 => ([Kind::Real, Kind::Real], |a, b| format!("NOT ({a} > {b})")),
        4 => ([Kind::Text, Kind::Integer], |a, b| format!("{a} <> 'a' OR {b} IS NOT NULL")),
        5 => ([Kind::Integer, Kind::Text], |a, b| format!("NOT ({a} = 5 AND {b} IS NULL)")),
        6 => ([Kind::Text, Kind::Blob], |a, b| format!("({a} IS NULL) = ({b} IS NULL)")),
        _ => ([Kind::Boolean, Kind::Text], |a, b| format!("NOT {a} OR {b} IS NOT NULL")),
    }
}

/// Adds two free columns to a table, and returns its index, a condition on the two, and the name of the first.
fn with_two(random: &mut Random, schema: &mut Schema) -> (usize, String, String) {
    let ([one, other], condition) = condition(random);
    let (at, one) = pick_free(random, schema, one);
    let other = with_free(random, &mut schema.tables[at], other);
    (at, condition(&one, &other), one)
}

fn checked(random: &mut Random, mut schema: Schema) -> Rebuild {
    let (at, condition, one) = with_two(random, &mut schema);
    Rebuild::new(random, &schema, at, |table| column_mut(table, &one).check = Some(condition))
}

fn new_check(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(Set::of(&checked(random, schema)))
}

fn restored_check(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(super::rows::reversed(checked(random, schema)))
}

fn filtered(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, condition, _) = with_two(random, &mut schema);
    let rebuild = Rebuild::new(random, &schema, at, |_| ());
    Some(ending(random, rebuild, &format!(" WHERE {condition}")))
}

fn unique_expression(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (kind, expression): (Kind, fn(&str, &str) -> String) = match random.below(6) {
        0 => (Kind::Integer, |a, b| format!("min({a}, {b}), max({a}, {b})")),
        1 => (Kind::Text, |a, b| format!("{a} || {b}")),
        2 => (Kind::Text, |a, b| format!("substr({a}, 1, 4), {b}")),
        3 => (Kind::Real, |a, b| format!("round({a}), round({b})")),
        4 => (Kind::Text, |a, b| format!("replace({a}, ' ', ''), {b}")),
        _ => (Kind::Integer, |a, b| format!("{a} / 100, {b}")),
    };
    let (at, one) = pick_free(random, &mut schema, kind);
    let other = with_free(random, &mut schema.tables[at], kind);
    column_mut(&mut schema.tables[at], &one).unique = random.once_in(2);
    let table = &schema.tables[at].name;
    let up = format!("CREATE UNIQUE INDEX late ON {table} ({});", expression(&one, &other));
    Some(Set::new(&schema, up, "DROP INDEX late;".to_owned()))
}
