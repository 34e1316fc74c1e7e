//! Sound migrations: each accepts every row that its schema allows, and its down restores all of them.

use std::fmt::Write as _;

use migratory_faulty::Random;

use super::pick::{any_kind, column_mut, keyless, pick, pick_free, unnamed};
use super::schema::{Schema, search, search_triggers};
use super::script::{Rebuild, Way, harmless};
use super::set::Set;
use super::table::{Index, Key, Kind, Reference, Table};

/// A change: its name, and a function that applies it to a schema if possible.
pub(crate) type Change = (&'static str, fn(&mut Random, Schema) -> Option<Set>);

pub(crate) const CHANGES: [Change; 19] = [
    ("a rebuild", rebuild),
    ("a rebuild that loosens constraints", loosen),
    ("a rebuild that tightens filled columns", tighten),
    ("a rebuild with a condition on rows", condition),
    ("a rebuild with a new key", new_key),
    ("a rebuild that computes a new column", derived),
    ("a column renamed", rename_column),
    ("a table renamed", rename_table),
    ("a column added", add_column),
    ("a column moved to a table of its own", move_column),
    ("a table split in two", partition),
    ("values normalised", normalise),
    ("an index", add_index),
    ("a unique index", add_unique_index),
    ("a full-text index created late", add_search),
    ("a seeded table", seed),
    ("two rebuilds in one file", two_at_once),
    ("a rebuild that keeps rowids", rowids_kept),
    ("a rebuild that merges identical rows", merged),
];

fn rebuild(random: &mut Random, schema: Schema) -> Option<Set> {
    let at = pick(random, &schema);
    let mut after = schema.tables[at].clone();
    harmless(random, &mut after);
    Some(Set::of(&Rebuild::new(random, &schema, at, |table| *table = after)))
}

fn loosen(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    let (at, name) = pick_free(random, &mut schema, kind);
    column_mut(&mut schema.tables[at], &name).not_null = true;
    let mut rebuild = Rebuild::new(random, &schema, at, |table| {
        column_mut(table, &name).not_null = false;
    });
    "-- migratory: assumes(no_nulls): the release goes back before any is written"
        .clone_into(&mut rebuild.heads[1]);
    Some(Set::of(&rebuild).with_intent())
}

fn tighten(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let kind = any_kind(random);
    let (at, name) = pick_free(random, &mut schema, kind);
    let table = schema.tables[at].name.clone();
    let mut rebuild =
        Rebuild::new(random, &schema, at, |table| column_mut(table, &name).not_null = true);
    let default = kind.default();
    if random.once_in(2) {
        rebuild.heads[0] = format!("UPDATE {table} SET {name} = {default} WHERE {name} IS NULL;");
    } else {
        rebuild.up.take(&name, &format!("coalesce({name}, {default})"));
    }
    Some(Set::of(&rebuild).with_intent())
}

fn condition(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let table = schema.tables[at].name.clone();
    let (check, condition) = match random.below(3) {
        0 => (format!("{name} > 0"), format!("{name} > 0")),
        1 => (format!("{name} BETWEEN 1 AND 9"), format!("{name} BETWEEN 1 AND 9")),
        _ => (format!("typeof({name}) = 'integer'"), format!("typeof({name}) = 'integer'")),
    };
    let mut rebuild = Rebuild::new(random, &schema, at, |table| {
        column_mut(table, &name).check = Some(check);
    });
    rebuild.heads[0] =
        format!("-- migratory: assumes({table}: {condition}): the form lets in no other");
    Some(Set::of(&rebuild).with_intent())
}

fn new_key(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Integer);
    let parent = schema.tables[..at].iter().find(|it| it.has_id())?.name.clone();
    let table = schema.tables[at].name.clone();
    let on_delete = ["NO ACTION", "CASCADE", "SET NULL", "RESTRICT"][random.below(4)];
    let column = "id".to_owned();
    let reference = Reference { table: parent.clone(), column, on_delete };
    let mut rebuild = Rebuild::new(random, &schema, at, |table| {
        column_mut(table, &name).reference = Some(reference);
    });
    rebuild.heads[0] = match random.below(3) {
        0 => format!(
            "UPDATE {table} SET {name} = NULL WHERE {name} NOT IN (SELECT id FROM {parent});"
        ),
        1 if !schema.is_referred(&table) => {
            format!("DELETE FROM {table} WHERE {name} NOT IN (SELECT id FROM {parent});")
        }
        _ => "-- migratory: assumes(no_orphans): the program checks it".to_owned(),
    };
    Some(Set::of(&rebuild).with_intent())
}

fn derived(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Text);
    let mut rebuild = Rebuild::new(random, &schema, at, |table| {
        let mut column = table.free_column(&mut Random::new(7), Kind::Text);
        (column.not_null, column.nocase) = (true, true);
        table.columns.push(column);
    });
    let new = rebuild.after.columns.last()?.name.clone();
    rebuild.up.into.as_mut()?.push(new);
    rebuild.up.take.push(format!("coalesce(upper(substr({name}, 1, 3)), '')"));
    Some(Set::of(&rebuild))
}

fn rename_column(random: &mut Random, schema: Schema) -> Option<Set> {
    let table = &schema.tables[pick(random, &schema)];
    let column = &table.columns[random.below(table.columns.len())].name;
    if schema.search.as_ref().is_some_and(|(_, indexed)| indexed == column) {
        return None;
    }
    let table = &table.name;
    Some(Set::new(
        &schema,
        format!("ALTER TABLE {table} RENAME COLUMN {column} TO other_{column};"),
        format!("ALTER TABLE {table} RENAME COLUMN other_{column} TO {column};"),
    ))
}

fn rename_table(random: &mut Random, schema: Schema) -> Option<Set> {
    let at = pick(random, &schema);
    if schema.search.as_ref().is_some_and(|(searched, _)| *searched == at) {
        return None;
    }
    let table = &schema.tables[at].name;
    Some(Set::new(
        &schema,
        format!("ALTER TABLE {table} RENAME TO {table}_2;"),
        format!("ALTER TABLE {table}_2 RENAME TO {table};"),
    ))
}

fn add_column(random: &mut Random, schema: Schema) -> Option<Set> {
    let table = &schema.tables[pick(random, &schema)];
    let kinds: &[Kind] = if table.is_strict { &Kind::STRICT } else { &Kind::LOOSE };
    let kind = kinds[random.below(kinds.len())];
    let mut column = table.free_column(random, kind);
    column.not_null = random.once_in(2);
    let has_default = (column.not_null || random.once_in(2)) && column.kind != Kind::Datetime;
    column.not_null &= has_default;
    column.default = has_default.then(|| column.kind.default().to_owned());
    let (table, name) = (&table.name, &column.name);
    Some(Set::new(
        &schema,
        format!("ALTER TABLE {table} ADD COLUMN {};", column.sql()),
        format!("ALTER TABLE {table} DROP COLUMN {name};"),
    ))
}

/// Returns the statements that move a column to a table of its own, and back.
pub(crate) fn moved(random: &mut Random, schema: &mut Schema) -> Option<[String; 2]> {
    let kind = any_kind(random);
    let (at, column) = pick_free(random, schema, kind);
    let table = &schema.tables[at];
    if !table.has_id() {
        return None;
    }
    let (name, kind) = (&table.name, kind.word());
    let strict = if table.is_strict { " STRICT" } else { "" };
    let refers = if random.once_in(2) {
        format!(" REFERENCES {name} (id) ON DELETE CASCADE")
    } else {
        String::new()
    };
    Some([
        format!(
            "CREATE TABLE kept (of INTEGER PRIMARY KEY{refers}, {column} {kind}){strict};\n\
             INSERT INTO kept (of, {column}) SELECT id, {column} FROM {name};\n\
             ALTER TABLE {name} DROP COLUMN {column};\n"
        ),
        format!(
            "ALTER TABLE {name} ADD COLUMN {column} {kind};\n\
             UPDATE {name} SET {column} = (SELECT {column} FROM kept WHERE kept.of = {name}.id);\n\
             DROP TABLE kept;\n"
        ),
    ])
}

fn move_column(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let [up, down] = moved(random, &mut schema)?;
    Some(Set::new(&schema, up, down))
}

/// Returns the statements that split a table in two by these conditions, and merge it again.
pub(crate) fn split_table(
    schema: &Schema,
    at: usize,
    conditions: [&str; 2],
) -> Option<[String; 2]> {
    let table = &schema.tables[at];
    let is_searched = schema.search.as_ref().is_some_and(|(searched, _)| *searched == at);
    let is_alone = !schema.is_referred(&table.name) && table.key != Key::Counted;
    if is_searched || !is_alone || schema.views.iter().any(|view| view.table == table.name) {
        return None;
    }
    let (name, columns) = (&table.name, table.stored().join(", "));
    let parts = ["first_part", "second_part"];
    let mut copies = String::new();
    for (part, condition) in parts.iter().zip(conditions) {
        copies.push_str(&table.create(part));
        writeln!(
            copies,
            "INSERT INTO {part} ({columns}) SELECT {columns} FROM {name} WHERE {condition};"
        )
        .unwrap();
    }
    Some([
        format!("-- migratory: allow(drop_table): split in two\n{copies}DROP TABLE {name};\n"),
        format!(
            "{}INSERT INTO {name} ({columns}) SELECT {columns} FROM first_part UNION ALL SELECT {columns} FROM second_part;\n\
             DROP TABLE first_part;\nDROP TABLE second_part;\n{}",
            table.create(name),
            table.attached()
        ),
    ])
}

fn partition(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let kind = [Kind::Integer, Kind::Text, Kind::Numeric][random.below(3)];
    let (at, name) = pick_free(random, &mut schema, kind);
    let conditions = match random.below(3) {
        0 => [format!("{name} > 0"), format!("{name} <= 0 OR {name} IS NULL")],
        1 => [format!("{name} IS NULL"), format!("{name} IS NOT NULL")],
        _ => [format!("{name} IS 'x'"), format!("{name} IS NOT 'x'")],
    };
    let [up, down] = split_table(&schema, at, [&conditions[0], &conditions[1]])?;
    let set = Set::new(&schema, up, down);
    // The parts have separate rows added later, and together these may violate UNIQUE.
    let is_keyed = !schema.tables[at].key_columns().is_empty()
        || schema.tables[at].columns.iter().any(|it| it.unique);
    (!is_keyed).then_some(set)
}

fn normalise(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, name) = pick_free(random, &mut schema, Kind::Text);
    let table = &schema.tables[at].name;
    let change = match random.below(5) {
        0 => format!("UPDATE {table} SET {name} = trim({name});"),
        1 => format!("UPDATE {table} SET {name} = lower({name}) WHERE {name} <> lower({name});"),
        2 => format!("UPDATE {table} SET {name} = NULL WHERE {name} = '';"),
        3 => format!("DELETE FROM {table} WHERE {name} = 'never written';"),
        _ => format!(
            "UPDATE {table} SET {name} = json_extract({name}, '$.a') WHERE json_valid({name});"
        ),
    };
    if change.starts_with("DELETE") && schema.is_referred(table) {
        return None;
    }
    let down = "-- migratory: nothing-to-undo: readers take both forms\n".to_owned();
    Some(Set::new(&schema, change, down).with_intent())
}

fn add_index(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, column) = pick_free(random, &mut schema, Kind::Text);
    let on = [column.clone(), format!("lower({column})"), format!("{column} COLLATE NOCASE")];
    let condition = [None, Some(format!("{column} <> ''"))][random.below(2)].clone();
    let on = on[random.below(3)].clone();
    let index = Index { name: "late".to_owned(), is_unique: false, on, condition, column };
    let bare = Table { indexes: vec![index], triggers: Vec::new(), ..schema.tables[at].clone() };
    Some(Set::new(&schema, bare.attached(), "DROP INDEX late;".to_owned()))
}

fn add_unique_index(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, column) = pick_free(random, &mut schema, Kind::Text);
    let table = &schema.tables[at].name;
    let on = [column.clone(), format!("lower({column})"), format!("{column} COLLATE NOCASE")];
    let on = &on[random.below(3)];
    let head = "-- migratory: assumes(no_duplicates): the form lets in none\n";
    let up = format!("{head}CREATE UNIQUE INDEX late ON {table} ({on});");
    Some(Set::new(&schema, up, "DROP INDEX late;".to_owned()).with_intent())
}

fn add_search(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, column) = pick_free(random, &mut schema, Kind::Text);
    let table = &schema.tables[at];
    if !table.has_id() || schema.search.is_some() {
        return None;
    }
    let (create, name) = (search(&table.name, &column), &table.name);
    let triggers = search_triggers(name, &column).join("\n");
    let up = format!("{create}INSERT INTO {name}_fts ({name}_fts) VALUES ('rebuild');\n{triggers}");
    let down = format!(
        "DROP TRIGGER {name}_ai;\nDROP TRIGGER {name}_ad;\nDROP TRIGGER {name}_au;\nDROP TABLE {name}_fts;"
    );
    Some(Set::new(&schema, up, down))
}

fn seed(_: &mut Random, schema: Schema) -> Option<Set> {
    let up = "CREATE TABLE level (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);\n\
              INSERT INTO level (id, name) VALUES (1, 'low'), (2, 'high');";
    Some(Set::new(&schema, up.to_owned(), "DROP TABLE level;".to_owned()))
}

/// Two tables that one file rebuilds with foreign keys off.
fn two_at_once(random: &mut Random, schema: Schema) -> Option<Set> {
    let count = schema.tables.iter().filter(|table| table.name != "audit").count();
    if count < 2 {
        return None;
    }
    let [mut ups, mut downs] = [String::new(), String::new()];
    for at in 0..2 {
        let mut after = schema.tables[at].clone();
        harmless(random, &mut after);
        let mut rebuild = Rebuild::new(random, &schema, at, |table| *table = after);
        rebuild.keys_off = false;
        ups.push_str(&rebuild.up());
        downs.insert_str(0, &rebuild.down());
    }
    let off = |sql: String| format!("PRAGMA foreign_keys = OFF;\n{sql}PRAGMA foreign_keys = ON;\n");
    Some(Set::new(&schema, off(ups), off(downs)))
}

fn rowids_kept(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, _) = unnamed(random, &mut schema)?;
    let name = schema.tables[at].name.clone();
    let mut after = schema.tables[at].clone();
    harmless(random, &mut after);
    let mut rebuild = Rebuild::new(random, &schema, at, |table| *table = after);
    rebuild.way = Way::Recipe;
    for copy in [&mut rebuild.up, &mut rebuild.down] {
        copy.into.as_mut()?.insert(0, "rowid".to_owned());
        copy.take.insert(0, "rowid".to_owned());
    }
    let mut set = Set::of(&rebuild);
    let held = "CREATE TABLE held (of INTEGER PRIMARY KEY);\n";
    writeln!(set.schema, "{held}INSERT INTO held (of) SELECT rowid FROM {name};").unwrap();
    set.drop = format!("DROP TABLE held;\n{}", set.drop);
    Some(set)
}

fn merged(random: &mut Random, schema: Schema) -> Option<Set> {
    let mut rebuild = keyless(random, schema)?;
    if rebuild.after.is_strict {
        // A key accepts no NULL there.
        return None;
    }
    rebuild.after.primary = Some(rebuild.after.stored().join(", "));
    if random.once_in(2) {
        rebuild.up.distinct = "DISTINCT ";
    } else {
        rebuild.up.tail = format!(" GROUP BY {}", rebuild.up.take.join(", "));
    }
    Some(Set::of(&rebuild).with_intent())
}
