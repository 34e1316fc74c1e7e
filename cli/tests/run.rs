//! The commands that work on a database, as processes on a package and its files.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't continue panics")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use migratory_runtime::rusqlite::Connection;
use tempfile::TempDir;

/// A package with the sample set, and the database `app.db` named in its metadata.
struct Package {
    folder: TempDir,
}

impl Package {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let package = Self { folder };
        package.write(
            "Cargo.toml",
            "[package]\nname = \"media\"\n[package.metadata.migratory]\ndatabase = \"app.db\"\n",
        );
        package.write(
            "src/main.rs",
            "migratory::embed_migrations!(\"db/sql\", watch = off);\nfn main() {}\n",
        );
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
        for entry in fs::read_dir(sample).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            package.write(&format!("db/sql/{name}"), &fs::read_to_string(&path).unwrap());
        }
        package
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn open(&self) -> Connection {
        Connection::open(self.path("app.db")).unwrap()
    }

    fn run(&self, args: &str) -> Ran {
        Ran::of(self.folder.path(), args)
    }

    /// A package whose database has a hundred thousand rows at version 6.
    fn filled() -> Self {
        let package = Self::new();
        package.run("to 6").succeeds();
        let rows = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n LIMIT 100000)
            INSERT INTO item (id, medium_id, title, release_year) SELECT i, 1, 'Title ' || i, 1900 + i % 100 FROM n;";
        package.open().execute_batch(rows).unwrap();
        package
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn of(folder: &Path, args: &str) -> Self {
        let output: Output = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"))
            .arg("migratory")
            .args(args.split_whitespace())
            .current_dir(folder)
            .env_remove("DATABASE_URL")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn succeeds(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        assert!(
            !self.out.contains('\u{1b}') && !self.err.contains('\u{1b}'),
            "no colors without a terminal"
        );
        self.out
    }

    #[track_caller]
    fn exits(self, code: i32, saying: &str) {
        let output = format!("{}{}", self.out, self.err);
        assert_eq!(self.code, code, "{output}");
        assert!(output.contains(saying), "{output}");
    }
}

#[test]
fn a_database_goes_up_and_down_with_telling_exit_codes() {
    let package = Package::new();
    package.run("status").exits(1, "no database at");
    package.run("plan").exits(1, "no database at");
    let up = package.run("up").succeeds();
    assert_eq!(up.lines().count(), 12, "{up}");
    assert!(package.run("up").succeeds().contains("nothing to do"));
    assert!(package.run("status").succeeds().ends_with("12 applied, 0 pending\n"));
    package.run("down 2 --yes").succeeds();
    package.run("status").exits(4, "10 applied, 2 pending");
    package.run("plan").exits(4, "apply  12  count_plays");
    package.run("plan --sql --to 11").exits(4, "-- db/sql/0011_drop_person_biography.up.sql");
    package.run("plan --down 2").exits(4, "revert   9");
    package.run("to 0012 --yes").succeeds();
    package.run("plan --redo").exits(4, "revert  12");
    package.run("plan --redo --down 1").exits(2, "cannot be used with");
    package.run("redo --yes").succeeds();
    package.run("to 3").exits(10, "confirmation required");
    package.run("to 99").exits(2, "no migration has version 99");
    assert!(package.run("history").succeeds().contains("count_plays"));
}

#[test]
fn an_endless_history_is_not_printed() {
    let package = Package::new();
    package
        .open()
        .execute_batch(
            "CREATE VIEW migratory_history AS \
             WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT i AS version FROM n",
        )
        .unwrap();
    for command in ["history", "history --json", "status", "plan", "up"] {
        package.run(command).exits(1, "not as migratory creates it: it is a view");
    }
}

#[test]
fn status_plan_and_history_print_json() {
    let package = Package::new();
    package.run("to 11").succeeds();
    let ran = package.run("status --json");
    let status: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (status["current"].as_i64(), status["pending"].as_i64(), ran.code),
        (Some(11), Some(1), 4)
    );
    assert_eq!(status["migrations"][11]["state"], "pending");
    let ran = package.run("plan --json");
    let plan: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((plan["steps"][0]["version"].as_i64(), ran.code), (Some(12), 4));
    let history: serde_json::Value =
        serde_json::from_str(&package.run("history --json").succeeds()).unwrap();
    assert_eq!(history.as_array().unwrap().len(), 11);
}

#[test]
fn a_database_with_rows_is_backed_up_before_and_can_be_restored() {
    let package = Package::filled();
    let ran = package.run("up --yes");
    assert!(ran.err.contains("backup: "), "{}", ran.err);
    ran.succeeds();
    let backups = || -> Vec<PathBuf> {
        let entries =
            fs::read_dir(package.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|it| it == "backup")).collect()
    };
    let [backup] = backups().try_into().unwrap();
    package.run(&format!("restore {} --yes", backup.display())).succeeds();
    package.run("status").exits(4, "6 applied, 6 pending");
    package.run("up --yes --no-backup").succeeds();
    assert_eq!(backups().len(), 1);
    package.run("backup other.db").succeeds();
    assert!(package.path("other.db").exists());
}

#[test]
fn a_backup_is_never_written_onto_the_database() {
    let package = Package::new();
    package.run("up").succeeds();
    let before = fs::read(package.path("app.db")).unwrap();
    for name in ["app.db", "./db/../app.db", "app.db-wal", "app.db-journal"] {
        package.run(&format!("backup {name}")).exits(1, "the database can't be backed up to");
    }
    package
        .run("backup src/main.rs")
        .exits(1, "is not an SQLite database, so it is not overwritten");
    assert!(before == fs::read(package.path("app.db")).unwrap());
}

#[test]
fn the_replaced_database_is_kept_and_named() {
    let package = Package::new();
    package.run("to 6").succeeds();
    let backup = package.run("backup").succeeds();
    let restore = format!("restore {}", backup.trim());
    package.run("up --yes --no-backup").succeeds();
    package.run(&restore).exits(10, "this replaces");
    let ran = package.run(&format!("{restore} --yes"));
    assert!(ran.out.ends_with("app.db, at version 6\n"), "{}", ran.out);
    let (_, back) = ran.err.split_once("to undo this: cargo migratory ").unwrap();
    package.run("status").exits(4, "6 applied, 6 pending");
    package.run(&format!("{} --yes", back.trim())).succeeds();
    package.run("status").succeeds();
}

#[test]
fn another_database_is_restored_only_if_its_target_is_named() {
    let package = Package::new();
    package.run("up").succeeds();
    let other = Connection::open(package.path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE other (x)").unwrap();
    let ran = package.run("restore other.db --yes");
    expect_test::expect![[r"
        error: can't restore other.db: it has no `migratory_history`, so it does not look like a backup of this database
          the database is unchanged
        help: to restore it anyway: `cargo migratory restore other.db --insist app.db`
    "]]
    .assert_eq(&ran.err);
    assert_eq!(ran.code, 1);
    package
        .run("restore other.db --yes --insist other.db")
        .exits(2, "names another database than `app.db`");
    package.run("restore other.db --insist app.db").exits(10, "this replaces");
    package.run("restore other.db --yes --insist app.db").succeeds();
    package.run("restore none.db --yes --database new.db").exits(1, "none.db can't be restored");
    assert!(!package.path("new.db").exists(), "nothing is left of what failed");
}

#[test]
fn a_rehearsal_runs_on_a_copy_and_leaves_the_original_alone() {
    let package = Package::filled();
    let before = fs::read(package.path("app.db")).unwrap();
    let output = package.run("rehearse").succeeds();
    assert!(output.contains("item"), "{output}");
    assert!(output.contains("100000"), "{output}");
    assert!(output.contains("up, down and up again: the copy is sound"), "{output}");
    assert!(before == fs::read(package.path("app.db")).unwrap(), "not a byte is another");
    let json: serde_json::Value =
        serde_json::from_str(&package.run("rehearse --json --keep kept.db").succeeds()).unwrap();
    assert_eq!(json["steps"].as_array().unwrap().len(), 6);
    assert_eq!(json["back"]["tables"]["item"]["compared"], 100_000);
    assert!(package.path("kept.db").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(package.path("kept.db")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "what was copied may be private");
    }
    package.run("rehearse --keep app.db").exits(1, "app.db already exists");
    package.run("rehearse --keep app.db-wal").exits(1, "has the name of an SQLite side file");
    assert_eq!(fs::read_dir(package.folder.path()).unwrap().count(), 5, "nothing else was written");
}

#[test]
fn drift_newer_databases_and_edited_migrations_have_exit_codes() {
    let package = Package::new();
    package.run("up").succeeds();
    package.run("verify").succeeds();
    package.open().execute_batch("CREATE TABLE own (x)").unwrap();
    package.run("verify").exits(5, "table own is not part of the migrations");
    package.run("status").exits(5, "1 added");
    package.run("verify --ignore own").succeeds();
    package.open().execute_batch("DROP TABLE own").unwrap();
    let text = fs::read_to_string(package.path("db/sql/0012_count_plays.up.sql")).unwrap();
    package.write("db/sql/0012_count_plays.up.sql", &text.replace("DEFAULT 0", "DEFAULT (0)"));
    package.run("up").exits(6, "migrations were edited after they were applied");
    package.run("repair edited 12").succeeds();
    package.write("db/sql/0012_count_plays.up.sql", &text);
    for direction in ["up", "down"] {
        fs::remove_file(package.path(&format!("db/sql/0012_count_plays.{direction}.sql"))).unwrap();
    }
    package.run("up").exits(7, "the database is at version 12");
    package.run("status").exits(7, "unknown here");
}

#[test]
fn existing_databases_are_baselined_and_adopted() {
    let package = Package::new();
    package.run("to 8").succeeds();
    package.open().execute_batch("DROP TABLE migratory_history; PRAGMA user_version = 0").unwrap();
    package.run("up --yes").exits(1, "`Runner::baseline`");
    package.run("baseline 6").exits(5, "the schema is not that of version 6");
    package.run("adopt").exits(1, "no history of a known library");
    package.run("adopt nonsense").exits(2, "unknown library `nonsense`");
    package.run("baseline 8").succeeds();
    package.open().execute_batch("DROP TABLE migratory_history; PRAGMA user_version = 8").unwrap();
    assert!(package.run("adopt rusqlite-migration").succeeds().contains("recorded 8 migrations"));
    assert!(package.run("history").succeeds().contains("adopted from rusqlite_migration"));
}

#[test]
fn a_committed_schema_is_compared() {
    let package = Package::new();
    let schema = package.run("schema").succeeds();
    assert!(schema.starts_with("CREATE TABLE borrower ("), "{schema}");
    package.write("schema.sql", &schema);
    package.run("schema --check schema.sql").succeeds();
    package.write("schema.sql", &package.run("schema --at 11").succeeds());
    package.run("schema --check schema.sql").exits(9, "schema.sql is out of date");
    assert!(package.run("diff 11 latest").succeeds().contains("added table play"));
    assert_eq!(package.run("diff 12 latest").succeeds(), "no differences\n");
    package.run("up").succeeds();
    assert_eq!(package.run("diff latest app.db").succeeds(), "no differences\n");
    package.run("diff nowhere.db 3").exits(2, "pass a version, `latest`");
}

#[test]
fn missing_damaged_and_locked_databases_are_reported_with_help() {
    let folder = tempfile::tempdir().unwrap();
    Ran::of(folder.path(), "status").exits(1, "no Cargo.toml here");
    fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"x\"").unwrap();
    Ran::of(folder.path(), "status").exits(1, "the package has no migrations");
    let package = Package::new();
    package.run("status --database postgres://here").exits(1, "`postgres` isn't SQLite");
    package.write("letter.db", &"This is a letter. ".repeat(100));
    package.run("up --database letter.db").exits(1, "not an SQLite database");
    package.run("to 11").succeeds();
    let holder = package.open();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    package.run("up").exits(8, "in use by another connection");
    drop(holder);
    package.run("up").succeeds();
    package.write("db/sql/0013_broken.up.sql", "CREATE TABLE t (x;");
    package.write("db/sql/0013_broken.down.sql", "DROP TABLE t;");
    package.run("up").exits(3, "`cargo migratory check` shows them");
    package.run("status").exits(4, "12 applied, 1 pending");
}

#[test]
fn every_command_has_an_example() {
    let folder = tempfile::tempdir().unwrap();
    let help = Ran::of(folder.path(), "--help").succeeds();
    let commands: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect();
    assert!(commands.len() > 20, "{commands:?}");
    for command in commands {
        let help = Ran::of(folder.path(), &format!("{command} --help")).succeeds();
        assert!(help.contains("Example"), "{command}: {help}");
    }
}

/// Interrupts an endless statement, which the rehearsal skips.
#[cfg(unix)]
#[test]
fn ctrl_c_leaves_the_database_unchanged() {
    let package = Package::new();
    package.run("up").succeeds();
    let endless = "-- migratory: no-rehearsal: it never ends\n\
        CREATE TABLE n AS WITH RECURSIVE c (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c) SELECT i FROM c LIMIT 1000000000000;\n";
    package.write("db/sql/0013_endless.up.sql", endless);
    package.write(
        "db/sql/0013_endless.down.sql",
        "-- migratory: no-rehearsal: it never ends\nDROP TABLE n;\n",
    );
    let child = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"))
        .args(["up", "--no-backup"])
        .current_dir(package.folder.path())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // It is running once it holds the write lock.
    let probe = package.open();
    probe.busy_timeout(std::time::Duration::ZERO).unwrap();
    while probe.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{error}");
    assert!(error.contains("the run was cancelled in db/sql/0013_endless.up.sql"), "{error}");
    package.run("status").exits(4, "12 applied, 1 pending");
}

#[test]
fn steps_in_rust_run_only_in_the_application() {
    let package = Package::new();
    package.run("up").succeeds();
    package.write(
        "db/sql/0013_hash.up.sql",
        "-- migratory: code\nALTER TABLE person ADD COLUMN hash TEXT;\n",
    );
    package.write(
        "db/sql/0013_hash.down.sql",
        "-- migratory: code\nALTER TABLE person DROP COLUMN hash;\n",
    );
    package.run("up").exits(1, "steps in Rust are part of the application");
    package.run("plan").exits(4, "apply  13  hash");
    assert!(package.run("schema").succeeds().contains("hash TEXT"));
    assert!(package.run("diff 12 13").succeeds().contains("changed table person"));
}
