//! A value that the copy changes, or that the down doesn't restore.

use migratory_analysis::Code;
use migratory_faulty::Random;

use super::super::changes::moved;
use super::super::pick::{any_kind, column_mut, pick_free, with_free};
use super::super::schema::Schema;
use super::super::script::Rebuild;
use super::super::set::Set;
use super::super::table::{Kind, Table};
use super::{Break, way};

const OTHER: &[Code] = &[Code::ValuesMove];
/// A missing value, or one that is no key, may be reported as what it breaks.
const OTHER_OR_FAILING: &[Code] =
    &[Code::ValuesMove, Code::RowsVanish, Code::FailsOnRows, Code::Assumes];

pub(super) const BREAKS: [Break; 12] = [
    way("a column left out of both lists", OTHER, forgotten),
    way("NULL instead of a column", OTHER, nulled),
    way("a constant instead of a column", OTHER, constant),
    way("a generated column instead of a stored one", OTHER, generated),
    way("a CAST that loses digits", OTHER_OR_FAILING, cast),
    way("a type of another affinity", OTHER_OR_FAILING, affinity),
    way("an expression instead of a column", OTHER_OR_FAILING, expression),
    way("two columns swapped", &[Code::ValuesMove, Code::PositionalCopy], swapped),
    way(
        "a positional copy",
        &[Code::PositionalCopy, Code::ValuesMove, Code::FailsOnRows],
        positional,
    ),
    way("a down that forgets the values", OTHER, not_restored),
    way("a down that restores others", OTHER_OR_FAILING, restored_differently),
    way("rows left out of the side table", OTHER, side_table_filtered),
];

fn rebuild(random: &mut Random, mut schema: Schema, kind: Kind) -> (Rebuild, String) {
    let (at, name) = pick_free(random, &mut schema, kind);
    (Rebuild::new(random, &schema, at, |_| ()), name)
}

fn forgotten(random: &mut Random, schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    let (mut rebuild, name) = rebuild(random, schema, kind);
    let copy = if random.once_in(2) { &mut rebuild.up } else { &mut rebuild.down };
    copy.leave(&name);
    Some(Set::of(&rebuild))
}

fn nulled(random: &mut Random, schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    let (mut rebuild, name) = rebuild(random, schema, kind);
    let value = ["NULL", "NULL AS x", "CAST(NULL AS TEXT)", "(SELECT 1 WHERE 0)"][random.below(4)];
    let copy = if random.once_in(2) { &mut rebuild.up } else { &mut rebuild.down };
    copy.take(&name, value);
    Some(Set::of(&rebuild))
}

fn constant(random: &mut Random, schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    let (mut rebuild, name) = rebuild(random, schema, kind);
    let copy = if random.once_in(2) { &mut rebuild.up } else { &mut rebuild.down };
    copy.take(&name, kind.default());
    Some(Set::of(&rebuild))
}

fn generated(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Text);
    let other = with_free(random, &mut schema.tables[at], Kind::Text);
    let rebuild = Rebuild::new(random, &schema, at, |table| {
        column_mut(table, &name).generated = Some(format!("upper({other})"));
    });
    Some(Set::of(&rebuild))
}

/// Creates a rebuild that changes the kind of a column, and whose down changes it back.
fn retyped(random: &mut Random, mut schema: Schema, [from, to]: [Kind; 2]) -> (Rebuild, String) {
    let (at, name) = pick_free(random, &mut schema, from);
    let table: &mut Table = &mut schema.tables[at];
    table.is_strict = false;
    let rebuild = Rebuild::new(random, &schema, at, |table| column_mut(table, &name).kind = to);
    (rebuild, name)
}

fn cast(random: &mut Random, schema: Schema) -> Option<Set> {
    let (kinds, value): ([Kind; 2], fn(&str) -> String) = match random.below(6) {
        0 => ([Kind::Real, Kind::Integer], |it| format!("CAST({it} AS INTEGER)")),
        1 => ([Kind::Text, Kind::Integer], |it| format!("CAST({it} AS INTEGER)")),
        2 => ([Kind::Text, Kind::Real], |it| format!("CAST({it} AS REAL)")),
        3 => ([Kind::Integer, Kind::Real], |it| format!("CAST({it} AS REAL)")),
        4 => ([Kind::Decimal, Kind::Integer], |it| format!("round({it})")),
        _ => ([Kind::Untyped, Kind::Numeric], |it| format!("CAST({it} AS NUMERIC)")),
    };
    let (mut rebuild, name) = retyped(random, schema, kinds);
    rebuild.up.take(&name, &value(&name));
    Some(Set::of(&rebuild))
}

fn affinity(random: &mut Random, schema: Schema) -> Option<Set> {
    let kinds = [
        [Kind::Text, Kind::Integer],
        [Kind::Text, Kind::Numeric],
        [Kind::Text, Kind::Boolean],
        [Kind::Text, Kind::Real],
        [Kind::Text, Kind::Decimal],
        [Kind::Text, Kind::Datetime],
        [Kind::Untyped, Kind::Integer],
        [Kind::Untyped, Kind::Decimal],
        [Kind::Integer, Kind::Real],
        [Kind::Decimal, Kind::Real],
    ];
    let kinds = kinds[random.below(kinds.len())];
    Some(Set::of(&retyped(random, schema, kinds).0))
}

fn expression(random: &mut Random, schema: Schema) -> Option<Set> {
    let (kind, value): (Kind, fn(&str) -> String) = match random.below(10) {
        0 => (Kind::Text, |it| format!("lower({it})")),
        1 => (Kind::Text, |it| format!("trim({it})")),
        2 => (Kind::Text, |it| format!("substr({it}, 1, 3)")),
        3 => (Kind::Text, |it| format!("'' || {it} || ' '")),
        4 => (Kind::Real, |it| format!("round({it})")),
        5 => (Kind::Real, |it| format!("{it} * 100")),
        6 => (Kind::Integer, |it| format!("abs({it})")),
        7 => (Kind::Integer, |it| format!("{it} / 10")),
        8 => (Kind::Datetime, |it| format!("date({it})")),
        _ => (Kind::Blob, |it| format!("hex({it})")),
    };
    let (mut rebuild, name) = rebuild(random, schema, kind);
    let copy = if random.once_in(2) { &mut rebuild.up } else { &mut rebuild.down };
    copy.take(&name, &value(&name));
    Some(Set::of(&rebuild))
}

fn swapped(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    let (at, one) = pick_free(random, &mut schema, kind);
    let other = with_free(random, &mut schema.tables[at], kind);
    let mut rebuild = Rebuild::new(random, &schema, at, |_| ());
    let copy = if random.once_in(2) { &mut rebuild.up } else { &mut rebuild.down };
    let places = (copy.position(&one), copy.position(&other));
    copy.take.swap(places.0, places.1);
    Some(Set::of(&rebuild))
}

fn positional(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    let (at, one) = pick_free(random, &mut schema, kind);
    let other = with_free(random, &mut schema.tables[at], kind);
    if schema.tables[at].columns.iter().any(|it| it.generated.is_some()) {
        return None;
    }
    let mut rebuild = Rebuild::new(random, &schema, at, |table| {
        let place = |name: &str| table.columns.iter().position(|it| it.name == name);
        let places = (place(&one), place(&other));
        table.columns.swap(places.0.unwrap(), places.1.unwrap());
    });
    rebuild.up.into = None;
    rebuild.up.take = vec!["*".to_owned()];
    Some(Set::of(&rebuild))
}

fn not_restored(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let [up, down] = moved(random, &mut schema)?;
    let is_kept = |line: &&str| !line.starts_with("UPDATE");
    let down = down.lines().filter(is_kept).collect::<Vec<_>>().join("\n");
    Some(Set::new(&schema, up, down))
}

fn restored_differently(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let [up, down] = moved(random, &mut schema)?;
    let (from, to) = match random.below(3) {
        0 => ("WHERE kept.of = ", "WHERE kept.of <> "),
        1 => ("(SELECT ", "(SELECT 'x' || "),
        _ => (" WHERE kept.of = ", " LIMIT 1) WHERE EXISTS (SELECT 1 FROM kept WHERE kept.of = "),
    };
    Some(Set::new(&schema, up, down.replacen(from, to, 1)))
}

fn side_table_filtered(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let [up, down] = moved(random, &mut schema)?;
    let limit = ["WHERE id > 1", "WHERE id % 2 = 0", "WHERE id < 100"][random.below(3)];
    let at = up.find(";\nALTER")?;
    Some(Set::new(&schema, format!("{} {limit}{}", &up[..at], &up[at..]), down))
}
