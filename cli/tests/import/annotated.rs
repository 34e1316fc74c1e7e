//! goose and dbmate, which have both directions in one file.

use super::*;

#[test]
fn goose_files_are_split_at_their_annotations() {
    let imported = import(
        r"
        === db/00001_create_users.sql
        -- Who may log in.
        -- +goose Up
        -- +goose StatementBegin
        CREATE TABLE user (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL, -- as shown
            seen_at TEXT
        )
        -- +goose StatementEnd

        -- +goose Down
        DROP TABLE user;
        === db/00002_touch.sql
        -- +goose Up\r
        -- +goose StatementBegin\r
        CREATE TRIGGER touch AFTER UPDATE OF name ON user\r
        BEGIN\r
          UPDATE user SET seen_at = '1' WHERE id = NEW.id;\r
        END;\r
        -- +goose StatementEnd\r
        \r
        -- +goose Down\r
        DROP TRIGGER touch;\r
        === db/00003_vacuum.sql
        -- +goose NO TRANSACTION
        -- +goose Up
        VACUUM;

        -- +goose Down
        -- Nothing to take back.
        ",
        "--from goose db --yes",
    );
    expect![[r#"
        3 migrations of goose, for db-migratory
          00001_create_users.sql  -> 00001_create_users.{up,down}.sql
          00002_touch.sql         -> 00002_touch.{up,down}.sql
          00003_vacuum.sql        -> 00003_vacuum.up.sql, irreversible
        note: 1 migration has no down and is marked `irreversible: imported from goose, which had no down`: write one, or delete the directive and add `accept_through = 3`
        note: existing databases: `runner().adopt(&mut conn, Origin::Goose)` adopts those that goose migrated
        wrote 5 files to db-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 00001_create_users.down.sql
        DROP TABLE user;
        === 00001_create_users.up.sql
        -- Who may log in.

        CREATE TABLE user (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL, -- as shown
            seen_at TEXT
        );
        === 00002_touch.down.sql
        DROP TRIGGER touch;\r
        === 00002_touch.up.sql
        CREATE TRIGGER touch AFTER UPDATE OF name ON user\r
        BEGIN\r
          UPDATE user SET seen_at = '1' WHERE id = NEW.id;\r
        END;\r
        === 00003_vacuum.up.sql
        -- migratory: irreversible: imported from goose, which had no down
        -- migratory: no-transaction
        VACUUM;

        -- Nothing to take back.
    "#]]
    .assert_eq(&imported.files("db-migratory"));
    imported.accepted("db-migratory", None);
}

#[test]
fn goose_files_without_a_transaction_and_from_the_template() {
    let imported = import(
        r"
        === db/00001_create_users.sql
        -- +goose Up
        CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        -- +goose Down
        DROP TABLE user;
        === db/00002_rebuild.sql
        -- +goose Up
        -- +goose NO TRANSACTION
        PRAGMA foreign_keys = OFF;
        CREATE TABLE user_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);
        INSERT INTO user_new (id, name) SELECT id, name FROM user;
        DROP TABLE user;
        ALTER TABLE user_new RENAME TO user;
        PRAGMA foreign_keys = ON;
        === db/00003_city.sql
        -- +goose Up
        -- +goose StatementBegin
        SELECT 'up SQL query';
        -- +goose StatementEnd
        CREATE INDEX user_city ON user (city);

        -- +goose Down
        -- +goose StatementBegin
        SELECT 'down SQL query';
        -- +goose StatementEnd
        ",
        "--from goose db --yes",
    );
    expect![[r#"
        3 migrations of goose, for db-migratory
          00001_create_users.sql  -> 00001_create_users.{up,down}.sql
          00002_rebuild.sql       -> 00002_rebuild.up.sql, irreversible
          00003_city.sql          -> 00003_city.up.sql, irreversible
        note: 00002_rebuild.sql: it ran without a transaction to turn foreign keys off; here the same pragma makes the runner turn them off, and it runs in a transaction
        note: 00003_city.sql: the SELECT of goose's template does nothing and is left out
        note: 2 migrations have no down and are marked `irreversible: imported from goose, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 3`
        note: existing databases: `runner().adopt(&mut conn, Origin::Goose)` adopts those that goose migrated
        wrote 4 files to db-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 00001_create_users.down.sql
        DROP TABLE user;
        === 00001_create_users.up.sql
        CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        === 00002_rebuild.up.sql
        -- migratory: irreversible: imported from goose, which had no down
        PRAGMA foreign_keys = OFF;
        CREATE TABLE user_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);
        INSERT INTO user_new (id, name) SELECT id, name FROM user;
        DROP TABLE user;
        ALTER TABLE user_new RENAME TO user;
        PRAGMA foreign_keys = ON;
        === 00003_city.up.sql
        -- migratory: irreversible: imported from goose, which had no down
        CREATE INDEX user_city ON user (city);
    "#]]
    .assert_eq(&imported.files("db-migratory"));
    imported.accepted("db-migratory", None);
}

#[test]
fn code_and_variables_of_goose_are_reported() {
    let imported = import(
        r"
        === migrations/1_a.sql
        -- +goose Up
        CREATE TABLE a (b);
        -- +goose Down
        DROP TABLE a;
        === migrations/2_hash.go
        package migrations
        === migrations/3_region.sql
        -- +goose Up
        -- +goose ENVSUB ON
        INSERT INTO a VALUES ('${REGION:-eu}');
        -- +goose ENVSUB OFF
        INSERT INTO a VALUES ('$5');
        -- +goose Down
        DELETE FROM a WHERE b IN ('eu', '$5');
        === migrations/2_hash_test.go
        package migrations
        === migrations/main.go
        package main
        === migrations/seed.sql
        INSERT INTO a VALUES (1);
        === migrations/old/4_b.sql
        CREATE TABLE b (c);
        === migrations/5_C.SQL
        CREATE TABLE c (d);
        ",
        "--from goose --yes",
    );
    expect![[r#"
        2 migrations of goose, for migrations-migratory
          1_a.sql       -> 1_a.{up,down}.sql
          3_region.sql  -> 3_region.{up,down}.sql
          2_hash.go     left out: it is Go, not SQL
          5_C.SQL       left out: goose does not run it
          old/4_b.sql   left out: goose does not run it
          seed.sql      left out: goose does not run it
        note: 3_region.sql: goose replaces ${REGION:-eu} from the environment: write the values instead
        note: 1 migration is left out: write a pair by hand, at its place in the order; `-- migratory: code` at the top of a file gives it a step in Rust
        note: the numbers are those of goose, so that its databases can be adopted; they are neither a sequence without gaps nor dates: add `accept_through = 3` to `embed_migrations!`
        note: existing databases: `runner().adopt(&mut conn, Origin::Goose)` adopts those that goose migrated; it refuses those with an applied migration that has no pair
        wrote 4 files to migrations-migratory
        1 finding: `cargo migratory check migrations-migratory` lists it; none with `accept_through = 3`, which accepts what has shipped
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 1_a.down.sql
        DROP TABLE a;
        === 1_a.up.sql
        CREATE TABLE a (b);
        === 3_region.down.sql
        DELETE FROM a WHERE b IN ('eu', '$5');
        === 3_region.up.sql
        INSERT INTO a VALUES ('${REGION:-eu}');
        INSERT INTO a VALUES ('$5');
    "#]]
    .assert_eq(&imported.files("migrations-migratory"));
    assert_eq!(imported.check("migrations-migratory", None).err().as_deref(), Some("M0202"));
    imported.accepted("migrations-migratory", Some(3));
}

#[test]
fn dbmate_blocks_become_pairs() {
    let imported = import(
        r"
        === db/migrations/20240131120000_create_posts.sql
        -- migrate:up
        create table post (
          id integer primary key,
          title text not null
        );

        -- migrate:down
        drop table post;
        === db/migrations/20240201000000_wal.sql
        -- migrate:up transaction:false
        PRAGMA journal_mode = WAL;

        -- migrate:down transaction:false
        PRAGMA journal_mode = DELETE;
        === db/migrations/20240202000000_tags.sql
        -- migrate:up
        create table tag (id integer primary key);
        -- migrate:down
        drop table tag;

        -- migrate:up
        alter table tag add column name text;
        -- migrate:down
        alter table tag drop column name;
        === db/migrations/20240203000000_index.sql
        -- migrate:up
        create index post_title on post (title);

        -- migrate:down

        ",
        "--from dbmate --yes --to migrations",
    );
    expect![[r#"
        4 migrations of dbmate, for migrations
          20240131120000_create_posts.sql  -> 20240131120000_create_posts.{up,down}.sql
          20240201000000_wal.sql           -> 20240201000000_wal.{up,down}.sql
          20240202000000_tags.sql          -> 20240202000000_tags.{up,down}.sql
          20240203000000_index.sql         -> 20240203000000_index.up.sql, irreversible
        note: 20240202000000_tags.sql: its 2 blocks become one migration; their downs run in reverse order
        note: 1 migration has no down and is marked `irreversible: imported from dbmate, which had no down`: write one, or delete the directive and add `accept_through = 20240203000000`
        note: existing databases: `runner().adopt(&mut conn, Origin::Dbmate)` adopts those that dbmate migrated
        wrote 7 files to migrations
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 20240131120000_create_posts.down.sql
        drop table post;
        === 20240131120000_create_posts.up.sql
        create table post (
          id integer primary key,
          title text not null
        );
        === 20240201000000_wal.down.sql
        -- migratory: no-transaction
        PRAGMA journal_mode = DELETE;
        === 20240201000000_wal.up.sql
        -- migratory: no-transaction
        PRAGMA journal_mode = WAL;
        === 20240202000000_tags.down.sql
        alter table tag drop column name;

        drop table tag;
        === 20240202000000_tags.up.sql
        create table tag (id integer primary key);

        alter table tag add column name text;
        === 20240203000000_index.up.sql
        -- migratory: irreversible: imported from dbmate, which had no down
        create index post_title on post (title);
    "#]]
    .assert_eq(&imported.files("migrations"));
    imported.accepted("migrations", None);
}

#[test]
fn dbmate_numbers_in_text_order_are_renumbered() {
    let imported = import(
        r"
        === m/10_first.sql
        -- migrate:up
        CREATE TABLE a (b);
        -- migrate:down
        DROP TABLE a;
        === m/9_second.sql
        -- migrate:up
        CREATE TABLE c (b);
        -- migrate:down
        DROP TABLE c;
        ",
        "--from dbmate m --yes",
    );
    expect![[r#"
        2 migrations of dbmate, for m-migratory
          10_first.sql  -> 0001_first.{up,down}.sql
          9_second.sql  -> 0002_second.{up,down}.sql
        note: renumbered, in the order of dbmate: dbmate runs 10_first.sql before 9_second.sql, against their numbers
        note: existing databases: `Runner::adopt` can't work, since they have dbmate's own numbers; `runner().baseline(&mut conn, version)` records the version of a database, if its schema matches
        wrote 4 files to m-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    imported.accepted("m-migratory", None);
}
