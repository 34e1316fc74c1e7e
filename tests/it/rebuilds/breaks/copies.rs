//! A copy into a replacement table that doesn't copy every row once.

use migratory_analysis::Code;
use migratory_faulty::Random;

use super::super::changes::split_table;
use super::super::pick::{column_mut, keyless, pick_free, with_free};
use super::super::schema::Schema;
use super::super::script::{Rebuild, Way};
use super::super::set::Set;
use super::super::table::Kind;
use super::{Break, way};

/// Rows that refer to the missing ones may be reported first.
pub(super) const GONE: &[Code] = &[Code::RowsVanish, Code::Dangles];
const SKIPPED: &[Code] = &[Code::RowsVanish, Code::ReplaceParent];
const AGAIN: &[Code] = &[Code::RowsMultiply, Code::FailsOnRows, Code::Assumes];

pub(super) const BREAKS: [Break; 17] = [
    way("WHERE in a copy", GONE, filtered),
    way("LIMIT in a copy", GONE, limited),
    way("OFFSET in a copy", GONE, skipping),
    way("DISTINCT in a copy", GONE, distinct),
    way("UNION in a copy", GONE, united),
    way("GROUP BY in a copy", GONE, grouped),
    way("a JOIN that drops rows", GONE, joined),
    way("a JOIN that repeats rows", AGAIN, multiplied),
    way("NOT IN with NULLs", GONE, not_in),
    way("EXISTS of another table", GONE, existing),
    way("a view that filters", GONE, viewed),
    way("a trigger that ignores rows", GONE, ignored_by_trigger),
    way("a trigger of a view that swallows rows", GONE, instead),
    way("OR IGNORE with a new constraint", SKIPPED, or_ignore),
    way("OR REPLACE with a new constraint", SKIPPED, or_replace),
    way("ON CONFLICT with a new constraint", SKIPPED, on_conflict),
    way("a partition with a gap", GONE, gap),
];

/// Creates a rebuild of a table with a free column of one of these kinds, and returns the column.
fn of_kind(random: &mut Random, mut schema: Schema, kinds: &[Kind]) -> (Rebuild, String) {
    let kind = kinds[random.below(kinds.len())];
    let (at, name) = pick_free(random, &mut schema, kind);
    (Rebuild::new(random, &schema, at, |_| ()), name)
}

/// Appends this to the copy of the up or of the down.
pub(super) fn ending(random: &mut Random, mut rebuild: Rebuild, tail: &str) -> Set {
    let copy = if random.once_in(2) { &mut rebuild.up } else { &mut rebuild.down };
    copy.tail.push_str(tail);
    Set::of(&rebuild)
}

fn filtered(random: &mut Random, schema: Schema) -> Option<Set> {
    let numbers = [Kind::Integer, Kind::Numeric, Kind::Decimal];
    let (tail, kinds): (fn(&str) -> String, &[Kind]) = match random.below(10) {
        0 => (|it| format!(" WHERE {it} IS NOT NULL"), &Kind::LOOSE),
        1 => (|it| format!(" WHERE {it} <> ''"), &[Kind::Text]),
        2 => (|it| format!(" WHERE {it} > 0"), &numbers),
        3 => (|it| format!(" WHERE {it} = {it}"), &Kind::LOOSE),
        4 => (|it| format!(" WHERE NOT ({it} = 'x')"), &[Kind::Text]),
        5 => (|it| format!(" WHERE {it} LIKE '%a%'"), &[Kind::Text]),
        6 => (|it| format!(" WHERE length({it}) > 0 ORDER BY {it}"), &[Kind::Text]),
        7 => (|it| format!(" WHERE {it} != 5"), &numbers),
        8 => (|it| format!(" WHERE {it} BETWEEN 1 AND 100"), &numbers),
        _ => (|it| format!(" WHERE coalesce({it}, 0)"), &numbers),
    };
    let (rebuild, name) = of_kind(random, schema, kinds);
    Some(ending(random, rebuild, &tail(&name)))
}

fn limited(random: &mut Random, schema: Schema) -> Option<Set> {
    let (rebuild, name) = of_kind(random, schema, &Kind::LOOSE);
    let order = if random.once_in(2) { format!(" ORDER BY {name}") } else { String::new() };
    let limit = ["1000", "100000", "50"][random.below(3)];
    Some(ending(random, rebuild, &format!("{order} LIMIT {limit}")).by_text())
}

fn skipping(random: &mut Random, schema: Schema) -> Option<Set> {
    let (rebuild, _) = of_kind(random, schema, &Kind::LOOSE);
    let tail = [" LIMIT -1 OFFSET 1", " LIMIT 1, 1000"][random.below(2)];
    Some(ending(random, rebuild, tail))
}

fn distinct(random: &mut Random, schema: Schema) -> Option<Set> {
    let mut rebuild = keyless(random, schema)?;
    let copy = if random.once_in(2) { &mut rebuild.up } else { &mut rebuild.down };
    copy.distinct = "DISTINCT ";
    Some(Set::of(&rebuild))
}

fn united(random: &mut Random, schema: Schema) -> Option<Set> {
    let rebuild = keyless(random, schema)?;
    let (take, from) = (rebuild.up.take.join(", "), rebuild.source());
    let word = ["UNION", "INTERSECT"][random.below(2)];
    Some(ending(random, rebuild, &format!(" {word} SELECT {take} FROM {from}")))
}

fn grouped(random: &mut Random, schema: Schema) -> Option<Set> {
    let (rebuild, name) = of_kind(random, schema, &Kind::LOOSE);
    Some(ending(random, rebuild, &format!(" GROUP BY {name}")))
}

/// Creates a rebuild of a table, and returns an integer column of it and another table with an id.
fn with_second_table(random: &mut Random, mut schema: Schema) -> Option<(Rebuild, String, String)> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let is_other =
        |(place, table): &(usize, &super::super::table::Table)| *place != at && table.has_id();
    let other = schema.tables.iter().enumerate().find(is_other)?.1.name.clone();
    let rebuild = Rebuild::new(random, &schema, at, |_| ());
    Some((rebuild, name, other))
}

/// Qualifies the columns of the copy with the name of their table.
fn qualify(rebuild: &mut Rebuild) {
    let source = rebuild.source();
    for copy in [&mut rebuild.up, &mut rebuild.down] {
        copy.take.iter_mut().for_each(|column| *column = format!("{source}.{column}"));
    }
}

fn joined(random: &mut Random, schema: Schema) -> Option<Set> {
    let (mut rebuild, name, other) = with_second_table(random, schema)?;
    qualify(&mut rebuild);
    let source = rebuild.source();
    let tail = match random.below(3) {
        0 => format!(" JOIN {other} ON {other}.id = {source}.{name}"),
        1 => format!(" CROSS JOIN {other} WHERE {other}.id = {source}.{name}"),
        _ => format!(", {other} WHERE {source}.{name} = {other}.id"),
    };
    Some(ending(random, rebuild, &tail))
}

fn multiplied(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let count = schema.tables.len();
    let other = (at + 1 + random.below(count.max(2) - 1)) % count;
    if other == at {
        return None;
    }
    let of_other = with_free(random, &mut schema.tables[other], Kind::Integer);
    let mut rebuild = Rebuild::new(random, &schema, at, |_| ());
    qualify(&mut rebuild);
    let (source, other) = (rebuild.source(), &schema.tables[other].name);
    let tail = format!(" LEFT JOIN {other} ON {other}.{of_other} = {source}.{name}");
    Some(ending(random, rebuild, &tail))
}

fn not_in(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let rebuild = Rebuild::new(random, &schema, at, |_| ());
    let source = rebuild.source();
    let key = schema.tables[at].key_columns().first().copied().unwrap_or("rowid");
    let key = if rebuild.way == Way::Saved && key == "rowid" { name.as_str() } else { key };
    Some(ending(random, rebuild, &format!(" WHERE {key} NOT IN (SELECT {name} FROM {source})")))
}

fn existing(random: &mut Random, schema: Schema) -> Option<Set> {
    let (rebuild, name, other) = with_second_table(random, schema)?;
    let source = rebuild.source();
    let tail = match random.below(3) {
        0 => format!(" WHERE EXISTS (SELECT 1 FROM {other} WHERE {other}.id = {source}.{name})"),
        1 => format!(" WHERE {name} IN (SELECT id FROM {other})"),
        _ => format!(" WHERE (SELECT count(*) FROM {other} WHERE id = {name}) > 0"),
    };
    Some(ending(random, rebuild, &tail))
}

fn viewed(random: &mut Random, schema: Schema) -> Option<Set> {
    let (mut rebuild, name) = of_kind(random, schema, &Kind::LOOSE);
    if rebuild.way == Way::Saved {
        return None;
    }
    let source = rebuild.source();
    rebuild.up.before =
        format!("CREATE VIEW kept AS SELECT * FROM {source} WHERE {name} IS NOT NULL;\n");
    rebuild.up.source = Some("kept".to_owned());
    "DROP VIEW kept;\n".clone_into(&mut rebuild.up.after);
    Some(Set::of(&rebuild))
}

fn ignored_by_trigger(random: &mut Random, schema: Schema) -> Option<Set> {
    let (mut rebuild, name) = of_kind(random, schema, &Kind::LOOSE);
    let target = rebuild.target();
    rebuild.up.before = format!(
        "CREATE TRIGGER skip BEFORE INSERT ON {target} WHEN NEW.{name} IS NULL BEGIN SELECT RAISE(IGNORE); END;\n"
    );
    "DROP TRIGGER skip;\n".clone_into(&mut rebuild.up.after);
    Some(Set::of(&rebuild))
}

fn instead(random: &mut Random, schema: Schema) -> Option<Set> {
    let (mut rebuild, name) = of_kind(random, schema, &Kind::LOOSE);
    let target = rebuild.target();
    let columns = rebuild.up.take.join(", ");
    let new: Vec<_> = rebuild.up.take.iter().map(|column| format!("NEW.{column}")).collect();
    rebuild.up.before = format!(
        "CREATE VIEW gate AS SELECT {columns} FROM {target};\n\
         CREATE TRIGGER gate_in INSTEAD OF INSERT ON gate WHEN NEW.{name} IS NOT NULL \
         BEGIN INSERT INTO {target} ({columns}) VALUES ({}); END;\n",
        new.join(", ")
    );
    rebuild.up.target = Some("gate".to_owned());
    "DROP VIEW gate;\n".clone_into(&mut rebuild.up.after);
    Some(Set::of(&rebuild))
}

/// Creates a rebuild whose new table refuses some rows of the old one.
fn stricter(random: &mut Random, mut schema: Schema) -> (Rebuild, String) {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let which = random.below(3);
    let rebuild = Rebuild::new(random, &schema, at, |table| {
        let column = column_mut(table, &name);
        match which {
            0 => column.check = Some(format!("{name} > 0")),
            1 => column.unique = true,
            _ => column.not_null = true,
        }
    });
    (rebuild, name)
}

fn or_ignore(random: &mut Random, schema: Schema) -> Option<Set> {
    let (mut rebuild, _) = stricter(random, schema);
    rebuild.up.verb = "INSERT OR IGNORE INTO";
    Some(Set::of(&rebuild))
}

fn or_replace(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let mut rebuild =
        Rebuild::new(random, &schema, at, |table| column_mut(table, &name).unique = true);
    rebuild.up.verb = ["INSERT OR REPLACE INTO", "REPLACE INTO"][random.below(2)];
    Some(Set::of(&rebuild))
}

fn on_conflict(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let mut rebuild =
        Rebuild::new(random, &schema, at, |table| column_mut(table, &name).unique = true);
    let tails = [
        " WHERE true ON CONFLICT DO NOTHING".to_owned(),
        format!(" WHERE true ON CONFLICT ({name}) DO UPDATE SET {name} = excluded.{name}"),
    ];
    rebuild.up.tail.clone_from(&tails[random.below(2)]);
    Some(Set::of(&rebuild))
}

/// The kinds of the columns in two conditions, and the conditions.
type Holes = (&'static [Kind], fn(&str) -> [String; 2]);

fn gap(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (kinds, conditions): Holes = match random.below(5) {
        0 => (&[Kind::Integer, Kind::Numeric], |it| [format!("{it} > 0"), format!("{it} < 0")]),
        1 => (&[Kind::Integer], |it| [format!("{it} >= 0"), format!("{it} < 0")]),
        2 => (&[Kind::Text, Kind::Untyped], |it| [format!("{it} = 'x'"), format!("{it} <> 'x'")]),
        3 => (&[Kind::Boolean], |it| [it.to_owned(), format!("NOT {it}")]),
        _ => (&[Kind::Text], |it| [format!("{it} IS NULL"), format!("{it} <> ''")]),
    };
    let kind = kinds[random.below(kinds.len())];
    let (at, name) = pick_free(random, &mut schema, kind);
    let [one, other] = conditions(&name);
    let [up, down] = split_table(&schema, at, [&one, &other])?;
    Some(Set::new(&schema, up, down))
}
