//! refinery and Flyway, whose names begin with a letter.

use super::*;

#[test]
fn refinery_files_keep_their_numbers() {
    let imported = import(
        r"
        === migrations/V1__initial.sql
        CREATE TABLE persons (id int, name varchar(255));\r
        === migrations/V10__add_city.sql
        ALTER TABLE persons ADD COLUMN city TEXT;
        === migrations/later/U4__index.sql
        CREATE INDEX by_name ON persons (name);
        === migrations/V2__cars.rs
        pub fn migration() -> String { String::new() }
        === migrations/mod.rs
        === migrations/notes.sql
        SELECT 1;
        ",
        "--from refinery --yes",
    );
    expect![[r#"
        3 migrations of refinery, for migrations-migratory
          V1__initial.sql      -> 1_initial.up.sql, irreversible
          later/U4__index.sql  -> 4_index.up.sql, irreversible
          V10__add_city.sql    -> 10_add_city.up.sql, irreversible
          V2__cars.rs          left out: it is Rust, not SQL
          notes.sql            left out: refinery does not run it
        note: refinery applies files with `U` out of order, and here each has its place in the order: a database that lacks one of them and has a later one needs it from refinery first (later/U4__index.sql)
        note: 1 migration is left out: write a pair by hand, at its place in the order; `-- migratory: code` at the top of a file gives it a step in Rust
        note: the numbers are those of refinery, so that its databases can be adopted; they are neither a sequence without gaps nor dates: add `accept_through = 10` to `embed_migrations!`
        note: 3 migrations have no down and are marked `irreversible: imported from refinery, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 10`
        note: existing databases: `runner().adopt(&mut conn, Origin::Refinery)` adopts those that refinery migrated; it refuses those with an applied migration that has no pair; it will report the migrations as edited, since refinery's checksums don't cover the directive
        wrote 3 files to migrations-migratory
        1 finding: `cargo migratory check migrations-migratory` lists it; none with `accept_through = 10`, which accepts what has shipped
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 10_add_city.up.sql
        -- migratory: irreversible: imported from refinery, which had no down
        ALTER TABLE persons ADD COLUMN city TEXT;
        === 1_initial.up.sql
        -- migratory: irreversible: imported from refinery, which had no down\r
        CREATE TABLE persons (id int, name varchar(255));\r
        === 4_index.up.sql
        -- migratory: irreversible: imported from refinery, which had no down
        CREATE INDEX by_name ON persons (name);
    "#]]
    .assert_eq(&imported.files("migrations-migratory"));
    imported.accepted("migrations-migratory", Some(10));
}

#[test]
fn refinery_files_without_gaps_need_no_options() {
    let imported = import(
        r"
        === migrations/V1__initial.sql
        CREATE TABLE persons (id int, name varchar(255));
        === migrations/V2__cars.sql
        CREATE TABLE cars (id int, name varchar(255));
        ",
        "--from refinery --yes",
    );
    expect![[r#"
        2 migrations of refinery, for migrations-migratory
          V1__initial.sql  -> 1_initial.up.sql, irreversible
          V2__cars.sql     -> 2_cars.up.sql, irreversible
        note: 2 migrations have no down and are marked `irreversible: imported from refinery, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 2`
        note: existing databases: `runner().adopt(&mut conn, Origin::Refinery)` adopts those that refinery migrated; it will report the migrations as edited, since refinery's checksums don't cover the directive
        wrote 2 files to migrations-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    imported.accepted("migrations-migratory", None);
}

#[test]
fn flyway_undos_become_downs() {
    let imported = import(
        r"
        === sql/V1__init.sql
        CREATE TABLE car (id INTEGER PRIMARY KEY, plate TEXT);
        === sql/U1__init.sql
        DROP TABLE car;
        === sql/V1.10__index plate.sql
        CREATE INDEX car_plate ON car (plate);
        === sql/V1_2__colour.SQL
        ALTER TABLE car ADD COLUMN colour TEXT DEFAULT '${colour}';
        === sql/2/V2__compact.sql
        VACUUM;
        === sql/2/V2__compact.sql.conf
        executeInTransaction=false
        shouldExecute=${large}==true
        === sql/U7__lone.sql
        DROP TABLE x;
        === sql/R__cars.sql
        CREATE VIEW cars AS SELECT plate FROM car;
        === sql/B2__base.sql
        CREATE TABLE car (id);
        === sql/beforeMigrate.sql
        SELECT 1;
        === sql/Views.sql
        SELECT 1;
        === sql/V3__Fill.java
        class V3__Fill {}
        ",
        "--from flyway --yes",
    );
    expect![[r#"
        4 migrations of Flyway, for sql-migratory
          V1__init.sql, U1__init.sql  -> 0001_init.{up,down}.sql
          V1_2__colour.SQL            -> 0002_colour.up.sql, irreversible
          V1.10__index plate.sql      -> 0003_index_plate.up.sql, irreversible
          2/V2__compact.sql           -> 0004_compact.up.sql, irreversible
          B2__base.sql                left out: a baseline, which replaces the versions up to its own; these are imported one by one
          R__cars.sql                 left out: a repeatable migration, which runs whenever it changes; here, each change is a new migration
          V3__Fill.java               left out: it is a class, not SQL
          Views.sql                   left out: not named like a migration; if it is a callback, nothing calls it here
          beforeMigrate.sql           left out: not named like a migration; if it is a callback, nothing calls it here
          U7__lone.sql                left out: the migration that it undoes is missing
        note: V1_2__colour.SQL: Flyway's settings replace ${colour}: write the values instead
        note: 2/V2__compact.sql: 2/V2__compact.sql runs only if `${large}==true` in Flyway; here it always runs
        note: 2 migrations are left out: write a pair by hand for each, at its place in the order; `-- migratory: code` at the top of a file gives it a step in Rust
        note: renumbered, in the order of Flyway: the number of V1_2__colour.SQL can't be a version
        note: 3 migrations have no down and are marked `irreversible: imported from Flyway, which had no down`: write the downs that you need, or delete the directives and add `accept_through = 4`
        note: existing databases: `runner().ignore("flyway_schema_history").baseline(&mut conn, version)` records the version of a database that Flyway migrated, if its schema matches
        wrote 5 files to sql-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    expect![[r#"
        === 0001_init.down.sql
        DROP TABLE car;
        === 0001_init.up.sql
        CREATE TABLE car (id INTEGER PRIMARY KEY, plate TEXT);
        === 0002_colour.up.sql
        -- migratory: irreversible: imported from Flyway, which had no down
        ALTER TABLE car ADD COLUMN colour TEXT DEFAULT '${colour}';
        === 0003_index_plate.up.sql
        -- migratory: irreversible: imported from Flyway, which had no down
        CREATE INDEX car_plate ON car (plate);
        === 0004_compact.up.sql
        -- migratory: irreversible: imported from Flyway, which had no down
        -- migratory: no-transaction
        VACUUM;
    "#]]
    .assert_eq(&imported.files("sql-migratory"));
    imported.accepted("sql-migratory", None);
}

#[test]
fn flyway_versions_that_are_numbers_are_kept() {
    let imported = import(
        r"
        === sql/V001__init.sql
        CREATE TABLE car (id INTEGER PRIMARY KEY, plate TEXT);
        === sql/V002__plate.sql
        CREATE INDEX car_plate ON car (plate);
        === sql/U002.0__plate.sql
        DROP INDEX car_plate;
        ",
        "--from flyway --yes",
    );
    expect![[r#"
        2 migrations of Flyway, for sql-migratory
          V001__init.sql                      -> 001_init.up.sql, irreversible
          V002__plate.sql, U002.0__plate.sql  -> 002_plate.{up,down}.sql
        note: 1 migration has no down and is marked `irreversible: imported from Flyway, which had no down`: write one, or delete the directive and add `accept_through = 2`
        note: existing databases: `runner().ignore("flyway_schema_history").baseline(&mut conn, version)` records the version of a database that Flyway migrated, if its schema matches
        wrote 3 files to sql-migratory
        no findings
        exit 0
    "#]].assert_eq(&imported.said);
    imported.accepted("sql-migratory", None);
}
