//! Fills the sample set at every version, up and down.

use std::path::{Path, PathBuf};

use super::{Database, VARIANTS};

/// The scripts of one direction, by version.
fn scripts(suffix: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the sample set")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.to_string_lossy().ends_with(suffix))
        .collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).expect("a script")).collect()
}

#[test]
fn every_version_is_filled_without_a_gap() {
    let (ups, downs) = (scripts(".up.sql"), scripts(".down.sql"));
    for rows in VARIANTS {
        let mut database = Database::new(rows);
        for up in &ups {
            database.run(up);
            assert!(database.gaps().is_empty(), "{rows:?}: {:?}", database.gaps());
        }
        assert!(database.number("SELECT count(*) FROM play JOIN item ON item.id = item_id") >= 2);
        assert!(database.number("SELECT count(*) FROM person_biography") >= 2);
        for down in downs.iter().rev() {
            database.run(down);
            assert!(database.gaps().is_empty(), "{rows:?}: {:?}", database.gaps());
        }
    }
}

#[test]
fn filled_tables_cost_no_statement() {
    let mut database = Database::new(VARIANTS[1]);
    for up in scripts(".up.sql") {
        database.run(&up);
    }
    let before = database.number("SELECT total_changes()");
    database.run("");
    assert_eq!(database.number("SELECT total_changes()"), before);
}
