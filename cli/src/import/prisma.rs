//! Prisma: `20240131120000_name/migration.sql`, next to a `migration_lock.toml`.

use std::collections::BTreeSet;

use super::dbmate::digits;
use super::draft::{Draft, Left, Migration, Script};
use super::folder::Folder;
use crate::failure::{Failure, Result};

const LOCK: &str = "migration_lock.toml";

pub(crate) fn read(folder: &Folder) -> Result<Draft> {
    for_sqlite(folder)?;
    folders(folder, true)
}

/// Reads a migration from each folder with a `migration.sql`, in the order of the names. Drizzle has such folders too,
/// without downs.
pub(crate) fn folders(folder: &Folder, has_downs: bool) -> Result<Draft> {
    let mut draft = Draft::default();
    let names: BTreeSet<&str> =
        folder.files().filter_map(|file| Some(file.split_once('/')?.0)).collect();
    for name in names {
        let file = format!("{name}/migration.sql");
        if !folder.has(&file) {
            draft.left.push(Left::passed(&format!("{name}/"), "it has no migration.sql"));
            continue;
        }
        let mut migration = alone(name, file.clone(), Script::new(folder.text(&file)?));
        let down = format!("{name}/down.sql");
        if has_downs && folder.has(&down) {
            migration.down = Some(Script::new(folder.text(&down)?));
            migration.files.push(down);
        }
        draft.migrations.push(migration);
    }
    Ok(draft)
}

/// A migration without a down; its name begins with its number.
pub(crate) fn alone(name: &str, file: String, up: Script) -> Migration {
    let (digits, rest) = name.split_at(digits(name));
    Migration {
        files: vec![file],
        digits: (!digits.is_empty()).then(|| digits.to_owned()),
        name: rest.to_owned(),
        up,
        down: None,
        remarks: Vec::new(),
    }
}

/// Refuses migrations for another database.
fn for_sqlite(folder: &Folder) -> Result<()> {
    if !folder.has(LOCK) {
        return Ok(());
    }
    let lock: toml::Table = folder.text(LOCK)?.parse().map_err(|error: toml::de::Error| {
        Failure::new(format!("can't read {LOCK}")).because(error)
    })?;
    match lock.get("provider").and_then(toml::Value::as_str) {
        Some("sqlite") | None => Ok(()),
        Some(other) => Err(Failure::new(format!("the migrations are for {other}"))
            .because(format!("{LOCK} says `provider = \"{other}\"`"))),
    }
}
