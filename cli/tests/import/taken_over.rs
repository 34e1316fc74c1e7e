//! Databases that a tool migrated are adopted by the set that was imported from it.

use migratory_runtime::rusqlite::Connection;
use migratory_runtime::{Adoption, MigrationSet, Origin, Runner};

use super::*;

/// Applies `take` to a database with the schema of the set and the tool's history.
fn take_over(
    imported: &Imported,
    folder: &str,
    recorded: &str,
    take: impl FnOnce(Runner<'_>, &mut Connection) -> migratory_runtime::Result<Adoption>,
) -> String {
    let checked = imported.check(folder, None).expect("a set");
    let migrations = checked.migrations();
    let set = MigrationSet::new(&migrations);
    let mut conn = Connection::open_in_memory().expect("memory");
    for migration in set.migrations() {
        conn.execute_batch(migration.up().sql()).expect("the up");
    }
    conn.execute_batch(recorded).expect(recorded);
    match take(Runner::new(&set), &mut conn) {
        Ok(taken) => taken.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn databases_of_goose_are_adopted() {
    let imported = import(
        r"
        === m/00001_a.sql
        -- +goose Up
        CREATE TABLE a (b);
        -- +goose Down
        DROP TABLE a;
        === m/00002_c.sql
        -- +goose Up
        CREATE TABLE c (d);
        ",
        "--from goose m --yes",
    );
    let recorded = "
        CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL,
            is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
        INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1);";
    let adopted = take_over(&imported, "m-migratory", recorded, |runner, conn| {
        runner.adopt(conn, Origin::Goose)
    });
    assert_eq!(adopted, "recorded 2 migrations as applied, up to 2");
}

#[test]
fn databases_of_dbmate_are_adopted() {
    let imported = import(
        r"
        === m/20240131120000_a.sql
        -- migrate:up
        CREATE TABLE a (b);
        -- migrate:down
        DROP TABLE a;
        ",
        "--from dbmate m --yes",
    );
    let recorded = "
        CREATE TABLE schema_migrations (version varchar(128) primary key);
        INSERT INTO schema_migrations VALUES ('20240131120000');";
    let adopted = take_over(&imported, "m-migratory", recorded, |runner, conn| {
        runner.adopt(conn, Origin::Dbmate)
    });
    assert_eq!(adopted, "recorded 1 migration as applied, up to 20240131120000");
}

#[test]
fn databases_of_refinery_are_adopted_as_edited() {
    let imported = import(
        r"
        === m/V1__größe_a.sql
        CREATE TABLE a (b);
        ",
        "--from refinery m --yes",
    );
    let recorded = "
        CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name VARCHAR(255),
            applied_on VARCHAR(255), checksum VARCHAR(255));
        INSERT INTO refinery_schema_history VALUES (1, 'größe_a', '2024-01-31T12:00:00Z', '1');";
    let adopted = take_over(&imported, "m-migratory", recorded, |runner, conn| {
        runner.adopt(conn, Origin::Refinery)
    });
    assert_eq!(
        adopted,
        "recorded 1 migration as applied, up to 1; edited since they were applied, with the same schema: 1"
    );
}

#[test]
fn databases_of_prisma_get_a_baseline() {
    let imported = import(
        r"
        === m/20240131120000_a/migration.sql
        CREATE TABLE a (b);
        ",
        "--from prisma m --yes",
    );
    let recorded =
        "CREATE TABLE _prisma_migrations (id TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL);";
    let adopted = take_over(&imported, "m-migratory", recorded, |runner, conn| {
        runner.ignore("_prisma_migrations").baseline(conn, Version::new(20_240_131_120_000))
    });
    assert_eq!(adopted, "recorded 1 migration as applied, up to 20240131120000");
}
