//! The folder, with a first pair of files.

use std::path::Path;

use super::Setup;

const UP: &str = "\
-- Creates the first tables: write your own here, and drop them in the down file.
-- Once this has shipped, don't edit it: each later change is a new migration.

CREATE TABLE note (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    written_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
";

const DOWN: &str = "\
-- Drops the first tables, each before the tables it references.

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
