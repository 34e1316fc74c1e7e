//! Detects, in debug builds, files added to the folder since the program was built.
//!
//! Cargo rebuilds when an embedded file changes or disappears, but doesn't notice a new file
//! without a build script. The program would silently run without it.

use std::collections::HashSet;
use std::fs::{self, DirEntry};
use std::path::Path;

use migratory_core::Folder;

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::{Down, MigrationSet};

/// Fails if the folder has files that the set doesn't.
pub(crate) fn check(set: &MigrationSet<'_>) -> Result<(), Error> {
    let Some(folder) = set.folder() else {
        return Ok(());
    };
    let known = embedded(set);
    let mut files: Vec<_> =
        listed(folder).into_iter().filter(|file| !known.contains(file.as_str())).collect();
    files.sort_unstable();
    if files.is_empty() {
        Ok(())
    } else {
        Err(ErrorKind::Stale { folder: folder.path.to_owned(), files }.into())
    }
}

fn embedded<'a>(set: &MigrationSet<'a>) -> HashSet<&'a str> {
    let files = set.migrations().iter().flat_map(|migration| {
        let down = match migration.down() {
            Down::Script(script) => Some(script.file()),
            Down::Irreversible(_) | Down::UpOnly => None,
        };
        [Some(migration.up().file()), down]
    });
    files.flatten().collect()
}

/// Lists the scripts in the folder, named as in the set. The list is empty if the folder can't be
/// read, because the program runs on a different machine than it was built on.
fn listed(folder: Folder<'_>) -> Vec<String> {
    let Ok(entries) = fs::read_dir(Path::new(folder.package).join(folder.path)) else {
        return Vec::new();
    };
    entries.flatten().flat_map(|entry| scripts(folder.path, &entry)).collect()
}

fn scripts(folder: &str, entry: &DirEntry) -> Vec<String> {
    let name = entry.file_name();
    let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else {
        return Vec::new();
    };
    if entry.path().is_dir() {
        let inside = ["up.sql", "down.sql", "migration.sql"];
        let found = inside.into_iter().filter(|file| entry.path().join(file).is_file());
        return found.map(|file| format!("{folder}/{name}/{file}")).collect();
    }
    let is_sql = Path::new(name).extension().is_some_and(|it| it.eq_ignore_ascii_case("sql"));
    if is_sql { vec![format!("{folder}/{name}")] } else { Vec::new() }
}
