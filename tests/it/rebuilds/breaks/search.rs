//! References by rowid or by name that become invalid: full-text indexes, and rowids stored elsewhere.

use migratory_analysis::Code;
use migratory_faulty::Random;

use super::super::pick::{pick, pick_free, unnamed, with_free};
use super::super::schema::{Schema, search, search_triggers};
use super::super::script::{Rebuild, harmless};
use super::super::set::Set;
use super::super::table::Kind;
use super::{Break, way};

const STALE: &[Code] = &[Code::StaleIndex];

pub(super) const BREAKS: [Break; 6] = [
    way("a full-text index created late, and not filled", STALE, late),
    way("the content of a full-text index renamed", &[Code::StaleIndex, Code::Broken], renamed),
    way("new rowids under a full-text index", STALE, new_rowids),
    way("a full-text index that an UPDATE leaves stale", STALE, not_updated),
    way("new rowids that a column stores", &[Code::ValuesMove], stored_in_column),
    way("new rowids that a trigger recorded", &[Code::ValuesMove], recorded_by_trigger),
];

fn late(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, column) = pick_free(random, &mut schema, Kind::Text);
    let table = &schema.tables[at];
    if !table.has_id() || schema.search.is_some() {
        return None;
    }
    let name = &table.name;
    let up = format!("{}{}", search(name, &column), search_triggers(name, &column).join("\n"));
    let down = format!(
        "DROP TRIGGER {name}_ai;\nDROP TRIGGER {name}_ad;\nDROP TRIGGER {name}_au;\nDROP TABLE {name}_fts;"
    );
    Some(Set::new(&schema, up, down))
}

/// Creates a schema with a full-text index over this table.
fn searched(random: &mut Random, schema: &mut Schema) -> Option<(usize, String)> {
    if schema.search.is_some() {
        return None;
    }
    let at = pick(random, schema);
    let column = with_free(random, &mut schema.tables[at], Kind::Text);
    // The index covers the first plain text column.
    schema.tables[at].columns.sort_by_key(|it| it.name != column);
    schema.index_text(at);
    schema.search.as_ref().map(|_| (at, column))
}

fn renamed(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, column) = searched(random, &mut schema)?;
    let table = &schema.tables[at].name;
    let [up, down] = if random.once_in(2) {
        [
            format!("ALTER TABLE {table} RENAME TO {table}_2;"),
            format!("ALTER TABLE {table}_2 RENAME TO {table};"),
        ]
    } else {
        [
            format!("ALTER TABLE {table} RENAME COLUMN {column} TO other;"),
            format!("ALTER TABLE {table} RENAME COLUMN other TO {column};"),
        ]
    };
    Some(Set::new(&schema, up, down))
}

fn new_rowids(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, column) = unnamed(random, &mut schema)?;
    let name = schema.tables[at].name.clone();
    let index =
        format!("CREATE VIRTUAL TABLE {name}_fts USING fts5 ({column}, content = '{name}');\n");
    let trigger = format!(
        "CREATE TRIGGER {name}_ai AFTER INSERT ON {name} BEGIN INSERT INTO {name}_fts (rowid, {column}) VALUES (new.rowid, new.{column}); END;"
    );
    schema.tables[at].triggers.push(trigger);
    let mut set = with_rebuild(random, &schema, at);
    set.schema = format!("{index}{}", set.schema);
    set.drop = format!("{}DROP TABLE {name}_fts;\n", set.drop);
    Some(set.by_text())
}

fn with_rebuild(random: &mut Random, schema: &Schema, at: usize) -> Set {
    let mut after = schema.tables[at].clone();
    harmless(random, &mut after);
    Set::of(&Rebuild::new(random, schema, at, |table| *table = after))
}

fn not_updated(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, column) = searched(random, &mut schema)?;
    let table = &mut schema.tables[at];
    table.triggers.retain(|trigger| !trigger.contains("_au "));
    let up = format!("UPDATE {} SET {column} = upper({column}) || 'x y z';", table.name);
    Some(
        Set::new(&schema, up, "-- migratory: nothing-to-undo: it is read so\n".to_owned())
            .by_text(),
    )
}

fn stored_in_column(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, _) = unnamed(random, &mut schema)?;
    let name = schema.tables[at].name.clone();
    let mut set = with_rebuild(random, &schema, at);
    let kept = format!(
        "CREATE TABLE held (of INTEGER PRIMARY KEY);\nINSERT INTO held (of) SELECT rowid FROM {name};\n"
    );
    set.schema.push_str(&kept);
    set.drop = format!("DROP TABLE held;\n{}", set.drop);
    Some(set.by_text())
}

fn recorded_by_trigger(random: &mut Random, mut schema: Schema) -> Option<Set> {
    let (at, _) = unnamed(random, &mut schema)?;
    let name = schema.tables[at].name.clone();
    let verb = ["INSERT", "UPDATE"][random.below(2)];
    schema.tables[at].triggers.push(format!(
        "CREATE TRIGGER {name}_held AFTER {verb} ON {name} BEGIN INSERT INTO held (of) VALUES (NEW.rowid); END;"
    ));
    let mut set = with_rebuild(random, &schema, at);
    set.schema = format!("CREATE TABLE held (of INTEGER);\n{}", set.schema);
    set.drop = format!("{}DROP TABLE held;\n", set.drop);
    Some(set.by_text())
}
