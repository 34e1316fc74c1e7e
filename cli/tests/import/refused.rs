//! Refused imports, which write nothing.

use super::*;

const GOOSE: &str = "=== m/1_a.sql\n-- +goose Up\nCREATE TABLE a (b);\n";

/// The errors for each of these folders, none of which is imported.
#[track_caller]
fn refused(cases: &[(&str, &str)]) -> String {
    let output = cases.iter().map(|(files, from)| {
        let imported = import(files, &format!("--from {from} m --yes"));
        assert!(!imported.place.path().join("m-migratory").exists(), "{files}");
        imported.said
    });
    output.collect::<Vec<_>>().join("\n")
}

#[test]
fn without_a_terminal_nothing_is_written() {
    let imported = import(GOOSE, "--from goose m");
    expect![[r#"
        1 migration of goose, for m-migratory
          1_a.sql  -> 1_a.up.sql, irreversible
        note: 1 migration has no down and is marked `irreversible: imported from goose, which had no down`: write one, or delete the directive and add `accept_through = 1`
        note: existing databases: `runner().adopt(&mut conn, Origin::Goose)` adopts those that goose migrated
        error: confirmation required
          write m-migratory?
        help: pass `--yes` to confirm
        exit 10
    "#]].assert_eq(&imported.said);
    assert!(!imported.place.path().join("m-migratory").exists());
}

#[test]
fn nothing_is_overwritten() {
    let imported =
        import(&format!("{GOOSE}=== m-migratory/mine.txt\nmine\n"), "--from goose m --yes");
    expect![[r#"
        error: m-migratory already exists
          nothing is overwritten
        help: delete it, or choose another folder with `--to`
        exit 1
    "#]]
    .assert_eq(&imported.said);
    assert_eq!(imported.files("m-migratory"), "=== mine.txt\nmine");
    let again = program(imported.place.path(), "--from goose m --yes --to m/new");
    expect![[r#"
        error: m/new is inside the folder to import
        help: that folder stays unchanged: choose another one with `--to`
        exit 1
    "#]]
    .assert_eq(&again);
    assert!(imported.files("m").starts_with("=== 1_a.sql\n-- +goose Up\n"));
}

#[test]
fn an_empty_target_folder_is_used() {
    let imported = import(GOOSE, "--from goose m --to new/m --yes");
    assert!(imported.said.ends_with("exit 0\n"), "{}", imported.said);
    fs::create_dir(imported.place.path().join("m3")).expect("a folder");
    let said = program(imported.place.path(), "--from goose --dir m --to m3 --yes");
    assert!(said.ends_with("exit 0\n"), "{said}");
    assert_eq!(imported.files("m3"), imported.files("new/m"));
}

#[test]
fn a_folder_without_migrations() {
    let place = TempDir::new().expect("a folder");
    fs::create_dir(place.path().join("m")).expect("a folder");
    fs::write(place.path().join("file"), "").expect("a file");
    let said = |args| program(place.path(), args);
    let output =
        [said("--from flyway m"), said("--from flyway"), said("--from goose file")].join("\n");
    expect![[r#"
        error: m has no migrations of Flyway
          the folder is empty
        exit 1

        error: sql doesn't exist
        exit 1

        error: file isn't a folder
        exit 1
    "#]]
    .assert_eq(&output);
}

#[test]
fn a_folder_of_another_tool() {
    let output = refused(&[
        (GOOSE, "dbmate"),
        ("=== m/1_a.sql\n-- migrate:up\nSELECT 1;\n", "goose"),
        ("=== m/1_a/migration.sql\nSELECT 1;\n", "refinery"),
        ("=== m/1_a.sql\nSELECT 1;\n=== m/meta/_journal.json\n{}\n", "dbmate"),
        ("=== m/V1__a.sql\nSELECT 1;\n", "dbmate"),
        ("=== m/V1.2__a.sql\nSELECT 1;\n", "refinery"),
        ("=== m/1_a.up.sql\nSELECT 1;\n", "prisma"),
    ]);
    expect![[r#"
        error: 1_a.sql has no line `-- migrate:up`
          dbmate refuses such a file too
        help: the folder looks like goose's: try `--from goose`
        exit 1

        error: 1_a.sql has no line `-- +goose Up`
          goose refuses such a file too
        help: the folder looks like dbmate's: try `--from dbmate`
        exit 1

        error: m has no migrations of refinery
          1_a/migration.sql: refinery does not run it
        help: the folder looks like Prisma's: try `--from prisma`
        exit 1

        error: 1_a.sql has no line `-- migrate:up`
          dbmate refuses such a file too
        help: the folder looks like Drizzle's: try `--from drizzle`
        exit 1

        error: m has no migrations of dbmate
          V1__a.sql: dbmate does not run it
        help: the folder looks like refinery's or Flyway's: try `--from refinery`, or `--from flyway`
        exit 1

        error: V1.2__a.sql: refinery has no version 1.2
          refinery's versions are whole numbers
        help: the folder looks like Flyway's: try `--from flyway`
        exit 1

        error: m has no migrations of Prisma
          1_a.up.sql: Prisma does not run it
        help: the folder has pairs already, which need no import: try `cargo migratory check <folder>`
        exit 1
    "#]].assert_eq(&output);
}

#[test]
fn files_that_the_tools_refuse() {
    let output = refused(&[
        ("=== m/1_a.sql\n-- +goose Up\n-- +goose Up\n", "goose"),
        ("=== m/1_a.sql\nCREATE TABLE a (b);\n-- +goose Up\n", "goose"),
        ("=== m/1_a.sql\nSELECT 1;\n", "goose"),
        ("=== m/1_a.sql\n-- +goose Up\n=== m/01_b.sql\n-- +goose Up\n", "goose"),
        ("=== m/1_a.sql\n-- migrate:up\n-- migrate:up\n", "dbmate"),
        ("=== m/1_a.sql\nSELECT 1;\n-- migrate:up\n", "dbmate"),
        ("=== m/1_a.sql\nSELECT 1;\n", "dbmate"),
        ("=== m/V1__a.sql\nSELECT 1;\n=== m/x/U1__b.sql\nSELECT 1;\n", "refinery"),
        ("=== m/V1__a.sql\nSELECT 1;\n=== m/V1.0__b.sql\nSELECT 1;\n", "flyway"),
        ("=== m/V1x__a.sql\nSELECT 1;\n", "flyway"),
    ]);
    expect![[r#"
        error: 1_a.sql, line 2: a second `-- +goose Up`
          goose refuses such a file too
        exit 1

        error: 1_a.sql, line 1: SQL before the `-- +goose Up`
          goose refuses such a file too
        exit 1

        error: 1_a.sql has no line `-- +goose Up`
          goose refuses such a file too
        exit 1

        error: 01_b.sql and 1_a.sql have the same number
          goose records a migration by its number
        help: delete or rename the one that was never applied, then import again
        exit 1

        error: 1_a.sql, line 2: a second `-- migrate:up` before a `-- migrate:down`
          dbmate refuses such a file too
        exit 1

        error: 1_a.sql, line 1: SQL before the `-- migrate:up`
          dbmate refuses such a file too
        exit 1

        error: 1_a.sql has no line `-- migrate:up`
          dbmate refuses such a file too
        exit 1

        error: V1__a.sql and x/U1__b.sql have the same number
          refinery records a migration by its number
        help: delete or rename the one that was never applied, then import again
        exit 1

        error: V1.0__b.sql and V1__a.sql have the same version
        exit 1

        error: V1x__a.sql: `1x` isn't a version
          Flyway's versions are digits, separated by `.` or `_`
        exit 1
    "#]]
    .assert_eq(&output);
}

#[test]
fn settings_for_other_databases() {
    let prisma = |lock: &str| {
        format!("=== m/1_a/migration.sql\nSELECT 1;\n=== m/migration_lock.toml\n{lock}\n")
    };
    let drizzle = |journal: &str| format!("=== m/meta/_journal.json\n{journal}\n");
    let output = refused(&[
        (&prisma("="), "prisma"),
        (&prisma("provider = \"mysql\""), "prisma"),
        (&drizzle("["), "drizzle"),
        (&drizzle("{\"entries\": [{\"tag\": \"../0000_a\"}]}"), "drizzle"),
        (&drizzle("{\"entries\": [{\"tag\": \"a\"}, {\"tag\": \"a\"}]}\n=== m/a.sql"), "drizzle"),
        (&drizzle("{\"dialect\": \"mysql\", \"entries\": []}"), "drizzle"),
        (&drizzle("{\"entries\": []}"), "drizzle"),
        ("=== m/0000_a.sql\nSELECT 1;\n", "drizzle"),
    ]);
    expect![[r#"
        error: can't read migration_lock.toml
          TOML parse error at line 1, column 1
            |
          1 | =
            | ^
          unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
        exit 1

        error: the migrations are for mysql
          migration_lock.toml says `provider = "mysql"`
        exit 1

        error: can't read meta/_journal.json
          EOF while parsing a list at line 1 column 1
        exit 1

        error: no file ../0000_a.sql
          meta/_journal.json lists it
        exit 1

        error: meta/_journal.json lists a.sql twice
        exit 1

        error: the migrations are for mysql
          meta/_journal.json says `"dialect": "mysql"`
        exit 1

        error: m has no migrations of Drizzle
        exit 1

        error: no file meta/_journal.json
          it lists the migrations and their order
        exit 1
    "#]]
    .assert_eq(&output);
}

#[test]
fn texts_that_are_not_utf_8() {
    let imported = import(GOOSE, "--from goose m");
    fs::write(imported.place.path().join("m/1_a.sql"), b"-- +goose Up\n\xff\n").expect("a file");
    let output = program(imported.place.path(), "--from goose m --yes");
    expect![[r#"
        error: m/1_a.sql is not UTF-8
          invalid utf-8 sequence of 1 bytes from index 13
        help: save it as UTF-8, then import again
        exit 1
    "#]]
    .assert_eq(&output);
}
