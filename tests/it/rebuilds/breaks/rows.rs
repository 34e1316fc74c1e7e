//! A statement that fails on rows which the schema allows, or that writes something unintended.

use migratory_analysis::Code;
use migratory_faulty::Random;

use super::super::pick::{any_kind, column_mut, pick, pick_free, with_free};
use super::super::schema::Schema;
use super::super::script::Rebuild;
use super::super::set::Set;
use super::super::table::{Kind, Reference, Table};
use super::{Break, way};

const FAILS: &[Code] = &[Code::Assumes, Code::FailsOnRows];
const ORPHANS: &[Code] = &[Code::Assumes, Code::FailsOnRows, Code::Dangles];

pub(super) const BREAKS: [Break; 24] = [
    way("a new CHECK", FAILS, new_check),
    way("a new UNIQUE", FAILS, new_unique),
    way("a new NOT NULL", FAILS, new_not_null),
    way("a new PRIMARY KEY", FAILS, new_primary_key),
    way("a unique index", FAILS, unique_index),
    way("a CHECK that the down restores", FAILS, restored_check),
    way("a UNIQUE that the down restores", FAILS, restored_unique),
    way("a NOT NULL that the down restores", FAILS, restored_not_null),
    way("STRICT over loose values", FAILS, strict),
    way("STRICT that the down restores", FAILS, restored_strict),
    way("an increment of a unique number", FAILS, step),
    way("fixed ids that rows already have", FAILS, fixed_ids),
    way("JSON functions on text", FAILS, json),
    way("a date function into NOT NULL", FAILS, date),
    way("a DELETE stopped by RESTRICT", ORPHANS, delete_restricted),
    way("an UPDATE that violates a CHECK", FAILS, update_against_check),
    way("a trigger that raises", FAILS, raising),
    way("a new foreign key over orphans", ORPHANS, orphans),
    way("a column added without a default", FAILS, added_without_default),
    way(
        "an UPDATE from a subquery without a match",
        &[Code::UnmatchedUpdate, Code::ValuesMove],
        unmatched,
    ),
    way(
        "UPDATE OR REPLACE",
        &[Code::UpdateConflict, Code::ReplaceParent, Code::Assumes],
        update_or_replace,
    ),
    way("a DELETE of everything", &[Code::DeleteAll], delete_all),
    way(
        "a DROP of a parent with keys on",
        &[Code::RowsVanish, Code::ValuesMove, Code::FailsOnRows, Code::Assumes, Code::Dangles],
        drop_parent,
    ),
    way("a column dropped with its values", &[Code::DropColumn, Code::ValuesMove], dropped),
];

/// Creates a rebuild in which `edit` changes a free column of this kind.
fn edited(
    random: &mut Random,
    mut schema: Schema,
    kind: Kind,
    edit: impl FnOnce(&mut Table, &str),
) -> Rebuild {
    let (at, name) = pick_free(random, &mut schema, kind);
    Rebuild::new(random, &schema, at, |table| edit(table, &name))
}

/// Reverses a rebuild: its down does what its up did.
pub(super) fn reversed(mut rebuild: Rebuild) -> Set {
    let at = rebuild.at;
    std::mem::swap(&mut rebuild.schema.tables[at], &mut rebuild.after);
    std::mem::swap(&mut rebuild.up, &mut rebuild.down);
    "-- migratory: allow(lossy_rebuild): it was too narrow".clone_into(&mut rebuild.heads[0]);
    Set::of(&rebuild)
}

fn checked(random: &mut Random, schema: Schema) -> Rebuild {
    let (kind, check): (Kind, fn(&str) -> String) = match random.below(9) {
        0 => (Kind::Integer, |it| format!("{it} > 0")),
        1 => (Kind::Integer, |it| format!("{it} BETWEEN 0 AND 100")),
        2 => (Kind::Text, |it| format!("{it} <> ''")),
        3 => (Kind::Text, |it| format!("length({it}) <= 3")),
        4 => (Kind::Text, |it| format!("{it} IN ('a', 'b')")),
        5 => (Kind::Real, |it| format!("{it} >= 0")),
        6 => (Kind::Integer, |it| format!("typeof({it}) IN ('integer', 'null')")),
        7 => (Kind::Text, |it| format!("{it} NOT LIKE ' %'")),
        _ => (Kind::Text, |it| format!("json_valid({it})")),
    };
    edited(random, schema, kind, |table, name| column_mut(table, name).check = Some(check(name)))
}

fn new_check(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(Set::of(&checked(random, schema)))
}

fn restored_check(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(reversed(checked(random, schema)))
}

fn unique(random: &mut Random, schema: Schema) -> Rebuild {
    let kind = [Kind::Integer, Kind::Text, Kind::Untyped][random.below(3)];
    let nocase = kind == Kind::Text && random.once_in(2);
    edited(random, schema, kind, |table, name| {
        let column = column_mut(table, name);
        (column.unique, column.nocase) = (true, nocase);
    })
}

fn new_unique(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(Set::of(&unique(random, schema)))
}

fn restored_unique(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(reversed(unique(random, schema)))
}

fn not_null(random: &mut Random, schema: Schema) -> Rebuild {
    let kind = any_kind(random);
    edited(random, schema, kind, |table, name| column_mut(table, name).not_null = true)
}

fn new_not_null(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(Set::of(&not_null(random, schema)))
}

fn restored_not_null(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(reversed(not_null(random, schema)))
}

fn new_primary_key(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let at = pick(random, &schema);
    let table = &mut schema.tables[at];
    let is_key = super::super::table::Key::None;
    if table.key != is_key || schema.search.is_some() {
        return None;
    }
    let name = with_free(random, table, Kind::Text);
    let mut rebuild = Rebuild::new(random, &schema, at, |_| ());
    rebuild.after.primary = Some(name);
    Some(Set::of(&rebuild))
}

fn unique_index(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Text);
    column_mut(&mut schema.tables[at], &name).unique = random.once_in(2);
    let is_unique = schema.tables[at].column(&name)?.unique;
    let table = &schema.tables[at].name;
    let on = match random.below(6) {
        0 => format!("lower({name})"),
        1 => format!("{name} COLLATE NOCASE"),
        2 => format!("{name} COLLATE RTRIM"),
        3 => format!("trim({name})"),
        4 => format!("substr({name}, 1, 1)"),
        _ if is_unique => format!("upper({name})"),
        _ => format!("{name}) WHERE ({name} <> ''"),
    };
    let up = format!("CREATE UNIQUE INDEX late ON {table} ({on});");
    Some(Set::new(&schema, up, "DROP INDEX late;".to_owned()))
}

/// A rebuild into a STRICT table.
fn stricter(random: &mut Random, mut schema: Schema) -> Option<Rebuild> {
    let kind = Kind::STRICT[random.below(3)];
    let (at, _) = pick_free(random, &mut schema, kind);
    let table = &mut schema.tables[at];
    table.columns.retain(|it| Kind::STRICT.contains(&it.kind));
    table.indexes.clear();
    table.is_strict = false;
    let (name, has_view) = (table.name.clone(), !schema.views.is_empty());
    // Only TEXT accepts every value, so the value is converted to one.
    let has_numbers =
        schema.tables[at].columns.iter().any(|it| it.is_free() && it.kind != Kind::Text);
    let is_searched = schema.search.is_some();
    (has_numbers && !has_view && !is_searched && name != "audit")
        .then(|| Rebuild::new(random, &schema, at, |table| table.is_strict = true))
}

fn strict(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(Set::of(&stricter(random, schema)?))
}

fn restored_strict(random: &mut Random, schema: Schema) -> Option<Set> {
    Some(reversed(stricter(random, schema)?))
}

fn step(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    column_mut(&mut schema.tables[at], &name).unique = true;
    let table = &schema.tables[at].name;
    let step = ["+ 1", "+ 2", "- 1", "* 2"][random.below(4)];
    let back = "-- migratory: nothing-to-undo: where counting begins does not matter\n";
    Some(Set::new(&schema, format!("UPDATE {table} SET {name} = {name} {step};"), back.to_owned()))
}

fn fixed_ids(random: &mut Random, schema: Schema) -> Option<Set> {
    let table = &schema.tables[pick(random, &schema)];
    let has_all = |it: &super::super::table::Column| it.default.is_some() || !it.not_null;
    if !table.has_id() || !table.columns.iter().all(has_all) {
        return None;
    }
    let (name, id) = (&table.name, [1, 2, 5][random.below(3)]);
    let up = format!("INSERT INTO {name} (id) VALUES ({id});");
    Some(Set::new(&schema, up, format!("DELETE FROM {name} WHERE id = {id};")))
}

fn json(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Text);
    let other = with_free(random, &mut schema.tables[at], Kind::Text);
    let table = &schema.tables[at].name;
    let value = ["json_extract({}, '$.a')", "{} ->> '$.a'", "json({})", "json_set({}, '$.a', 1)"]
        [random.below(4)]
    .replace("{}", &name);
    let up = format!("UPDATE {table} SET {other} = {value};");
    Some(Set::new(&schema, up, "-- migratory: nothing-to-undo: it is computed\n".to_owned()))
}

fn date(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Text);
    column_mut(&mut schema.tables[at], &name).not_null = true;
    let mut rebuild = Rebuild::new(random, &schema, at, |table| {
        let mut column = table.free_column(&mut Random::new(3), Kind::Integer);
        column.not_null = true;
        table.columns.push(column);
    });
    let new = rebuild.after.columns.last()?.name.clone();
    let value = ["unixepoch", "julianday", "strftime"][random.below(3)];
    let value = if value == "strftime" {
        format!("strftime('%Y', {name})")
    } else {
        format!("{value}({name})")
    };
    rebuild.up.into.as_mut()?.push(new);
    rebuild.up.take.push(value);
    Some(Set::of(&rebuild))
}

fn delete_restricted(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (parent, name) = pick_free(random, &mut schema, Kind::Integer);
    if !schema.tables[parent].has_id() {
        return None;
    }
    let table = schema.tables[parent].name.clone();
    let child = schema.tables.len();
    let mut of = super::super::table::Column::new("of", Kind::Integer);
    let on_delete = ["RESTRICT", "NO ACTION"][random.below(2)];
    of.reference = Some(Reference { table: table.clone(), column: "id".to_owned(), on_delete });
    let mut new = Table { name: "part".to_owned(), ..schema.tables[parent].clone() };
    (new.columns, new.indexes, new.triggers) = (vec![of], Vec::new(), Vec::new());
    schema.tables.insert(child, new);
    let condition = [format!("{name} > 2"), format!("{name} IS NULL"), format!("{name} = 7")];
    let up = format!("DELETE FROM {table} WHERE {};", condition[random.below(3)]);
    Some(Set::new(&schema, up, "-- migratory: nothing-to-undo: nobody reads them\n".to_owned()))
}

fn update_against_check(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let column = column_mut(&mut schema.tables[at], &name);
    column.check = Some(format!("{name} BETWEEN 0 AND 200"));
    let table = &schema.tables[at].name;
    let change = ["+ 150", "- 10", "* 100"][random.below(3)];
    let back = "-- migratory: nothing-to-undo: it is another unit\n";
    Some(Set::new(
        &schema,
        format!("UPDATE {table} SET {name} = {name} {change};"),
        back.to_owned(),
    ))
}

fn raising(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let table = &mut schema.tables[at];
    let when =
        ["", "WHEN OLD.{} > 2 ", "WHEN OLD.{} IS NULL "][random.below(3)].replace("{}", &name);
    let trigger = format!(
        "CREATE TRIGGER {}_fixed BEFORE UPDATE ON {} {when}BEGIN SELECT RAISE(ABORT, 'it is fixed'); END;",
        table.name, table.name
    );
    table.triggers.push(trigger);
    let up = format!("UPDATE {} SET {name} = 3;", table.name);
    Some(Set::new(&schema, up, "-- migratory: nothing-to-undo: all are alike\n".to_owned()))
}

fn orphans(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let kind = [Kind::Integer, Kind::Untyped, Kind::Numeric][random.below(3)];
    let (at, name) = pick_free(random, &mut schema, kind);
    let parent = schema.tables[..at].iter().find(|it| it.has_id())?.name.clone();
    let on_delete = ["NO ACTION", "CASCADE", "SET NULL", "RESTRICT"][random.below(4)];
    let reference = Reference { table: parent, column: "id".to_owned(), on_delete };
    let rebuild = Rebuild::new(random, &schema, at, |table| {
        column_mut(table, &name).reference = Some(reference);
    });
    Some(Set::of(&rebuild))
}

fn added_without_default(random: &mut Random, schema: Schema) -> Option<Set> {
    let at = pick(random, &schema);
    let kind = any_kind(random);
    let new = schema.tables[at].clone();
    let mut column = new.free_column(random, kind);
    column.not_null = true;
    if new.is_strict && !Kind::STRICT.contains(&kind) {
        return None;
    }
    let (table, name) = (&new.name, &column.name);
    let up = format!("ALTER TABLE {table} ADD COLUMN {};", column.sql());
    Some(Set::new(&schema, up, format!("ALTER TABLE {table} DROP COLUMN {name};")))
}

fn unmatched(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Text);
    let by = with_free(random, &mut schema.tables[at], Kind::Text);
    let other = schema.tables.iter().position(|it| it.name != schema.tables[at].name)?;
    let of = with_free(random, &mut schema.tables[other], Kind::Text);
    let (table, other) = (&schema.tables[at].name, &schema.tables[other].name);
    let from = format!("FROM {other} AS o WHERE o.{of} = {table}.{by}");
    let value = match random.below(3) {
        0 => format!("(SELECT o.{of} {from})"),
        1 => format!("(SELECT max(o.{of}) {from})"),
        _ => format!("lower((SELECT o.{of} {from} LIMIT 1))"),
    };
    let up = format!("UPDATE {table} SET {name} = {value};");
    Some(Set::new(&schema, up, "-- migratory: nothing-to-undo: read anew\n".to_owned()).by_text())
}

fn update_or_replace(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Text);
    column_mut(&mut schema.tables[at], &name).unique = true;
    let table = &schema.tables[at].name;
    let verb = ["REPLACE", "IGNORE"][random.below(2)];
    let up = format!("UPDATE OR {verb} {table} SET {name} = lower({name});");
    Some(
        Set::new(&schema, up, "-- migratory: nothing-to-undo: case is gone\n".to_owned()).by_text(),
    )
}

fn delete_all(random: &mut Random, schema: Schema) -> Option<Set> {
    let table = &schema.tables[pick(random, &schema)].name;
    if schema.is_referred(table) {
        return None;
    }
    let up = format!("DELETE FROM {table}{};", ["", " WHERE 1", " WHERE true"][random.below(3)]);
    Some(Set::new(&schema, up, "-- migratory: nothing-to-undo: a cache\n".to_owned()).by_text())
}

fn drop_parent(random: &mut Random, schema: Schema) -> Option<Set> {
    let at = pick(random, &schema);
    let table = schema.tables[at].name.clone();
    let others = schema.tables.iter().filter(|it| it.name != table);
    let mut keys = others.flat_map(|it| &it.columns).filter_map(|it| it.reference.as_ref());
    if !keys.any(|key| key.table == table) {
        return None;
    }
    let mut rebuild = Rebuild::new(random, &schema, at, |_| ());
    rebuild.keys_off = false;
    Some(Set::of(&rebuild))
}

fn dropped(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    let (at, name) = pick_free(random, &mut schema, kind);
    if random.once_in(2) {
        let rebuild = Rebuild::new(random, &schema, at, |table| {
            table.columns.retain(|column| column.name != name);
        });
        return Some(Set::of(&rebuild));
    }
    let (table, kind) = (&schema.tables[at].name, kind.word());
    let up = format!("ALTER TABLE {table} DROP COLUMN {name};");
    Some(Set::new(&schema, up, format!("ALTER TABLE {table} ADD COLUMN {name} {kind};")))
}
