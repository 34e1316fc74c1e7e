//! A run applies everything or nothing, in order, and can be reverted.

use expect_test::expect;
use migratory::{Direction, Goal, Grouping, Repair, Runner, State, Target, Version};

use crate::support::{Database, dump, numbered_set, runner, set, value};

const NOTES: [(&str, &str); 3] = [
    ("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);", "DROP TABLE note;"),
    ("INSERT INTO note (text) VALUES ('a'), ('b');", "DELETE FROM note;"),
    ("ALTER TABLE note ADD COLUMN done INTEGER;", "ALTER TABLE note DROP COLUMN done;"),
];

#[test]
fn up_applies_what_is_pending_and_then_nothing() {
    let (database, runner) = (Database::new(), runner(&NOTES));
    let mut conn = database.open();
    assert_eq!(runner.up(&mut conn).expect("the first run").steps().len(), 3);
    assert!(runner.up(&mut conn).expect("the second run").is_empty());
    assert!(runner.up(&mut database.open()).expect("another connection").is_empty());
    assert_eq!(value(&conn, "SELECT count(*) FROM note"), "2");
    assert_eq!(value(&conn, "SELECT count(*) FROM migratory_history"), "3");
}

#[test]
fn to_goes_up_and_down_to_exactly_the_target() {
    let (database, runner) = (Database::new(), runner(&NOTES));
    let mut conn = database.open();
    let current = |target: Target| {
        let mut conn = database.open();
        runner.to(&mut conn, target).expect("a run to the target");
        runner.status(&conn).expect("a status").current().map(Version::get)
    };
    for version in [2, 1, 3, 3, 1] {
        assert_eq!(current(Version::new(version).into()), Some(version));
    }
    assert_eq!(current(Target::Empty), None);
    assert_eq!(dump(&conn), "");
    assert_eq!(current(Target::Latest), Some(3));
    let reverted = runner.down(&mut conn, 2).expect("two back");
    let steps: Vec<_> =
        reverted.steps().iter().map(|it| (it.direction, it.version.get())).collect();
    assert_eq!(steps, [(Direction::Down, 3), (Direction::Down, 2)]);
}

#[test]
fn redo_reverts_the_newest_and_applies_it_again() {
    let (database, runner) = (Database::new(), runner(&NOTES[..2]));
    let mut conn = database.open();
    runner.up(&mut conn).expect("a first run");
    conn.execute_batch("UPDATE note SET text = 'changed'").expect("an update");
    let report = runner.redo(&mut conn).expect("a redo");
    assert_eq!(report.steps().len(), 2);
    assert_eq!(value(&conn, "SELECT group_concat(text) FROM note"), "a,b");
}

#[test]
fn redo_after_an_edit_reverts_with_the_stored_down() {
    let database = Database::new();
    let mut conn = database.open();
    let shipped = ("CREATE TABLE a (x);", "DROP TABLE a;");
    runner(&[shipped]).up(&mut conn).expect("a first run");
    let edited = runner(&[("CREATE TABLE b (x);", "DROP TABLE b;")]);
    assert!(edited.up(&mut conn).expect_err("the text changed").is_changed());
    edited.redo(&mut conn).expect("the stored down fits what was applied");
    assert_eq!(value(&conn, "SELECT group_concat(name) FROM sqlite_schema WHERE name < 'c'"), "b");
    assert!(edited.up(&mut conn).expect("nothing to do").is_empty());
}

#[test]
fn redo_works_if_the_two_scripts_need_two_transactions() {
    let database = Database::new();
    let mut conn = database.open();
    let runner = runner(&[
        ("CREATE TABLE a (x);", "DROP TABLE a;"),
        ("PRAGMA foreign_keys = OFF; CREATE TABLE b (x);", "DROP TABLE b;"),
    ]);
    runner.up(&mut conn).expect("a first run");
    assert_eq!(runner.redo(&mut conn).expect("a redo").steps().len(), 2);
    assert!(runner.status(&conn).expect("a status").is_up_to_date());
}

#[test]
fn a_failure_leaves_the_database_as_it_was() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&NOTES[..1]).up(&mut conn).expect("the first version");
    let before = dump(&conn);
    let mut scripts = NOTES.to_vec();
    scripts.push(("CREATE TABLE more (x);\n\nINSERT INTO note VALUES (1, 2, 3, 4);", ""));
    let error = runner(&scripts).up(&mut conn).expect_err("four values for three columns");
    assert_eq!(dump(&conn), before);
    assert_eq!(value(&conn, "SELECT count(*) FROM migratory_history"), "1");
    assert!(conn.is_autocommit());
    assert_eq!(error.file(), Some("migrations/4_step.up.sql"));
    assert_eq!(error.line(), Some(3));
    assert_eq!(error.statement(), Some("INSERT INTO note VALUES (1, 2, 3, 4);"));
    assert!(error.report().is_empty());
}

#[test]
fn one_transaction_per_migration_keeps_those_before_the_failure() {
    let database = Database::new();
    let mut conn = database.open();
    let scripts = [NOTES[0], NOTES[1], ("SELECT nothing_of_the_kind;", "")];
    let each = runner(&scripts).grouping(Grouping::PerMigration);
    let error = each.up(&mut conn).expect_err("there is no such column");
    assert_eq!(error.report().steps().len(), 2);
    assert_eq!(value(&conn, "SELECT count(*) FROM note"), "2");
}

#[test]
fn an_out_of_order_migration_is_refused_until_the_run_goes_down_below_it() {
    let database = Database::new();
    let mut conn = database.open();
    let (a, b, c) = (
        ("CREATE TABLE a (x);", "DROP TABLE a;"),
        ("CREATE TABLE b (x);", "DROP TABLE b;"),
        ("CREATE TABLE c (x);", "DROP TABLE c;"),
    );
    Runner::new(numbered_set(&[(1, a.0, Some(a.1)), (3, c.0, Some(c.1))]))
        .up(&mut conn)
        .expect("two");
    let merged = Runner::new(set(&[a, b, c]));
    let error = merged.up(&mut conn).expect_err("2 is below 3");
    assert!(error.is_out_of_order());
    let states: Vec<_> =
        merged.status(&conn).expect("a status").migrations().iter().map(|it| it.state).collect();
    assert_eq!(states, [State::Applied, State::OutOfOrder, State::Applied]);
    merged.to(&mut conn, Version::new(1)).expect("back to before it");
    assert_eq!(merged.up(&mut conn).expect("up again").steps().len(), 2);
}

#[test]
fn a_newer_database_is_refused_with_the_name_of_the_unknown_migration() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&NOTES).up(&mut conn).expect("the newer program");
    let older = runner(&NOTES[..2]);
    let error = older.up(&mut conn).expect_err("3 is unknown");
    assert!(error.is_unknown_version());
    assert!(format!("{error:#}").contains("3 step"), "{error}");
    let status = older.status(&conn).expect("a status");
    assert_eq!(status.migrations()[2].state, State::Unknown);
    assert!(!status.is_up_to_date());
}

#[test]
fn an_edited_migration_is_accepted_by_repair() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&NOTES).up(&mut conn).expect("as shipped");
    let mut scripts = NOTES;
    scripts[1].0 = "INSERT INTO note (text) VALUES ('a'), ('b') ON CONFLICT DO NOTHING;";
    let edited = runner(&scripts);
    assert!(edited.up(&mut conn).expect_err("2 changed").is_changed());
    edited.repair(&mut conn, Repair::Edited(Version::new(2))).expect("a repair");
    assert!(edited.up(&mut conn).expect("accepted").is_empty());
    assert!(edited.status(&conn).expect("a status").is_up_to_date());
}

#[test]
fn repair_refuses_an_edited_migration_if_the_schema_differs() {
    let database = Database::new();
    let mut conn = database.open();
    runner(&NOTES).up(&mut conn).expect("as shipped");
    let before = dump(&conn);
    let mut scripts = NOTES;
    scripts[1].0 = "CREATE TABLE extra (x); CREATE INDEX extra_x ON extra (x);";
    let edited = runner(&scripts);
    let repair = Repair::Edited(Version::new(2));
    let error = edited.repair(&mut conn, repair).expect_err("no such table in the database");
    assert!(error.is_drift());
    expect![[r#"
        the schema is not that of version 3: 2 missing
        table extra is missing:
            - CREATE TABLE extra (
            -   x
            - )
        index extra_x on extra is missing:
            - CREATE INDEX extra_x ON extra (
            -   x
            - )
        migrations/2_step.up.sql was not recorded as edited, because its new text produces a different schema from the database's
        help: restore the text that was applied, and write the change as a new migration
        help: or bring the database to that schema by hand; declare objects that the application adds on purpose with `Runner::ignore`"#]].assert_eq(&format!("{error:#}"));
    assert_eq!(dump(&conn), before);
    conn.execute_batch(scripts[1].0).expect("by hand");
    edited.repair(&mut conn, repair).expect("the schema matches the edited script");
    assert!(edited.up(&mut conn).expect("accepted").is_empty());
    conn.execute_batch("CREATE TABLE fts_x (y);").expect("the application's own");
    scripts[1].0 = "CREATE TABLE extra (x); CREATE INDEX extra_x ON extra (x); DELETE FROM extra;";
    let edited = runner(&scripts);
    assert!(edited.repair(&mut conn, repair).expect_err("another table").is_drift());
    edited.ignore("fts_*").repair(&mut conn, repair).expect("it is declared");
}

#[test]
fn an_irreversible_migration_stops_before_anything_is_reverted() {
    let database = Database::new();
    let mut conn = database.open();
    let runner = Runner::new(numbered_set(&[
        (1, "CREATE TABLE a (x);", None),
        (2, "CREATE TABLE b (x);", Some("DROP TABLE b;")),
    ]));
    runner.up(&mut conn).expect("up");
    let before = dump(&conn);
    assert!(runner.to(&mut conn, Target::Empty).expect_err("irreversible").is_irreversible());
    assert_eq!(dump(&conn), before);
}

#[test]
fn the_plan_is_what_the_run_does() {
    let (database, runner) = (Database::new(), runner(&NOTES));
    let mut conn = database.open();
    let to = |target| Goal::from(target);
    let version = Target::Version(Version::new(2));
    for goal in [to(version), Goal::Redo, to(Target::Latest), Goal::Down(2), to(Target::Empty)] {
        let planned = runner.plan(&conn, goal).expect("a plan");
        let done = match goal {
            Goal::Down(count) => runner.down(&mut conn, count),
            Goal::Redo => runner.redo(&mut conn),
            Goal::To(target) => runner.to(&mut conn, target),
            Goal::Again(_) => unreachable!("no run is asked for it"),
        };
        let planned: Vec<_> = planned.steps().iter().map(|it| (it.direction, it.version)).collect();
        let done = done.expect("a run");
        let done: Vec<_> = done.steps().iter().map(|it| (it.direction, it.version)).collect();
        assert!(!planned.is_empty(), "{goal:?}");
        assert_eq!(planned, done);
    }
}

#[test]
fn a_run_inside_of_a_transaction_is_refused() {
    let (database, runner) = (Database::new(), runner(&NOTES));
    let mut conn = database.open();
    conn.execute_batch("BEGIN").expect("a transaction");
    assert!(runner.up(&mut conn).is_err());
    assert!(!conn.is_autocommit(), "the application's transaction still stands");
    assert!(runner.status(&conn).is_ok(), "reading is fine in it");
}

#[test]
fn a_no_transaction_script_is_recorded_before_and_after() {
    let database = Database::new();
    let mut conn = database.open();
    let vacuum = ("-- migratory: no-transaction\nVACUUM;\nPRAGMA journal_mode = WAL;", "");
    let report = runner(&[NOTES[0], vacuum, NOTES[1]]).up(&mut conn).expect("three segments");
    assert_eq!(report.steps().len(), 3);
    assert_eq!(value(&conn, "PRAGMA journal_mode"), "wal");
    assert_eq!(
        value(&conn, "SELECT group_concat(DISTINCT state) FROM migratory_history"),
        "applied"
    );
}

#[test]
fn a_stopped_no_transaction_script_is_dirty_until_repaired() {
    let database = Database::new();
    let mut conn = database.open();
    conn.busy_timeout(std::time::Duration::ZERO).expect("no timeout");
    let halves = "-- migratory: no-transaction\nCREATE TABLE half (x);\nSELECT nowhere;";
    let runner = runner(&[NOTES[0], (halves, "DROP TABLE half;"), NOTES[1]]);
    let error = runner.up(&mut conn).expect_err("there is no such column");
    assert!(error.is_dirty());
    assert_eq!(error.report().steps().len(), 1, "the segment before it is kept");
    for _ in 0..2 {
        assert!(runner.up(&mut conn).expect_err("still half-way").is_dirty());
    }
    assert_eq!(runner.status(&conn).expect("a status").migrations()[1].state, State::Dirty);
    runner.repair(&mut conn, Repair::Done(Version::new(2))).expect("finished by hand");
    assert_eq!(runner.up(&mut conn).expect("the rest").steps().len(), 1);
}

#[test]
fn a_half_done_down_is_not_up_to_date() {
    let database = Database::new();
    let mut conn = database.open();
    conn.busy_timeout(std::time::Duration::ZERO).expect("no timeout");
    let halves = "-- migratory: no-transaction\nDELETE FROM note;\nINSERT INTO nowhere VALUES (1);";
    let runner = runner(&[NOTES[0], (NOTES[1].0, halves)]);
    runner.up(&mut conn).expect("up");
    assert!(runner.down(&mut conn, 1).expect_err("half-way").is_dirty());
    assert!(runner.up(&mut conn).expect_err("still half-way").is_dirty());
    runner.repair(&mut conn, Repair::Done(Version::new(2))).expect("the rows are gone");
    assert_eq!(runner.up(&mut conn).expect("up again").steps().len(), 1);
    assert!(value(&conn, "SELECT stamp FROM migratory_history WHERE version = 2") != "0");
}

#[test]
fn a_failing_or_fail_statement_is_rolled_back() {
    let database = Database::with("CREATE TABLE a (x UNIQUE)");
    let mut conn = database.open();
    let fails = "-- migratory: no-transaction\n\
        INSERT OR FAIL INTO a SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 1;";
    let error = runner(&[(fails, "")]).up(&mut conn).expect_err("1 is there twice");
    assert_eq!(value(&conn, "SELECT count(*) FROM a"), "0");
    assert!(!error.is_dirty());
    assert_eq!(value(&conn, "SELECT count(*) FROM migratory_history"), "0");
}

#[test]
fn a_no_transaction_script_that_fails_at_once_is_not_dirty() {
    let database = Database::new();
    let mut conn = database.open();
    let wrong = "-- migratory: no-transaction\n-- A note.\nVACUUM nowhere;";
    let error = runner(&[NOTES[0], (wrong, "")]).up(&mut conn).expect_err("no such database");
    assert!(!error.is_dirty());
    assert_eq!(value(&conn, "SELECT count(*) FROM migratory_history"), "1");
}

#[test]
fn a_run_restores_the_pragmas_of_the_connection() {
    let pragmas =
        ["foreign_keys", "legacy_alter_table", "recursive_triggers", "cache_size", "busy_timeout"];
    let touching = "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; \
        PRAGMA recursive_triggers = ON; PRAGMA cache_size = 77; PRAGMA busy_timeout = 7;";
    for (tail, succeeds) in [("SELECT 1", true), ("SELECT nowhere", false)] {
        for head in ["", "-- migratory: no-transaction\n"] {
            let database = Database::new();
            let mut conn = database.open();
            let all = |conn: &rusqlite::Connection| {
                pragmas.map(|name| value(conn, &format!("PRAGMA {name}")))
            };
            let before = all(&conn);
            let outcome = runner(&[(&format!("{head}{touching}{tail}"), "")]).up(&mut conn);
            assert_eq!(outcome.is_ok(), succeeds);
            assert_eq!(all(&conn), before, "{head}{tail}");
        }
    }
}
