//! Table tests of how each library's rows are read.

use std::hash::{DefaultHasher, Hash, Hasher};

use sha2::Digest;

use super::*;
use crate::origin::tests::made_with;
use crate::{Checksum, Down, Migration, Mode, Script, Version};

/// Three in a sequence, a date, and two that Diesel dashes; each has its own text.
const VERSIONS: [i64; 6] =
    [1, 2, 3, 20_250_101_000_000, 202_401_311_200_000_000, 202_401_311_200_000_007];
const NAMES: [&str; 6] = ["initial_schema", "add-users", "x", "y", "dashed", "longer"];

fn sql(version: i64) -> String {
    format!("-- größe\r\nCREATE TABLE a{version} (b);\n")
}

fn with_set<T>(test: impl FnOnce(&MigrationSet<'_>) -> T) -> T {
    let texts = VERSIONS.map(sql);
    let migrations: Vec<_> = (0..VERSIONS.len())
        .map(|at| {
            let checksum = Checksum::of_script(&texts[at]);
            let up = Script::new("up", &texts[at], Mode::Transaction);
            let version = Version::new(VERSIONS[at]);
            Migration::new(version, NAMES[at], up, Down::UpOnly, checksum, checksum)
        })
        .collect();
    test(&MigrationSet::new(&migrations))
}

/// Reads the history of a database that this script creates.
fn read_of(origin: Origin, script: &str) -> Result<Recorded, Mismatch> {
    let conn = Connection::open_in_memory().expect("memory");
    conn.execute_batch(script).expect(script);
    with_set(|set| recorded(&conn, set, origin))
}

/// Reads these rows in the library's table, and formats the result as one line.
fn read(origin: Origin, rows: &str) -> String {
    let table = origin.table().unwrap_or_default();
    let insert =
        if rows.starts_with('(') { format!("INSERT INTO {table} ") } else { String::new() };
    let outcome = read_of(origin, &format!("{} {insert}{rows}", made_with(origin)));
    let list = |versions: &[Version]| {
        versions.iter().map(Version::to_string).collect::<Vec<_>>().join(" ")
    };
    match outcome {
        Ok(found) if found.edited.is_empty() => list(&found.versions),
        Ok(found) => format!("{}, edited {}", list(&found.versions), list(&found.edited)),
        Err(Mismatch::Absent) => "absent".to_owned(),
        Err(Mismatch::Unfinished { version }) => format!("unfinished {version}"),
        Err(Mismatch::Unknown { versions }) => format!("unknown {}", versions.join(" ")),
        Err(Mismatch::Renamed { version, recorded, known }) => {
            format!("renamed {version} {recorded:?} {known:?}")
        }
        Err(Mismatch::Unreadable { what }) => what,
        Err(Mismatch::Sqlite(error)) => error.to_string(),
    }
}

fn check(origin: Origin, cases: &[(&str, &str)]) {
    for (rows, told) in cases {
        assert_eq!(read(origin, rows), *told, "{origin} {rows}");
    }
}

#[test]
fn diesel_records_digits_without_dashes() {
    check(
        Origin::Diesel,
        &[
            ("", ""),
            ("(version) VALUES ('2'), ('0001')", "1 2"),
            ("(version) VALUES ('20250101000000')", "20250101000000"),
            ("(version) VALUES ('20240131120000')", "202401311200000000"),
            ("(version) VALUES ('202401311200000007')", "202401311200000007"),
            ("(version) VALUES ('1'), ('00000000000000')", "unknown 00000000000000"),
            ("(version) VALUES ('99999999999999999999')", "unknown 99999999999999999999"),
            (
                "(version) VALUES ('addusers')",
                "the table `__diesel_schema_migrations` holds 'addusers' as a `version`",
            ),
        ],
    );
}

#[test]
fn golang_migrate_records_the_newest_number() {
    let only_one = "the table `schema_migrations` has more than one row";
    check(
        Origin::GolangMigrate,
        &[
            ("", ""),
            ("(version, dirty) VALUES (0, 0)", "unknown 0"),
            ("(version, dirty) VALUES (3, 0)", "1 2 3"),
            ("(version, dirty) VALUES (1, false)", "1"),
            ("(version, dirty) VALUES (3, 1)", "unfinished 3"),
            ("(version, dirty) VALUES (-1, true)", "unfinished -1"),
            ("(version, dirty) VALUES (4, 0)", "unknown 4"),
            ("(version, dirty) VALUES (1, 0), (2, 0)", only_one),
            (
                "(version, dirty) VALUES (1, 'false')",
                "the table `schema_migrations` holds 'false' as a `dirty`",
            ),
            (
                "(version, dirty) VALUES (18446744073709551615, 0)",
                "the table `schema_migrations` holds 1.8446744073709552e19 as a `version`",
            ),
        ],
    );
}

/// Returns an sqlx row: version, name, whether it finished, and the checksum of its text.
fn sqlx_row(version: i64, name: &str, success: i64, sql: &str) -> String {
    let digest = sha2::Sha384::digest(sql);
    let digest: Vec<_> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let digest = digest.concat();
    format!(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES ({version}, '{name}', {success}, x'{digest}', -1);"
    )
}

#[test]
fn sqlx_records_each_with_a_checksum_of_its_text() {
    let one = sqlx_row(1, "initial schema", 1, &sql(1));
    let edited = sqlx_row(2, "Add-users", 1, "SELECT 1");
    let windows = sql(2).replace("\r\n", "\n").replace('\n', "\r\n");
    for (rows, told) in [
        (one.clone(), "1"),
        (format!("{one}{edited}"), "1 2, edited 2"),
        (sqlx_row(2, "add-users", 1, &windows), "2"),
        (sqlx_row(2, "add-users", 1, &format!("\u{feff}{windows}")), "2"),
        (format!("{one}{}", sqlx_row(2, "add-users", 0, &sql(2))), "unfinished 2"),
        (sqlx_row(1, "schema", 1, &sql(1)), "1"),
        (sqlx_row(1, "schema", 1, "SELECT 1"), "renamed 1 \"schema\" \"initial_schema\""),
        (format!("{}{}", sqlx_row(1, "z", 1, ""), sqlx_row(9, "z", 1, "")), "unknown 9"),
    ] {
        assert_eq!(read(Origin::Sqlx, &rows), told, "{rows}");
    }
    let null = "(version, description, success, checksum, execution_time) \
         VALUES (1, 'initial schema', 1, 'text', 0)";
    let told = "the table `_sqlx_migrations` holds 'text' as a `checksum`";
    assert_eq!(read(Origin::Sqlx, null), told);
}

/// Returns a refinery row, whose version is an `i32` or an `i64`.
fn refinery_row(version: impl Hash + Into<i64>, name: &str, sql: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (name, &version, sql).hash(&mut hasher);
    let (version, checksum) = (version.into(), hasher.finish());
    format!(
        "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) \
         VALUES ({version}, '{name}', '2024-01-31T12:00:00Z', '{checksum}');"
    )
}

#[test]
fn refinery_records_each_with_a_checksum_of_its_name_and_text() {
    for (rows, told) in [
        (refinery_row(1_i32, "initial_schema", &sql(1)), "1"),
        (refinery_row(1_i64, "initial_schema", &sql(1)), "1"),
        (refinery_row(VERSIONS[3], "y", &sql(VERSIONS[3])), "20250101000000"),
        (refinery_row(2_i32, "Add_Users", &sql(2)), "2"),
        (refinery_row(2_i32, "add_users", "SELECT 1"), "2, edited 2"),
        (refinery_row(1_i32, "x", &sql(1)), "renamed 1 \"x\" \"initial_schema\""),
        (refinery_row(9_i32, "x", &sql(1)), "unknown 9"),
    ] {
        assert_eq!(read(Origin::Refinery, &rows), told, "{rows}");
    }
    let null = "the table `refinery_schema_history` holds NULL as a `name`";
    check(Origin::Refinery, &[("(version) VALUES (1)", null)]);
}

#[test]
fn rusqlite_migration_records_a_count() {
    check(
        Origin::RusqliteMigration,
        &[
            ("", "absent"),
            ("PRAGMA user_version = 1", "1"),
            (
                "PRAGMA user_version = 6",
                "1 2 3 20250101000000 202401311200000000 202401311200000007",
            ),
            ("PRAGMA user_version = 7", "unknown 7"),
            ("PRAGMA user_version = 2147483647", "unknown 2147483647"),
            ("PRAGMA user_version = -3", "`user_version` is -3"),
        ],
    );
}

#[test]
fn goose_records_ups_and_downs() {
    let into = "(version_id, is_applied) VALUES";
    for (rows, told) in [
        ("(0, 1)", ""),
        ("(0, 1), (1, 1), (2, 1)", "1 2"),
        ("(0, 1), (1, 1), (2, 1), (2, 0)", "1"),
        ("(1, 1), (2, 1), (2, 0), (1, 0), (1, 1)", "1"),
        ("(1, 1), (9, 0)", "1"),
        ("(1, 1), (10, 1), (9, 1)", "unknown 9 10"),
        ("('x', 1)", "the table `goose_db_version` holds 'x' as a `version_id`"),
    ] {
        assert_eq!(read(Origin::Goose, &format!("{into} {rows}")), told, "{rows}");
    }
}

#[test]
fn dbmate_records_digits() {
    check(
        Origin::Dbmate,
        &[
            ("", ""),
            ("(version) VALUES ('20250101000000'), ('0001')", "1 20250101000000"),
            ("(version) VALUES ('20240131120000')", "unknown 20240131120000"),
            (
                "(version) VALUES (x'31')",
                "the table `schema_migrations` holds a blob as a `version`",
            ),
            ("(version) VALUES (NULL)", "the table `schema_migrations` holds NULL as a `version`"),
        ],
    );
}

#[test]
fn a_table_that_is_not_the_librarys_is_refused() {
    let unreadable = |what: &str| Err(Mismatch::Unreadable { what: what.to_owned() });
    for (origin, script, outcome) in [
        (Origin::Sqlx, "CREATE TEMP TABLE _sqlx_migrations (version)", Err(Mismatch::Absent)),
        (
            Origin::Refinery,
            "CREATE TABLE refinery_schema_history (version, name)",
            unreadable("the table `refinery_schema_history` has no column `checksum`"),
        ),
        (
            Origin::Goose,
            "CREATE VIEW goose_db_version AS SELECT 1 AS id, 1 AS version_id, 1 AS is_applied",
            unreadable("the table `goose_db_version` is a view"),
        ),
        (
            Origin::Dbmate,
            made_with(Origin::GolangMigrate),
            unreadable("the table `schema_migrations` has a column `dirty`, as golang-migrate's"),
        ),
        (
            Origin::GolangMigrate,
            made_with(Origin::Dbmate),
            unreadable("the table `schema_migrations` has no column `dirty`"),
        ),
    ] {
        assert_eq!(read_of(origin, script), outcome, "{script}");
    }
}

/// Any value in a column gives a result or an error.
#[test]
fn no_value_causes_a_panic() {
    let values = [
        "NULL",
        "''",
        "-1",
        "1e300",
        "9223372036854775807",
        "x''",
        "x'ff'",
        "zeroblob(48)",
        "CAST(x'ff' AS TEXT)",
        "'1'",
        "' 1'",
        "'1' || char(0)",
        "'٣'",
        "printf('%0200d', 1)",
    ];
    for &origin in Origin::ALL {
        let Some(table) = origin.table() else { continue };
        let columns = origin.columns();
        for (value, sound) in
            values.iter().flat_map(|value| ["1", "'1'", "x'31'"].map(|s| (value, s)))
        {
            for at in 0..columns.len() {
                let mut row = vec![sound; columns.len()];
                row[at] = value;
                let (columns, row) = (columns.join(", "), row.join(", "));
                let script =
                    format!("CREATE TABLE {table} ({columns}); INSERT INTO {table} VALUES ({row})");
                drop(read_of(origin, &script));
            }
        }
    }
}
