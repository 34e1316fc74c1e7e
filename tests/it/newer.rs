//! A database that a newer program migrated: refused, rolled back with its stored downs, or tolerated.

use expect_test::{Expect, expect};
use migratory::{
    Checksum, Down, Migration, MigrationSet, Mode, NewerDatabase, Report, Runner, Script, Target,
    Version,
};

use crate::support::{Database, dump, numbered_set, runner, set, value};

const ONE: (&str, &str) = ("CREATE TABLE one (x PRIMARY KEY);", "DROP TABLE one;");
const TWO: (&str, &str) = (
    "-- migratory: compatible-with 1\nCREATE TABLE two (x REFERENCES one); INSERT INTO one VALUES ('two');",
    "DROP TABLE two; DELETE FROM one WHERE x = 'two';",
);
const REBUILT: (&str, &str) = (
    "PRAGMA foreign_keys = OFF; CREATE TABLE t (x PRIMARY KEY NOT NULL); INSERT INTO t SELECT x FROM one; \
     DROP TABLE one; ALTER TABLE t RENAME TO one;",
    "PRAGMA foreign_keys = OFF; CREATE TABLE t (x PRIMARY KEY); INSERT INTO t SELECT x FROM one; \
     DROP TABLE one; ALTER TABLE t RENAME TO one;",
);
const VACUUMED: (&str, &str) =
    ("-- migratory: no-transaction\nVACUUM;", "-- migratory: no-transaction\nVACUUM;");

fn steps_of(report: &Report) -> String {
    let step = |it: &migratory::StepReport| format!("{:?} {}", it.direction, it.version);
    report.steps().iter().map(step).collect::<Vec<_>>().join(", ")
}

fn refused(runner: &Runner<'_>, database: &Database, expected: &Expect) {
    let before = dump(&database.open());
    let error = runner.up(&mut database.open()).expect_err("a newer database");
    expected.assert_eq(&format!("{error:#}"));
    assert_eq!(dump(&database.open()), before);
}

#[test]
fn a_newer_database_is_refused_by_default() {
    let database = Database::new();
    runner(&[ONE, TWO]).up(&mut database.open()).expect("the newer program");
    refused(
        &runner(&[ONE]),
        &database,
        &expect![[r"
            the database is at version 2, but this program knows only versions up to 1; it does not know:
                2 step
            nothing was changed
            help: a newer version of the program applied them; use that version
            help: `NewerDatabase::RollBack` reverts them with the downs stored in the database; `NewerDatabase::Tolerate` accepts those that are marked as compatible"]],
    );
    assert!(runner(&[ONE]).up(&mut database.open()).expect_err("newer").is_unknown_version());
}

#[test]
fn a_newer_database_is_rolled_back_with_its_stored_downs_in_any_mode() {
    let database = Database::new();
    runner(&[ONE]).up(&mut database.open()).expect("the older program");
    let before = dump(&database.open());
    runner(&[ONE, TWO, REBUILT, VACUUMED]).up(&mut database.open()).expect("the newer program");
    let older = runner(&[ONE]).newer_database(NewerDatabase::RollBack);
    let plan = older.plan(&database.open(), Target::Latest).expect("a plan");
    expect![[r"
        revert  4  step  by the down stored in the database
        revert  3  step  by the down stored in the database
        revert  2  step  by the down stored in the database"]]
    .assert_eq(&plan.to_string());
    let report = older.up(&mut database.open()).expect("rolled back");
    assert_eq!(steps_of(&report), "Down 4, Down 3, Down 2");
    assert_eq!(dump(&database.open()).replace("\"one\"", "one"), before);
    assert!(older.status(&database.open()).expect("a status").is_up_to_date());
    assert!(older.up(&mut database.open()).expect("nothing to do").is_empty());
    runner(&[ONE, TWO, REBUILT, VACUUMED]).up(&mut database.open()).expect("the newer one again");
}

/// Diesel stores the mode of a script in a separate file, of which the older program knows nothing.
#[test]
fn a_stored_down_whose_mode_is_in_a_separate_file_runs_outside_a_transaction() {
    let database = Database::new();
    let [first] = *set(&[ONE]).migrations() else { panic!("one migration") };
    let (version, up) = (Version::new(2), "CREATE TABLE two (x);");
    let checksum = Checksum::of_script(up);
    let second = Migration::new(
        version,
        "two",
        Script::new("two/up.sql", up, Mode::Transaction),
        Down::Script(Script::new("two/down.sql", "DROP TABLE two; VACUUM;", Mode::NoTransaction)),
        checksum,
        Checksum::chained(Some(first.chain()), version, checksum),
    );
    let both = [first, second];
    Runner::new(&MigrationSet::new(&both)).up(&mut database.open()).expect("the newer program");
    let older = runner(&[ONE]).newer_database(NewerDatabase::RollBack);
    let report = older.up(&mut database.open()).expect("SQLite has a VACUUM outside alone");
    assert_eq!(steps_of(&report), "Down 2");
    assert_eq!(
        value(
            &database.open(),
            "SELECT group_concat(name) FROM sqlite_schema WHERE name IN ('one', 'two')"
        ),
        "one"
    );
}

#[test]
fn an_irreversible_newer_migration_is_refused_without_a_change() {
    let database = Database::new();
    let newer = numbered_set(&[
        (1, ONE.0, Some(ONE.1)),
        (2, TWO.0, None),
        (3, "CREATE TABLE c (x);", Some("")),
    ]);
    Runner::new(newer).up(&mut database.open()).expect("the newer program");
    refused(
        &runner(&[ONE]).newer_database(NewerDatabase::RollBack),
        &database,
        &expect![[r"
            migration 2 step can't be reverted: it has no down
            nothing was changed
            help: to go back anyway, restore a backup from before it with `Runner::restore`"]],
    );
}

#[test]
fn a_stored_down_with_a_step_in_rust_is_refused() {
    let database = Database::new();
    let coded = ("CREATE TABLE c (x);", "-- migratory: code\nDROP TABLE c;");
    let newer = runner(&[ONE, coded]).code_down(Version::new(2), |_| Ok(()));
    newer.up(&mut database.open()).expect("the newer program");
    refused(
        &runner(&[ONE]).newer_database(NewerDatabase::RollBack),
        &database,
        &expect![[r"
            migration 2 step can't be reverted: its way back needs code of the program that applied it
            nothing was changed
            help: to go back anyway, restore a backup from before it with `Runner::restore`"]],
    );
}

#[test]
fn an_unknown_migration_below_a_known_one_is_not_rolled_back() {
    let database = Database::new();
    let theirs = numbered_set(&[
        (1, ONE.0, Some("")),
        (2, "CREATE TABLE b (x);", Some("")),
        (3, "CREATE TABLE c (x);", Some("")),
    ]);
    Runner::new(theirs).up(&mut database.open()).expect("the newer program");
    let ours = numbered_set(&[(1, ONE.0, Some("")), (3, "CREATE TABLE c (x);", Some(""))]);
    refused(
        &Runner::new(ours).newer_database(NewerDatabase::RollBack),
        &database,
        &expect![[r"
            the database is at version 2, but this program knows only versions up to 3; it does not know:
                2 step
            nothing was changed
            help: a newer version of the program applied them; use that version
            help: they can't be reverted on their own, because a migration that this program knows was applied after them"]],
    );
}

#[test]
fn compatible_newer_migrations_are_tolerated() {
    let database = Database::new();
    runner(&[ONE, TWO]).up(&mut database.open()).expect("the newer program");
    let stamp = value(&database.open(), "PRAGMA user_version");
    let older = runner(&[ONE]).newer_database(NewerDatabase::Tolerate);
    for _ in 0..2 {
        assert!(older.up(&mut database.open()).expect("tolerated").is_empty());
    }
    assert_eq!(
        value(&database.open(), "PRAGMA user_version"),
        stamp,
        "the stamp is the newer program's"
    );
    let error = older.down(&mut database.open(), 1).expect_err("not for going down");
    assert!(error.is_unknown_version(), "{error}");
    runner(&[ONE, TWO, REBUILT]).up(&mut database.open()).expect("one that is not marked");
    refused(
        &older,
        &database,
        &expect![[r"
            the database is at version 3, but this program knows only versions up to 1; it does not know:
                2 step
                3 step
            nothing was changed
            help: a newer version of the program applied them; use that version
            help: `NewerDatabase::Tolerate` accepts them only when going up with nothing pending, if all of them are above the versions that this program knows and say `-- migratory: compatible-with <version>` with one of these"]],
    );
}

#[test]
fn nothing_is_applied_to_a_database_with_tolerated_migrations() {
    for pending in [2, 5] {
        let database = Database::new();
        let marked = "-- migratory: compatible-with 1\nCREATE TABLE c (x);";
        let theirs = numbered_set(&[(1, ONE.0, Some("")), (3, marked, Some(""))]);
        Runner::new(theirs).up(&mut database.open()).expect("the newer program");
        let ours =
            numbered_set(&[(1, ONE.0, Some("")), (pending, "CREATE TABLE d (x);", Some(""))]);
        let runner = Runner::new(ours).newer_database(NewerDatabase::Tolerate);
        let error = runner.up(&mut database.open()).expect_err("one is pending");
        assert!(error.is_unknown_version(), "{pending}: {error}");
    }
}
