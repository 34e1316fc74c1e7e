//! `rehearse`: what it proves on a copy of a real database, and that it leaves nothing else behind.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that can't continue panics")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use expect_test::{Expect, expect};
use migratory_runtime::rusqlite::Connection;
use serde_json::Value;

#[path = "rehearse/assumed.rs"]
mod assumed;

/// Left out of the rehearsal while the program compiles: here the real rows show what it does.
const HEAD: &str = "-- migratory: no-rehearsal: it is tried on a copy\n";
const FIRST: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, zip TEXT);\n\
    CREATE TABLE visit (person_id INTEGER REFERENCES person ON DELETE CASCADE, what TEXT);\n";
const ROWS: &str =
    "INSERT INTO person VALUES (1, 'Ada', '02139'), (2, 'Bob', '7'), (3, 'Cy', NULL);
    INSERT INTO visit VALUES (1, 'came'), (1, 'came'), (2, 'went');";

/// A package with a database at version 1, and temporary files in a folder of its own.
struct Package {
    folder: tempfile::TempDir,
}

impl Package {
    fn new(up: &str, down: &str) -> Self {
        let package = Self { folder: tempfile::tempdir().unwrap() };
        package.write("Cargo.toml", "[package]\nname = \"app\"\n");
        package.write("src/lib.rs", "migratory::embed_migrations!();");
        package.write("migrations/0001_people.up.sql", FIRST);
        package.write("migrations/0001_people.down.sql", "DROP TABLE visit; DROP TABLE person;");
        package.write("tmp/.kept", "");
        assert!(package.run("up --database app.db").status.success());
        package.open().execute_batch(ROWS).unwrap();
        package.write("migrations/0002_change.up.sql", up);
        package.write("migrations/0002_change.down.sql", down);
        package
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn open(&self) -> Connection {
        Connection::open(self.path("app.db")).unwrap()
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"));
        command.arg("migratory").args(args.split_whitespace()).current_dir(self.folder.path());
        command.env_remove("DATABASE_URL").env("TMPDIR", self.path("tmp")).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &str) -> Output {
        self.command(args).output().unwrap()
    }

    /// What it says, without the migrations' times.
    fn rehearse(&self, code: i32) -> String {
        let before = fs::read(self.path("app.db")).unwrap();
        let output = self.run("rehearse --database app.db");
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{out}{err}");
        assert!(before == fs::read(self.path("app.db")).unwrap(), "not a byte is another");
        assert_eq!(self.left(), [".kept"]);
        let out = out.split_once("\n\n").map_or(&*out, |(_, rest)| rest);
        let errors = err.lines().filter(|line| !line.starts_with("rehearsing on two copies of "));
        let errors: Vec<_> = errors.collect();
        format!("{out}{}", errors.join("\n"))
    }

    fn json(&self) -> Value {
        let output = self.run("rehearse --database app.db --json");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
    }

    /// What is in the folder for temporary files.
    fn left(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn says(up: &str, down: &str, code: i32, expected: &Expect) {
    let package = Package::new(&format!("{HEAD}{up}"), &format!("{HEAD}{down}"));
    expected.assert_eq(&package.rehearse(code));
}

fn rebuilt(columns: &str, query: &str) -> String {
    format!(
        "PRAGMA foreign_keys = OFF; CREATE TABLE p ({columns}); INSERT INTO p {query}; DROP TABLE person; \
         ALTER TABLE p RENAME TO person; PRAGMA foreign_keys = ON;"
    )
}

const PERSON: &str = "id INTEGER PRIMARY KEY, name TEXT NOT NULL, zip TEXT";

#[test]
fn what_is_fine_came_back_as_it_was() {
    let up = "ALTER TABLE person RENAME COLUMN zip TO postcode;";
    let down = "ALTER TABLE person RENAME COLUMN postcode TO zip;";
    says(
        up,
        down,
        0,
        &expect![[r"
            table   rows before  rows after
            person            3           3
            visit             3           3

            up, down and up again: the copy is sound and was restored exactly; 2 tables, 6 rows and 15 values compared
        "]],
    );
}

#[test]
fn values_that_a_copy_converts_are_named() {
    let up = rebuilt(&PERSON.replace("zip TEXT", "zip INTEGER"), "SELECT * FROM person");
    says(
        &up,
        &rebuilt(PERSON, "SELECT * FROM person"),
        3,
        &expect![[r"
            table   rows before  rows after
            person            3           3
            visit             3           3

            lost: 1 value of person.zip differs
                id = 1: '02139' became 2139
            after the down:
            not restored: 1 value of person.zip differs
                id = 1: '02139' became '2139'
            rows or values are lost; 2 tables, 6 rows and 15 values compared after the up
            help: if the loss is intended, declare it: with a DELETE or an UPDATE of that table or, for a copy, at the top of the file: `-- migratory: allow(partial_copy): <reason>` for rows, `allow(values_move: <table>.<column>)` for values
        "]],
    );
}

#[test]
fn rows_that_a_way_back_leaves_out_are_named() {
    let up = "ALTER TABLE person ADD COLUMN note;";
    let down = rebuilt(PERSON, "SELECT id, name, zip FROM person WHERE zip <> ''");
    says(
        up,
        &down,
        3,
        &expect![[r"
            table   rows before  rows after
            person            3           3
            visit             3           3

            after the down:
            not restored: 1 of 3 rows of person is missing
                id = 3
            the down does not restore the copy; 2 tables, 5 rows and 12 values compared
        "]],
    );
}

/// As in `check`, the order of columns alone is no difference.
#[test]
fn columns_may_come_back_in_another_order() {
    let up = "ALTER TABLE person ADD COLUMN note;";
    for (columns, code) in [
        ("id INTEGER PRIMARY KEY, zip TEXT, name TEXT NOT NULL", 0),
        ("id INTEGER PRIMARY KEY, zip TEXT, name TEXT", 3),
    ] {
        let down = rebuilt(columns, "SELECT id, zip, name FROM person");
        let told = Package::new(up, &format!("{HEAD}{down}")).rehearse(code);
        let is_told = told.contains("not restored: table person: the definition differs");
        assert_eq!(is_told, code != 0, "{told}");
    }
}

#[test]
fn what_a_script_says_is_named_and_no_loss() {
    let up = "UPDATE person SET name = upper(name); DELETE FROM visit WHERE what = 'went'; \
        UPDATE person SET zip = coalesce(zip, '');";
    says(
        up,
        "SELECT 1 WHERE 0;",
        0,
        &expect![[r"
            table   rows before  rows after
            person            3           3
            visit             3           2

            intended by migrations/0002_change.up.sql: 3 values of person.name differ
            intended by migrations/0002_change.up.sql: 1 value of person.zip differs
            intended by migrations/0002_change.up.sql: 1 of 3 rows of visit is missing
            after the down:
            intended by migrations/0002_change.up.sql: 3 values of person.name differ
            intended by migrations/0002_change.up.sql: 1 value of person.zip differs
            intended by migrations/0002_change.up.sql: 1 of 3 rows of visit is missing
            up, down and up again: the copy is sound; 2 tables, 5 rows and 13 values compared, and all losses are declared
        "]],
    );
}

#[test]
fn a_script_that_fails_on_the_rows_is_an_error() {
    let up = "CREATE UNIQUE INDEX once ON visit (person_id, what);";
    says(
        up,
        "DROP INDEX once;",
        1,
        &expect![[r"
        error: migrations/0002_change.up.sql:2:1: UNIQUE constraint failed: visit.person_id, visit.what
              CREATE UNIQUE INDEX once ON visit (person_id, what);
          its transaction was rolled back: nothing of it remains"]],
    );
}

/// The up is compared and shown, also where there is no way down.
#[test]
fn a_way_back_that_fails_is_an_error_after_what_was_seen() {
    let up = "ALTER TABLE person ADD COLUMN note TEXT;";
    let down = rebuilt(&format!("{PERSON}, CHECK (zip > '1')"), "SELECT id, name, zip FROM person");
    says(
        up,
        &down,
        1,
        &expect![[r"
        table   rows before  rows after
        person            3           3
        visit             3           3

        error: migrations/0002_change.down.sql:2:118: CHECK constraint failed: zip > '1'
              INSERT INTO p SELECT id, name, zip FROM person;
          its transaction was rolled back: nothing of it remains"]],
    );
    let up = "-- migratory: irreversible: it is gone\n-- migratory: allow(drop_table): it is old\nDROP TABLE visit;";
    let package = Package::new(up, "");
    fs::remove_file(package.path("migrations/0002_change.down.sql")).unwrap();
    expect![[r"
        table   rows before  rows after
        person            3           3
        visit             3           -

        intended by migrations/0002_change.up.sql: 3 of 3 rows of visit are missing
        it can't be rolled back: migration 2 change can't be reverted: it is gone
        up: the copy is sound; 2 tables, 3 rows and 9 values compared
    "]]
    .assert_eq(&package.rehearse(0));
}

#[test]
fn a_full_text_index_that_finds_other_rows_is_named() {
    let up = rebuilt(
        &PERSON.replace("INTEGER PRIMARY KEY", "INT PRIMARY KEY"),
        "SELECT * FROM person ORDER BY name DESC",
    );
    let package = Package::new(
        &format!("{HEAD}{up}"),
        &format!("{HEAD}{}", rebuilt(PERSON, "SELECT * FROM person")),
    );
    let search = "CREATE VIRTUAL TABLE search USING fts5 (name, content = 'person'); INSERT INTO search (search) VALUES ('rebuild');";
    package.open().execute_batch(search).unwrap();
    expect![[r#"
        table   rows before  rows after
        person            3           3
        visit             3           3

        lost: the full-text index search does not match its rows: fts5: checksum mismatch for table "search"
        rows or values are lost; 2 tables, 6 rows and 15 values compared after the up
        help: if the loss is intended, declare it: with a DELETE or an UPDATE of that table or, for a copy, at the top of the file: `-- migratory: allow(partial_copy): <reason>` for rows, `allow(values_move: <table>.<column>)` for values
    "#]].assert_eq(&package.rehearse(3));
}

/// No migration knows the trigger: only the real database has it.
#[test]
fn what_the_file_itself_does_is_named() {
    let package = Package::new(
        "ALTER TABLE person ADD COLUMN note; UPDATE person SET note = '-';",
        "ALTER TABLE person DROP COLUMN note;",
    );
    let trigger = "CREATE TRIGGER tidy AFTER UPDATE ON person BEGIN DELETE FROM visit WHERE person_id = NEW.id; END;
        CREATE TABLE pragma_page_count (page_count); INSERT INTO pragma_page_count VALUES (-1), ('x');
        CREATE TABLE pragma_page_size (page_size); CREATE VIEW dbstat AS SELECT 1;";
    package.open().execute_batch(trigger).unwrap();
    expect![[r"
        table              rows before  rows after
        person                       3           3
        pragma_page_count            2           2
        pragma_page_size             0           0
        visit                        3           0

        lost: 3 of 3 rows of visit are missing
            rowid = 1
            rowid = 2
            rowid = 3
        after the down:
        not restored: 3 of 3 rows of visit are missing
            rowid = 1
            rowid = 2
            rowid = 3
        rows or values are lost; 4 tables, 5 rows and 11 values compared after the up
        help: if the loss is intended, declare it: with a DELETE or an UPDATE of that table or, for a copy, at the top of the file: `-- migratory: allow(partial_copy): <reason>` for rows, `allow(values_move: <table>.<column>)` for values
    "]]
    .assert_eq(&package.rehearse(3));
    let seen = package.json();
    assert_eq!(seen["up"]["differences"][0]["table"], "visit");
    assert_eq!(seen["up"]["differences"][0]["standing"], "lost");
    assert_eq!(seen["up"]["differences"][0]["rows"], 3);
    assert_eq!(seen["back"]["tables"]["person"]["compared"], 3);
    assert_eq!(seen["back"]["tables"]["person"]["values"], 9);
    assert!(seen["steps"][0]["growth"].as_i64().unwrap() >= 0);
}

/// What another connection has committed is in the copy; what it has not is not; nobody waits.
#[test]
fn a_database_that_is_written_to_is_copied_as_it_is() {
    let package =
        Package::new("ALTER TABLE person ADD COLUMN note;", "ALTER TABLE person DROP COLUMN note;");
    let writer = package.open();
    writer.execute_batch("PRAGMA journal_mode = WAL; INSERT INTO visit VALUES (3, 'committed'); BEGIN IMMEDIATE; INSERT INTO visit VALUES (3, 'not');").unwrap();
    let seen = package.json();
    assert_eq!(seen["back"]["tables"]["visit"]["before"], 4);
    writer.execute_batch("COMMIT; PRAGMA journal_mode = DELETE; BEGIN IMMEDIATE; INSERT INTO visit VALUES (3, 'more');").unwrap();
    assert_eq!(package.json()["back"]["tables"]["visit"]["before"], 5);
    writer.execute_batch("COMMIT; BEGIN EXCLUSIVE").unwrap();
    assert_eq!(package.run("rehearse --database app.db").status.code(), Some(8));
}

#[test]
fn a_damaged_file_is_refused() {
    let package =
        Package::new("ALTER TABLE person ADD COLUMN note;", "ALTER TABLE person DROP COLUMN note;");
    let mut bytes = fs::read(package.path("app.db")).unwrap();
    let root: u32 = package
        .open()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'visit'", [], |row| row.get(0))
        .unwrap();
    bytes[4096 * (root as usize - 1)..][..100].fill(0xee);
    fs::write(package.path("app.db"), bytes).unwrap();
    let output = package.run("rehearse --database app.db");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("app.db is damaged"), "{output:?}");
    assert_eq!(package.left(), [".kept"]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_behind() {
    let endless = format!(
        "{HEAD}CREATE TABLE n AS WITH RECURSIVE c (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM c) SELECT i FROM c LIMIT 1000000000000;"
    );
    let package = Package::new(&endless, &format!("{HEAD}DROP TABLE n;"));
    let child = package
        .command("rehearse --database app.db --keep kept.db")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The journal is there while the migration runs.
    while !package.path("kept.db-journal").exists() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(text(&output.stderr).ends_with("error: stopped by Ctrl-C\n"), "{output:?}");
    assert_eq!(package.left(), [".kept"]);
    assert!(!package.path("kept.db").exists() && !package.path("kept.db-journal").exists());
}
