//! A rebuild that loses parts of the old table which rows alone don't show.

use migratory_analysis::Code;
use migratory_faulty::Random;

use super::super::pick::{any_kind, column_mut, pick, pick_free, with_free};
use super::super::schema::Schema;
use super::super::script::Rebuild;
use super::super::set::Set;
use super::super::table::{Column, Index, Key, Kind, Reference, Table};
use super::{Break, way};

const LACKS: &[Code] = &[Code::LossyRebuild];

pub(super) const BREAKS: [Break; 12] = [
    way("a forgotten DEFAULT", LACKS, default),
    way("a forgotten ON DELETE", LACKS, action),
    way("a forgotten reference", LACKS, reference),
    way("a forgotten GENERATED", LACKS, generated),
    way("a forgotten alias of the rowid", LACKS, alias),
    way("a forgotten AUTOINCREMENT", &[Code::LossyRebuild, Code::HighWater], counting),
    way("a forgotten index", LACKS, index),
    way("a forgotten trigger", LACKS, trigger),
    way("a forgotten CHECK", LACKS, check),
    way("a forgotten UNIQUE", LACKS, unique),
    way("a forgotten collation", LACKS, collation),
    way("a forgotten STRICT or WITHOUT ROWID", LACKS, option),
];

/// Creates a rebuild of a table to which `give` adds something that `take` removes.
fn without(
    random: &mut Random,
    mut schema: Schema,
    kind: Kind,
    give: impl FnOnce(&mut Table, &str),
    take: impl FnOnce(&mut Table, &str),
) -> Set {
    let (at, name) = pick_free(random, &mut schema, kind);
    give(&mut schema.tables[at], &name);
    // Nobody rebuilds a table without a reason: this one gets a new column.
    let new = Column::new("purpose", Kind::Text);
    let rebuild = Rebuild::new(random, &schema, at, |table| {
        take(table, &name);
        table.columns.push(new);
    });
    Set::of(&rebuild).by_text()
}

fn default(random: &mut Random, schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    Some(without(
        random,
        schema,
        kind,
        |table, name| column_mut(table, name).default = Some(kind.default().to_owned()),
        |table, name| column_mut(table, name).default = None,
    ))
}

fn referring(random: &mut Random, schema: &mut Schema) -> Option<(usize, String)> {
    let at = pick(random, schema);
    let parent = schema.tables[..at].iter().find(|it| it.has_id())?.name.clone();
    let name = with_free(random, &mut schema.tables[at], Kind::Integer);
    let on_delete = ["CASCADE", "SET NULL", "RESTRICT"][random.below(3)];
    column_mut(&mut schema.tables[at], &name).reference =
        Some(Reference { table: parent, column: "id".to_owned(), on_delete });
    Some((at, name))
}

fn action(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = referring(random, &mut schema)?;
    let rebuild = Rebuild::new(random, &schema, at, |table| {
        column_mut(table, &name).reference.as_mut().unwrap().on_delete = "NO ACTION";
    });
    Some(Set::of(&rebuild).by_text())
}

fn reference(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = referring(random, &mut schema)?;
    let rebuild =
        Rebuild::new(random, &schema, at, |table| column_mut(table, &name).reference = None);
    Some(Set::of(&rebuild).by_text())
}

fn generated(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, from) = pick_free(random, &mut schema, Kind::Text);
    let name = with_free(random, &mut schema.tables[at], Kind::Text);
    column_mut(&mut schema.tables[at], &name).generated = Some(format!("lower({from})"));
    let mut rebuild =
        Rebuild::new(random, &schema, at, |table| column_mut(table, &name).generated = None);
    rebuild.up.into.as_mut()?.push(name.clone());
    rebuild.up.take.push(name);
    Some(Set::of(&rebuild).by_text())
}

fn keyed(random: &mut Random, schema: &Schema, key: Key) -> Option<usize> {
    let at = pick(random, schema);
    (schema.tables[at].key == key).then_some(at)
}

fn alias(random: &mut Random, schema: Schema) -> Option<Set> {
    let at = keyed(random, &schema, Key::Rowid)?;
    let set = Set::of(&Rebuild::new(random, &schema, at, |_| ()));
    let wrong = ["id INT PRIMARY KEY", "id INTEGER PRIMARY KEY DESC", "id INTEGER NOT NULL UNIQUE"];
    let up = set.up.replacen("id INTEGER PRIMARY KEY", wrong[random.below(3)], 1);
    Some(Set { up, ..set }.by_text())
}

fn counting(random: &mut Random, schema: Schema) -> Option<Set> {
    let at = keyed(random, &schema, Key::Counted)?;
    let set = Set::of(&Rebuild::new(random, &schema, at, |_| ()));
    let is_kept = |line: &&str| !line.contains("sqlite_sequence");
    let up = set.up.lines().filter(is_kept).collect::<Vec<_>>().join("\n");
    let up = if random.once_in(2) { up.replace(" AUTOINCREMENT", "") } else { up };
    Some(Set { up, ..set }.by_text())
}

fn index(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, column) = pick_free(random, &mut schema, Kind::Text);
    let on = [column.clone(), format!("lower({column})"), format!("{column} DESC")];
    let on = on[random.below(3)].clone();
    let condition = random.once_in(2).then(|| format!("{column} <> ''"));
    let is_unique = random.once_in(2);
    schema.tables[at].indexes.push(Index {
        name: "early".to_owned(),
        is_unique,
        on,
        condition,
        column,
    });
    let rebuild = Rebuild::new(random, &schema, at, |table| drop(table.indexes.pop()));
    Some(Set::of(&rebuild).by_text())
}

fn trigger(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let at = pick(random, &schema);
    let name = &schema.tables[at].name;
    let verb = ["INSERT", "UPDATE", "DELETE"][random.below(3)];
    let trigger = format!("CREATE TRIGGER early AFTER {verb} ON {name} BEGIN SELECT 1; END;");
    schema.tables[at].triggers.push(trigger);
    let rebuild = Rebuild::new(random, &schema, at, |table| drop(table.triggers.pop()));
    Some(Set::of(&rebuild).by_text())
}

fn check(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(without(
        random,
        schema,
        Kind::Integer,
        |table, name| column_mut(table, name).check = Some(format!("{name} >= 0")),
        |table, name| column_mut(table, name).check = None,
    ))
}

fn unique(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(without(
        random,
        schema,
        Kind::Integer,
        |table, name| column_mut(table, name).unique = true,
        |table, name| column_mut(table, name).unique = false,
    ))
}

fn collation(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(without(
        random,
        schema,
        Kind::Text,
        |table, name| column_mut(table, name).nocase = true,
        |table, name| column_mut(table, name).nocase = false,
    ))
}

fn option(random: &mut Random, schema: Schema) -> Option<Set> {
    let at = pick(random, &schema);
    let Table { is_strict, is_without_rowid, .. } = schema.tables[at];
    if !is_strict && !is_without_rowid {
        return None;
    }
    let rebuild = Rebuild::new(random, &schema, at, |table| {
        (table.is_strict, table.is_without_rowid) = (false, false);
    });
    Some(Set::of(&rebuild).by_text())
}
