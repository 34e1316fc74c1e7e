//! The text of each error, as people read it in a log.

use expect_test::{Expect, expect};
use migratory::{Backup, Error, Runner, Target, Version};
use rusqlite::Connection;

use crate::support::{Database, numbered_set, runner};

const NOTES: (&str, &str) =
    ("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);", "DROP TABLE note;");
const MORE: (&str, &str) = ("CREATE TABLE more (x);", "DROP TABLE more;");

fn expect_text(error: &Error, expected: &Expect) {
    // The duration of a migration varies from run to run.
    let text = format!("{error:#}");
    let untimed = |line: &str| {
        if line.trim_start().starts_with("applied ") {
            line.rsplit_once("  ").map_or(line, |(before, _)| before).to_owned()
        } else {
            line.to_owned()
        }
    };
    expected.assert_eq(&text.lines().map(untimed).collect::<Vec<_>>().join("\n"));
    assert_eq!(format!("{error:?}"), text, "a `main` that returns it prints the same");
    let brief = error.to_string();
    match std::error::Error::source(error).map(ToString::to_string) {
        None => assert_eq!(brief, text),
        Some(source) => {
            assert!(text.contains(&source), "{source}\n{text}");
            assert!(
                !brief.contains(&source),
                "a program that prints sources would print it twice:\n{brief}"
            );
        }
    }
}

fn up(database: &Database, scripts: &[(&str, &str)]) -> Error {
    runner(scripts).up(&mut database.open()).expect_err("an error")
}

#[test]
fn a_failed_statement_is_shown_with_its_position() {
    let database = Database::new();
    let wrong = "-- Adds a table.\nCREATE TABLE tag (name);\n\nINSERT INTO note (id, txt)\nVALUES (1, 'a');\n";
    expect_text(
        &up(&database, &[NOTES, (wrong, "")]),
        &expect![[r"
        migrations/2_step.up.sql:4:1: table note has no column named txt
            INSERT INTO note (id, txt)
            VALUES (1, 'a');
        its transaction was rolled back: nothing of it remains"]],
    );
}

#[test]
fn a_first_migration_over_existing_tables_suggests_a_baseline() {
    let database = Database::with("CREATE TABLE note (x)");
    expect_text(
        &up(&database, &[NOTES]),
        &expect![[r"
            migrations/1_step.up.sql:1:14: table note already exists
                CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);
            its transaction was rolled back: nothing of it remains
            help: the database has tables but no history; if it existed before, `Runner::baseline` records its version, and `Runner::adopt` adopts it from another library"]],
    );
}

#[test]
fn a_statement_that_would_end_the_transaction_is_refused() {
    let database = Database::new();
    expect_text(
        &up(&database, &[("CREATE TABLE a (b);\nCOMMIT;", "")]),
        &expect![[r"
        migrations/1_step.up.sql:2:1: a migration may not begin or end a transaction itself
            COMMIT;
        its transaction was rolled back: nothing of it remains"]],
    );
}

#[test]
fn a_dirty_migration_is_explained_when_it_stops_and_on_later_runs() {
    let database = Database::new();
    let scripts =
        [NOTES, ("-- migratory: no-transaction\nCREATE TABLE a (b);\nVACUUM nowhere;", "")];
    expect_text(
        &up(&database, &scripts),
        &expect![[r"
            migrations/2_step.up.sql:3:8: unknown database nowhere
                VACUUM nowhere;
            the script runs outside a transaction; its progress is recorded: statement 1 of 2 is done
            help: try again, which is safe: the next run continues there, even if you correct the text from there on
            help: or resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone(2)`, or complete it and call `Runner::repair` with `Repair::Done(2)`
            done and committed before that:
                applied  1  step"]],
    );
    let mut conn = database.open();
    conn.busy_timeout(std::time::Duration::ZERO).expect("no timeout");
    expect_text(
        &runner(&scripts).up(&mut conn).expect_err("dirty"),
        &expect![[r"
            migrations/2_step.up.sql:3:8: unknown database nowhere
                VACUUM nowhere;
            the script runs outside a transaction; its progress is recorded: statement 1 of 2 is done
            help: try again, which is safe: the next run continues there, even if you correct the text from there on
            help: or resolve it by hand: undo the script and call `Runner::repair` with `Repair::Undone(2)`, or complete it and call `Runner::repair` with `Repair::Done(2)`"]],
    );
}

#[test]
fn each_mismatch_with_the_history_is_explained() {
    let database = Database::new();
    runner(&[NOTES, MORE]).up(&mut database.open()).expect("two versions");
    expect_text(
        &up(&database, &[NOTES]),
        &expect![[r"
            the database is at version 2, but this program knows only versions up to 1; it does not know:
                2 step
            nothing was changed
            help: a newer version of the program applied them; use that version
            help: `NewerDatabase::RollBack` reverts them with the downs stored in the database; `NewerDatabase::Tolerate` accepts those that are marked as compatible"]],
    );
    expect_text(
        &up(&database, &[NOTES, ("CREATE TABLE other (x);", "")]),
        &expect![[r"
            migrations were edited after they were applied:
                migrations/2_step.up.sql
            nothing was changed in the database
            help: restore their text, and write the change as a new migration
            help: during development, `Runner::redo` reverts the newest as it was applied, and applies its new text
            help: if the database already matches the new text, `Runner::repair` with `Repair::Edited` accepts it"]],
    );
    let inserted =
        numbered_set(&[(0, "CREATE TABLE z (x);", None), (1, NOTES.0, None), (2, MORE.0, None)]);
    expect_text(
        &Runner::new(inserted).up(&mut database.open()).expect_err("0 is below"),
        &expect![[r"
            migrations are pending below migrations/2_step.up.sql, which is already applied:
                migrations/0_step.up.sql
            nothing was changed: they were written for an earlier schema than the database has
            help: give them versions above the applied ones
            help: or revert to the version before them with `Runner::to`, and call `Runner::up` again"]],
    );
    database
        .open()
        .execute_batch("UPDATE migratory_history SET chain = checksum")
        .expect("an update");
    database.open().execute_batch("PRAGMA user_version = 0").expect("no stamp");
    expect_text(
        &up(&database, &[NOTES, MORE]),
        &expect![[r"
            the history of the database is broken at version 1: its `chain` does not follow from the rows before
            nothing was changed
            help: somebody edited the table `migratory_history`; restore the database from a backup"]],
    );
    database.open().execute_batch("UPDATE migratory_history SET state = 'x'").expect("an update");
    expect_text(
        &up(&database, &[NOTES, MORE]),
        &expect![[r"
            the history of the database is broken at version 1: its `state` has a value that migratory never writes
            nothing was changed
            help: somebody edited the table `migratory_history`; restore the database from a backup"]],
    );
}

#[test]
fn an_unreachable_target_changes_nothing() {
    let database = Database::new();
    let runner = Runner::new(numbered_set(&[(1, NOTES.0, None), (2, MORE.0, Some(MORE.1))]));
    let mut conn = database.open();
    runner.up(&mut conn).expect("up");
    expect_text(
        &runner.to(&mut conn, Version::new(7)).expect_err("no such version"),
        &expect![[r"
            this program has no migration 7; its newest is 2
            nothing was changed
            help: use a constant that `embed_migrations!` emits, or `Target::Latest`"]],
    );
    expect_text(
        &runner.to(&mut conn, Target::Empty).expect_err("irreversible"),
        &expect![[r"
            migration 1 step can't be reverted: there is no way back
            nothing was changed
            help: to go back anyway, restore a backup from before it with `Runner::restore`"]],
    );
}

#[test]
fn a_locked_database_may_be_retried() {
    let database = Database::new();
    let holder = database.open();
    holder.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let mut conn = database.open();
    conn.busy_timeout(std::time::Duration::ZERO).expect("no timeout");
    let error = runner(&[NOTES]).up(&mut conn).expect_err("locked");
    assert!(error.is_busy());
    expect_text(
        &error,
        &expect![[r"
            the database is in use by another connection: database is locked
            nothing was changed; retrying later is safe
            help: `Connection::busy_timeout` sets how long to wait"]],
    );
}

#[test]
fn a_read_only_database_with_pending_migrations_is_reported() {
    let database = Database::with("CREATE TABLE theirs (x)");
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let mut conn = Connection::open_with_flags(database.path(), flags).expect("a reader");
    let error = runner(&[NOTES]).up(&mut conn).expect_err("read-only");
    assert!(error.is_read_only());
    expect_text(
        &error,
        &expect![[r"
            the database has pending migrations, but can't be written: attempt to write a readonly database
            help: open it for writing, without `PRAGMA query_only`, and make its folder writable too"]],
    );
}

#[test]
fn a_file_that_is_not_a_database_is_reported() {
    let database = Database::new();
    std::fs::write(database.path(), "This is a letter, not a database. ".repeat(40))
        .expect("a file");
    let error = up(&database, &[NOTES]);
    assert!(error.is_not_a_database());
    expect_text(
        &error,
        &expect![[r"
            the file is not an SQLite database, or it is damaged or encrypted: file is not a database
            nothing was changed
            help: check the path; if the database is damaged, restore it from a backup"]],
    );
}

#[test]
fn a_foreign_table_named_like_the_history_is_refused() {
    let database = Database::with("CREATE TABLE migratory_history (version INTEGER, name, note)");
    expect_text(
        &up(&database, &[NOTES]),
        &expect![[r"
            `migratory_history` in the database is not as migratory creates it: it lacks `checksum`, `chain`, `schema_hash`, `down`, `applied_at`, `duration_ms`, `state`, `stamp`, `compatible_with`, `down_code`, `remark`, `progress`
            nothing was changed
            help: rename or drop what migratory did not create, or restore the database from a backup"]],
    );
}

#[test]
fn an_index_named_like_the_history_is_refused() {
    let database = Database::with("CREATE TABLE a (b); CREATE INDEX Migratory_history ON a (b)");
    let error = up(&database, &[NOTES]);
    assert!(matches!(error.kind(), migratory::ErrorKind::NotOurs { .. }), "{error}");
}

#[test]
fn an_outdated_sqlite_is_refused() {
    let set = crate::support::set(&[NOTES]).needing(4_001_002);
    let error = Runner::new(&set).up(&mut Database::new().open()).expect_err("too old");
    let text = error.to_string().replace(rusqlite::version(), "<version>");
    expect![[r"
        the migrations need SQLite 4.1.2, but the linked version is <version>
        nothing was changed
        help: link a newer SQLite; the feature `bundled` includes one"]]
    .assert_eq(&text);
}

#[test]
fn an_open_transaction_is_refused() {
    let mut conn = Database::new().open();
    conn.execute_batch("BEGIN").expect("a transaction");
    expect_text(
        &runner(&[NOTES]).up(&mut conn).expect_err("in a transaction"),
        &expect![[r"
            the connection is inside a transaction, and migrations need their own
            help: call the runner before the transaction begins or after it ends"]],
    );
}

/// Returns the texts of an error and its sources, as programs print them that don't know migratory.
fn chain(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect()
}

#[test]
fn each_source_is_printed_exactly_once() {
    let database = Database::new();
    let conn = &mut database.open();
    let unknown = ("CREATE TABLE a (b);\nINSERT INTO a SELECT absent FROM a;", "");
    let statement = runner(&[unknown]).up(conn).expect_err("there is no such column");
    let whole = chain(&statement).join("\n");
    assert_eq!(whole.matches("INSERT INTO a").count(), 1, "{whole}");
    assert_eq!(whole.matches("no such column: absent").count(), 1, "{whole}");

    let calls = ("CREATE TABLE a (b);\nINSERT INTO a VALUES (program_s_own());", "");
    conn.execute_batch("CREATE TABLE a (b)").expect("a table");
    let absent = database.path().with_extension("absent");
    let errors = [
        ("no such function", runner(&[calls]).baseline(conn, Version::new(1)).err()),
        ("No such file", Backup::restore(&absent, conn).err()),
        ("No such file", Backup::to(absent.join("copy")).take(conn).err()),
        ("text failed", failing_code().up(&mut Database::new().open()).err()),
    ];
    for (words, error) in errors {
        let error = error.expect(words);
        let chain = chain(&error);
        assert!(!chain[0].contains(words), "{error}");
        assert!(chain[1].contains(words), "{error:#}");
        assert!(format!("{error:#}").contains(words), "{error:#}");
        assert!(error.problem().contains(words), "{error:#}");
    }
}

fn failing_code() -> Runner<'static> {
    let script = "-- migratory: code\nCREATE TABLE a (b);";
    runner(&[(script, "")]).code(Version::new(1), |_| Err("text failed".into()))
}
