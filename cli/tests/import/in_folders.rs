//! Forks of goose with a script for each database, and sql-migrate.

use super::*;

#[test]
fn among_several_databases_the_scripts_for_sqlite_are_imported() {
    let imported = import(
        r"
        === db/20190902101010_users/postgres.sql
        -- +goose Up
        CREATE TABLE users (id SERIAL PRIMARY KEY);
        -- +goose Down
        DROP TABLE users;
        === db/20190902101010_users/sqlite3.sql
        -- +goose Up
        CREATE TABLE users (id INTEGER PRIMARY KEY);
        -- +goose Down
        DROP TABLE users;
        === db/20190903101010_uuid/postgres.sql
        -- +goose Up
        CREATE EXTENSION uuid;
        -- +goose Down
        DROP EXTENSION uuid;
        === db/20190904101010_tags/sqlite.sql
        -- +goose Up
        CREATE TABLE tags (id INTEGER PRIMARY KEY);
        -- +goose Down
        DROP TABLE tags;
        ",
        "--from goose db --yes",
    );
    expect![[r#"
        2 migrations of goose, for db-migratory
          20190902101010_users/sqlite3.sql   -> 20190902101010_users.{up,down}.sql
          20190904101010_tags/sqlite.sql     -> 20190904101010_tags.{up,down}.sql
          20190902101010_users/postgres.sql  left out: it is for another database
          20190903101010_uuid/postgres.sql   left out: it is for another database
        note: existing databases: `runner().adopt(&mut conn, Origin::Goose)` adopts those that goose migrated
        wrote 4 files to db-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
}

#[test]
fn sql_migrate_files_are_split_at_their_commands() {
    let imported = import(
        r"
        === db/1_users.sql
        -- +migrate Up
        CREATE TABLE users (id INTEGER PRIMARY KEY, seen TEXT);
        -- +migrate Down
        DROP TABLE users;
        === db/2_touch.sql
        -- +migrate Up
        -- +migrate StatementBegin
        CREATE TRIGGER touch AFTER INSERT ON users BEGIN UPDATE users SET seen = '1'; END
        -- +migrate StatementEnd

        -- +migrate Down
        DROP TRIGGER touch;
        === db/10_vacuum.sql
        -- +migrate Up notransaction
        VACUUM;
        -- +migrate Down notransaction
        VACUUM;
        ",
        "--from sql-migrate db --yes",
    );
    expect![[r#"
        3 migrations of sql-migrate, for db-migratory
          1_users.sql    -> 0001_users.{up,down}.sql
          2_touch.sql    -> 0002_touch.{up,down}.sql
          10_vacuum.sql  -> 0003_vacuum.{up,down}.sql
        note: renumbered, in the order of sql-migrate: there is a gap between 2 and 10
        note: existing databases: `runner().ignore("gorp_migrations").baseline(&mut conn, version)` records the version of a database that sql-migrate migrated, if its schema matches
        wrote 6 files to db-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
}

#[test]
fn a_folder_of_sql_migrate_is_recognized_by_its_markers() {
    let imported = import(
        "=== db/1_a.sql\n-- +migrate Up\nCREATE TABLE a (x);\n-- +migrate Down\nDROP TABLE a;\n",
        "--from goose db --yes",
    );
    assert!(imported.said.contains("try `--from sql-migrate`"), "{}", imported.said);
}
