//! Shipped migrations are accepted unchanged, in the order in which their tool ran them: folders of each tool, as
//! public projects have them, with `accept_through` at their last version.

use std::fs;

use expect_test::expect;
use migratory::{Runner, rusqlite::Connection};
use migratory_analysis::{Checked, Findings, Options, Severity};
use migratory_rehearsal::check;
use tempfile::TempDir;

use self::cases::{CASES, FIRST, LAST, LOG, UNDO};

mod cases;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let package = TempDir::new().unwrap();
    for (file, text) in files {
        let path = package.path().join("migrations").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    package
}

fn checked(files: &[(&str, &str)], options: &Options) -> Result<Checked, Findings> {
    check(folder(files).path(), "migrations", options)
}

/// Returns the files of the ups without the folder, or the folders of folder pairs.
fn order(checked: &Checked) -> Vec<String> {
    let name = |file: &str| {
        let within = file.trim_start_matches("migrations/");
        within.split_once('/').map_or(within, |(folder, _)| folder).to_owned()
    };
    checked.set().iter().map(|migration| name(&migration.up.file)).collect()
}

#[test]
fn folders_of_each_tool_are_accepted_and_run_in_its_order() {
    for case in CASES {
        let options = Options::default().accept_through(case.through.into());
        let accepted = checked(case.files, &options)
            .unwrap_or_else(|findings| panic!("{}\n{findings}", case.name));
        assert_eq!(order(&accepted), case.order, "{}", case.name);
        assert!(accepted.warnings().iter().all(|it| it.severity == Severity::Warning));
        let migrations = accepted.migrations();
        let set = migratory::MigrationSet::new(&migrations);
        // A database in a file, because SQLite refuses some statements in a transaction only there.
        let folder = TempDir::new().unwrap();
        let mut conn = Connection::open(folder.path().join("app.db")).unwrap();
        let report = Runner::new(&set)
            .up(&mut conn)
            .unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert_eq!(report.steps().len(), case.order.len(), "{}", case.name);
    }
}

/// Otherwise a run would skip statements that SQLite executes.
#[test]
fn skipped_statements_have_no_effect_in_a_transaction() {
    let folder = TempDir::new().unwrap();
    let conn = Connection::open(folder.path().join("app.db")).unwrap();
    let settings = [
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = OFF",
        "PRAGMA temp_store = MEMORY",
        "VACUUM",
    ];
    for sql in settings {
        conn.execute_batch("BEGIN IMMEDIATE; CREATE TABLE a (b); CREATE TEMP TABLE c (d)").unwrap();
        let outcome = conn.execute_batch(sql);
        let journal: String = conn.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
        assert!(outcome.is_err() || sql.contains("journal") && journal == "delete", "{sql}");
        conn.execute_batch("ROLLBACK").unwrap();
    }
    let files =
        [("1_a.sql", settings.join(";\n") + ";\nCREATE TABLE log (id INTEGER PRIMARY KEY);")];
    let files = files.each_ref().map(|(file, text)| (*file, text.as_str()));
    let accepted = checked(&files, &Options::default().accept_through(1.into())).unwrap();
    expect![[r#"
        1 finding in the migrations of `migrations/`

        warning[M0609]: `PRAGMA journal_mode`, `PRAGMA synchronous` and `PRAGMA temp_store` are left out
         --> migrations/1_a.sql:1:1
          |
        1 | PRAGMA journal_mode = WAL;
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^
        2 | PRAGMA synchronous = OFF;
          | -------------------------
        3 | PRAGMA temp_store = MEMORY;
          | ---------------------------
          |
          = note: the runner runs the file in a transaction, where SQLite refuses such a setting or ignores it, and restores the connection's settings after the run
          = help: set it whenever the application opens a connection; the file can stay as it is
    "#]].assert_eq(&accepted.warnings().to_string());
    let findings = checked(&files, &Options::default().up_only(true)).expect_err("not shipped");
    assert_eq!(findings.iter().filter(|it| it.code.number() == "M0609").count(), 4, "{findings}");
}

#[test]
fn begin_and_commit_around_a_shipped_file_are_skipped_in_both_directions() {
    let case = CASES.iter().find(|case| case.name.starts_with("strings")).unwrap();
    let accepted = checked(&case.files[..4], &Options::default().accept_through(2.into())).unwrap();
    let migrations = accepted.migrations();
    let set = migratory::MigrationSet::new(&migrations);
    let mut conn = Connection::open_in_memory().unwrap();
    let runner = Runner::new(&set);
    runner.up(&mut conn).unwrap();
    let state: String = conn.query_row("SELECT state FROM log", [], |row| row.get(0)).unwrap();
    assert_eq!(state, "it's");
    runner.down(&mut conn, 2).unwrap();
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'log'";
    assert_eq!(conn.query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn a_shipped_down_without_a_statement_counts_as_missing() {
    let files = [("1_a.up.sql", FIRST), ("1_a.down.sql", "-- to do\n")];
    let accepted = checked(&files, &Options::default().accept_through(1.into())).unwrap();
    let migrations = accepted.migrations();
    let set = migratory::MigrationSet::new(&migrations);
    let mut conn = Connection::open_in_memory().unwrap();
    Runner::new(&set).up(&mut conn).unwrap();
    let error = Runner::new(&set).down(&mut conn, 1).expect_err("nothing would be undone");
    assert!(error.to_string().contains("no down"), "{error}");
}

#[test]
fn migrations_after_the_shipped_ones_must_follow_the_rules() {
    let shipped = [("1_a.up.sql", FIRST), ("1_a.down.sql", "")];
    for (file, text, code) in [
        ("3_b.up.sql", LOG, "M0202"),
        ("2_b.sql", LOG, "M0101"),
        ("2_b.up.sql", "", "M0305"),
        ("2_b.up.sql", "BEGIN; INSERT INTO log DEFAULT VALUES; COMMIT;", "M0306"),
        ("2_b.up.sql", "-- Migration: irreversible\nSELECT 1;", "M0404"),
        ("2_b.up.sql", "CREATE INDEX i ON log (\"stat\");", "M0622"),
    ] {
        let down = if file.starts_with('3') { "3_b.down.sql" } else { "2_b.down.sql" };
        let files = [shipped[0], shipped[1], (file, text), (down, UNDO)];
        let options = Options::default().accept_through(1.into());
        let findings = checked(&files, &options).expect_err(text);
        let codes: Vec<_> = findings.iter().map(|it| it.code.number()).collect();
        assert!(codes.contains(&code), "{file}: {text}: {codes:?}");
    }
}

#[test]
fn a_version_may_be_written_as_in_the_file_name() {
    let files = [
        ("2024-01-31-120000_a/up.sql", FIRST),
        ("2024-01-31-120000_a/down.sql", ""),
        (
            "2024-02-01-120000_b/up.sql",
            "-- migratory: compatible-with 20240131120000\nINSERT INTO log DEFAULT VALUES;",
        ),
        ("2024-02-01-120000_b/down.sql", UNDO),
        ("rehearsal/2024-01-31-120000.sql", "INSERT INTO log (state) VALUES ('given');"),
        ("rehearsal/20240201120000.sql", "INSERT INTO log (state) VALUES ('given');"),
    ];
    for through in [20_240_131_120_000, 202_401_311_200_000_000] {
        let accepted = checked(&files, &Options::default().accept_through(through.into()))
            .unwrap_or_else(|findings| panic!("{findings}"));
        let [first, second] = accepted.set() else { panic!("two migrations") };
        assert_eq!(second.compatible_with(), Some(first.version));
        assert_eq!(first.constant, "V20240131120000_A");
    }
}

#[test]
fn a_migration_that_is_not_sql_is_reported() {
    for file in ["V2__b.rs", "00002_b.go", "2_b.py"] {
        let files = [("1_a.up.sql", FIRST), ("1_a.down.sql", LAST), (file, "")];
        let findings = checked(&files, &Options::default()).expect_err(file);
        assert!(findings.to_string().contains(file), "{findings}");
    }
    let files = [
        ("1_a.up.sql", FIRST),
        ("1_a.down.sql", LAST),
        ("2_b.go", ""),
        ("3_premigrate.go", ""),
        ("3_c.up.sql", LOG),
        ("3_c.down.sql", UNDO),
        ("4_d.ts", ""),
        ("5_e.ts", ""),
        ("register.go", "package migrations"),
    ];
    let findings = checked(&files, &Options::default().accept_through(3.into())).expect_err("code");
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0102]: 4 files are migrations, but not SQL
         --> migrations/2_b.go
         ::: migrations/3_premigrate.go
         ::: migrations/4_d.ts
          = note: the rehearsal has to know what they did to the schema, or it tests the later migrations on a different one
          = help: replace each with a SQL file of the same version that does the same
          = help: if one only changes rows, and SQL can't do it, make it a step in Rust: a SQL file that starts with `-- migratory: code`
          = help: a file that is not a migration can stay if its name does not start with a number
    "#]].assert_eq(&findings.to_string());
}

#[test]
fn files_that_share_a_version_can_be_joined() {
    let files = [
        ("001_a.sql", FIRST),
        ("002_a_new.sql", LOG),
        ("002_b_replace.sql", LOG),
        ("003_c.sql", LOG),
    ];
    let findings = checked(&files, &Options::default().accept_through(3.into())).expect_err("two");
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0201]: two migrations have version 2
         --> migrations/002_a_new.sql
         ::: migrations/002_b_replace.sql
          = note: each version runs once: one of them would never run
          = help: if databases have run all of them, their tool recorded whole names: join the files into one, in the order it ran them, and take databases over with `baseline`
          = help: if it has not shipped, rename `002_b_replace.sql` to `004_b_replace.sql`
    "#]].assert_eq(&findings.to_string());
    let joined = [
        files[0],
        ("002_a_new.sql", "INSERT INTO log DEFAULT VALUES;\nINSERT INTO log DEFAULT VALUES;"),
        files[3],
    ];
    assert!(checked(&joined, &Options::default().accept_through(3.into())).is_ok());
}

#[test]
fn an_ambiguous_order_is_an_error() {
    let files = [("1_a/up.sql", FIRST), ("2_b/up.sql", LOG), ("10_c/up.sql", LOG)];
    let findings =
        checked(&files, &Options::default().accept_through(10.into())).expect_err("two orders");
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0214]: Diesel runs version 10 before 2, since it compares versions as texts
         --> migrations/2_b/up.sql
         ::: migrations/10_c/up.sql
          = note: migratory runs migrations in the order of their numbers, and does not reorder shipped ones
          = help: if the databases were migrated in the order of the numbers, write all versions with 2 digits: rename the folder `2_b` to `02_b`
          = help: if Diesel ran them, give them dates in the order in which it did, as `YYYYMMDDHHMMSS`, and take databases over with `baseline`
    "#]].assert_eq(&findings.to_string());
    let prisma = [("9_a/migration.sql", FIRST), ("20240131120000_b/migration.sql", LOG)];
    let options = Options::default().accept_through(20_240_131_120_000.into());
    let findings = checked(&prisma, &options).expect_err("two orders");
    assert!(
        findings.to_string().contains("Prisma runs version 20240131120000 before 9"),
        "{findings}"
    );
    let padded = [("01_a/up.sql", FIRST), ("02_b/up.sql", LOG), ("10_c/up.sql", LOG)];
    assert!(checked(&padded, &Options::default().accept_through(10.into())).is_ok());
}

#[test]
fn a_version_with_and_without_dashes_is_a_duplicate() {
    let files = [("2024-01-31-120000_a/up.sql", FIRST), ("20240131120000_a/up.sql", LOG)];
    for options in
        [Options::default(), Options::default().accept_through(20_240_131_120_000.into())]
    {
        let findings = checked(&files, &options).expect_err("one version");
        assert!(findings.iter().any(|it| it.code.number() == "M0201"), "{findings}");
    }
}

#[test]
fn accepting_an_unknown_version_is_an_error() {
    let files = [
        ("20240131120000_a.up.sql", FIRST),
        ("20240131120000_a.down.sql", LAST),
        ("20240131130000_b.up.sql", LOG),
        ("20240131130000_b.down.sql", UNDO),
    ];
    let refusal = |through: i64| {
        let options = Options::default().accept_through(through.into());
        checked(&files, &options).expect_err("no such version").to_string()
    };
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0213]: `accept_through = 20240131` names no migration of the folder
         --> migrations
          = note: the option names the last migration that has shipped, by the digits in its file name
          = help: the nearest version is `20240131120000`
          = help: write `accept_through = 20240131130000`
    "#]].assert_eq(&refusal(20_240_131));
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0213]: `accept_through = 20240131125959` names no migration of the folder
         --> migrations
          = note: the option names the last migration that has shipped, by the digits in its file name
          = help: the nearest versions are `20240131120000` and `20240131130000`
          = help: write `accept_through = 20240131120000`
    "#]].assert_eq(&refusal(20_240_131_125_959));
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0213]: `accept_through = 7` names no migration of the folder
         --> migrations
          = note: the option names the last migration that has shipped, by the digits in its file name
          = help: the nearest version is `20240131120000`
    "#]].assert_eq(&refusal(7));
}
