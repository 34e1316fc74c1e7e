//! The folder, with a first pair to begin with.

use std::path::Path;

use super::Setup;

const UP: &str = "\
-- Creates the first tables: write your own here, and what drops them into the other file.
-- What has shipped is not changed any more; what comes later goes into migrations of its own.

CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    written_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
";

const DOWN: &str = "\
-- Drops the first tables, those that refer to others before these.

DROP TABLE note;
";

pub(super) fn add(setup: &mut Setup, package: &Path, folder: &str) {
    let path = package.join(folder);
    let has_entries = std::fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_some());
    if has_entries {
        setup.kept.push(format!("the folder `{folder}`"));
        return;
    }
    setup.change(path.join("0001_initial_schema.up.sql"), None, UP.to_owned());
    setup.change(path.join("0001_initial_schema.down.sql"), None, DOWN.to_owned());
}
