//! The sample set: every version can be reached, every down restores, and rows survive both ways.

use std::sync::atomic::{AtomicUsize, Ordering};

use migratory::rusqlite::Connection;
use migratory::{Down, Mode, Version};

use crate::support::{Database, dump, value};

migratory::embed_migrations!("migrations", watch = off);

const ROWS: &str = "
    INSERT INTO item (id, medium_id, title, release_year) VALUES (1, 1, 'A', 1895), (2, 3, 'B', 1927);
    INSERT INTO person (id, name, sort_name, biography) VALUES (1, 'P', 'P', 'Born somewhere.');
    INSERT INTO credit (item_id, person_id, role) VALUES (1, 1, 'author'), (2, 1, 'actor');";

fn versions() -> impl DoubleEndedIterator<Item = Version> {
    migrations::MIGRATIONS.migrations().iter().map(migratory::Migration::version)
}

#[test]
fn the_constants_are_the_versions_of_the_files() {
    assert_eq!(migrations::V1_INITIAL_SCHEMA, Version::new(1));
    assert_eq!(migrations::LATEST, migrations::V12_COUNT_PLAYS);
    assert_eq!(versions().map(Version::get).collect::<Vec<_>>(), (1..=12).collect::<Vec<_>>());
}

/// Only a script that runs with foreign keys off embeds the tables that it writes to.
#[test]
fn tables_written_with_foreign_keys_off_are_embedded() {
    for migration in migrations::MIGRATIONS.migrations() {
        let down = match migration.down() {
            Down::Script(script) => Some(script),
            _ => None,
        };
        for script in [Some(migration.up()), down].into_iter().flatten() {
            let expected =
                (script.mode() == Mode::ForeignKeysOff).then_some("item\nitem_new\nitem_overview");
            assert_eq!(script.writes(), expected, "{}", script.file());
        }
    }
}

#[test]
fn every_down_restores_schema_and_rows() {
    let database = Database::new();
    let mut conn = database.open();
    let runner = migrations::runner();
    runner.to(&mut conn, migrations::V1_INITIAL_SCHEMA).expect("the first version");
    conn.execute_batch(ROWS).expect("rows");
    for version in versions().skip(1) {
        let before = dump(&conn);
        runner.to(&mut conn, version).expect("up");
        let after = dump(&conn);
        runner.down(&mut conn, 1).expect("down");
        assert_eq!(normalized(&dump(&conn)), normalized(&before), "{version}");
        runner.to(&mut conn, version).expect("up again");
        assert_eq!(normalized(&dump(&conn)), normalized(&after), "{version}");
    }
    assert_eq!(value(&conn, "SELECT count(*) FROM credit"), "2");
    assert_eq!(value(&conn, "PRAGMA foreign_keys"), "1");
}

#[test]
fn the_live_schema_matches_the_rehearsed_one() {
    let database = Database::new();
    let mut conn = database.open();
    conn.execute_batch("CREATE TABLE theirs (x)").expect("a table of the application's");
    let runner = migrations::runner();
    runner.up(&mut conn).expect("up");
    assert!(!runner.status(&conn).expect("a status").is_drifted(), "it is as the run left it");
    conn.execute_batch("DROP TABLE theirs").expect("no table");
    assert!(!runner.status(&conn).expect("a status").is_drifted(), "it is as it was proven");
    conn.execute_batch("DROP INDEX item_by_title").expect("no index");
    assert!(runner.status(&conn).expect("a status").is_drifted());
}

#[test]
fn a_proven_schema_is_verified_without_a_replay() {
    static OPENED: AtomicUsize = AtomicUsize::new(0);
    let database = Database::new();
    let mut conn = database.open();
    let runner = migrations::runner().scratch(|| {
        OPENED.fetch_add(1, Ordering::Relaxed);
        Connection::open_in_memory()
    });
    runner.up(&mut conn).expect("up");
    assert!(runner.verify(&conn).expect("a verified schema").is_empty());
    assert_eq!(OPENED.load(Ordering::Relaxed), 0);
    conn.execute_batch("DROP INDEX item_by_title").expect("no index");
    assert_eq!(runner.verify(&conn).expect("a verified schema").differences().len(), 1);
    assert_eq!(OPENED.load(Ordering::Relaxed), 1);
}

#[test]
fn the_whole_set_goes_down_to_nothing_and_up_again() {
    let database = Database::new();
    let mut conn = database.open();
    let runner = migrations::runner();
    runner.up(&mut conn).expect("up");
    let full = dump(&conn);
    runner.to(&mut conn, migratory::Target::Empty).expect("down");
    assert_eq!(dump(&conn), "");
    runner.up(&mut conn).expect("up again");
    assert_eq!(without_times(&dump(&conn)), without_times(&full));
    assert!(!runner.status(&conn).expect("a status").is_drifted());
}

/// Removes quotes and white space: SQLite quotes the name of a renamed table, and formats added columns its own way.
fn normalized(dump: &str) -> String {
    dump.replace(['"', ' ', '\n'], "")
}

fn without_times(dump: &str) -> String {
    normalized(&dump.lines().filter(|line| !line.contains(':')).collect::<String>())
}

#[test]
fn the_set_knows_whether_it_was_rehearsed_with_foreign_keys() {
    migratory::embed_migrations!(
        "migrations",
        watch = off,
        foreign_keys = off,
        module = without_keys
    );
    assert!(migrations::MIGRATIONS.has_foreign_keys());
    assert!(!without_keys::MIGRATIONS.has_foreign_keys());
}
