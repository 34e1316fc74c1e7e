//! Existing databases: recorded at a version if their schema is the one that the migrations create.

use expect_test::expect;
use migratory::{Origin, Runner, Version};

use crate::support::{Database, dump, numbered_set, runner, value};

const NOTES: (&str, &str) = (
    "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL); CREATE INDEX note_text ON note (text);",
    "DROP TABLE note;",
);
const TAGS: (&str, &str) = ("CREATE TABLE tag (name TEXT);", "DROP TABLE tag;");
const FILLED: (&str, &str) = ("INSERT INTO tag VALUES ('a');", "DELETE FROM tag;");

const fn version(number: i64) -> Version {
    Version::new(number)
}

fn all() -> Runner<'static> {
    runner(&[NOTES, TAGS, FILLED])
}

#[test]
fn a_baseline_is_recorded_if_the_schema_matches_its_version() {
    let database = Database::with(NOTES.0);
    let mut conn = database.open();
    let recorded = all().baseline(&mut conn, version(1)).expect("a baseline");
    assert_eq!(recorded.to_string(), "recorded 1 migration as applied, up to 1");
    assert_eq!(all().status(&conn).expect("a status").current(), Some(version(1)));
    assert_eq!(value(&conn, "SELECT remark FROM migratory_history"), "baseline");
    assert_eq!(all().up(&mut conn).expect("the rest").steps().len(), 2);
    all().down(&mut conn, 3).expect("all the way down, through the baseline");
    assert_eq!(dump(&conn), "");
}

#[test]
fn a_baseline_may_be_requested_at_each_start() {
    let fresh = Database::new();
    let started = Database::with(NOTES.0);
    for database in [fresh, started] {
        for _ in 0..3 {
            let mut conn = database.open();
            all().baseline(&mut conn, version(1)).expect("a baseline, or nothing to record");
            all().up(&mut conn).expect("up");
        }
        assert_eq!(value(&database.open(), "SELECT count(*) FROM tag"), "1");
    }
}

#[test]
fn a_baseline_with_another_schema_is_refused_naming_each_difference() {
    let database = Database::with(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE own (x);",
    );
    let error = all().baseline(&mut database.open(), version(2)).expect_err("another schema");
    assert!(error.is_drift());
    expect![[r"
        the schema is not that of version 2: 2 missing, 1 different, 1 added
        table note differs from the migrations:
              CREATE TABLE note (
                id INTEGER PRIMARY KEY,
            -   text TEXT NOT NULL
            +   text TEXT
              )
        index note_text on note is missing:
            - CREATE INDEX note_text ON note (
            -   text
            - )
        table own is not part of the migrations:
            + CREATE TABLE own (
            +   x
            + )
        table tag is missing:
            - CREATE TABLE tag (
            -   name TEXT
            - )
        nothing was recorded
        help: bring the database to that schema, or give the version that it is at
        help: declare objects that the application adds on purpose with `Runner::ignore`"]]
    .assert_eq(&format!("{error:#}"));
    assert!(!dump(&database.open()).contains("migratory_history"));
    assert_eq!(
        value(&database.open(), "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'migratory%'"),
        "0"
    );
}

#[test]
fn a_baseline_at_an_unknown_version_is_refused() {
    let database = Database::with(NOTES.0);
    let error = all().baseline(&mut database.open(), version(9)).expect_err("no such version");
    assert_eq!(error.problem(), "this program has no migration 9; its newest is 3");
}

#[test]
fn migrations_that_call_functions_of_the_application_need_a_scratch_database() {
    let slug = ("CREATE TABLE s (x); INSERT INTO s SELECT slug('a');", "DROP TABLE s;");
    let database = Database::with("CREATE TABLE s (x)");
    let error = runner(&[slug]).baseline(&mut database.open(), version(1)).expect_err("no slug()");
    expect![[r"
        migrations/1_step.up.sql:1: no such function: slug
        the migrations could not be replayed in memory, so there is no schema to compare with
        nothing was changed
        help: if they call functions or collations of the application, register these with `Runner::scratch`"]]
    .assert_eq(&format!("{error:#}"));
    let scratch = || {
        let conn = rusqlite::Connection::open_in_memory()?;
        let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
        conn.create_scalar_function("slug", 1, flags, |_| Ok("a"))?;
        Ok(conn)
    };
    let recorded = runner(&[slug]).scratch(scratch).baseline(&mut database.open(), version(1));
    assert_eq!(recorded.expect("a baseline").versions(), [version(1)]);
}

#[test]
fn strings_in_single_and_double_quotes_are_the_same_schema() {
    let made = "CREATE TABLE job (id INTEGER PRIMARY KEY, state TEXT DEFAULT \"new\" CHECK (state <> \"\"));
         CREATE INDEX job_open ON job (id) WHERE state = \"open\";
         CREATE VIEW open_job AS SELECT id FROM job WHERE state = \"open\";
         CREATE TRIGGER job_made AFTER INSERT ON job BEGIN UPDATE job SET state = \"made\"; END;";
    let written = made.replace('"', "'");
    let set: &'static str = Box::leak(written.into_boxed_str());
    let recorded = runner(&[(set, "")]).baseline(&mut Database::with(made).open(), version(1));
    assert_eq!(recorded.expect("the same schema").versions(), [version(1)]);
    let column = "CREATE TABLE job (id INTEGER PRIMARY KEY, state TEXT CHECK (state <> \"id\"));";
    let text = "CREATE TABLE job (id INTEGER PRIMARY KEY, state TEXT CHECK (state <> 'id'));";
    let error = runner(&[(text, "")]).baseline(&mut Database::with(column).open(), version(1));
    assert!(error.expect_err("a name is a name").is_drift());
}

/// The history that each library leaves after the first two migrations.
const PEERS: [(Origin, &str); 7] = [
    (
        Origin::Diesel,
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
         INSERT INTO __diesel_schema_migrations (version) VALUES ('1'), ('2');",
    ),
    (
        Origin::GolangMigrate,
        "CREATE TABLE schema_migrations (version uint64, dirty bool);
         CREATE UNIQUE INDEX version_unique ON schema_migrations (version);
         INSERT INTO schema_migrations VALUES (2, 0);",
    ),
    (
        Origin::Sqlx,
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, \
         checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (1, 'step', 1, x'00', 0), (2, 'step', 1, x'00', 0);",
    ),
    (
        Origin::Refinery,
        "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name VARCHAR(255), \
         applied_on VARCHAR(255), checksum VARCHAR(255));
         INSERT INTO refinery_schema_history VALUES (1, 'step', '', '1'), (2, 'step', '', '2');",
    ),
    (Origin::RusqliteMigration, "PRAGMA user_version = 2;"),
    (
        Origin::Goose,
        "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, \
         is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')));
         INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, 1), (1, 1), (2, 1);",
    ),
    (
        Origin::Dbmate,
        "CREATE TABLE schema_migrations (version varchar(128) primary key);
         INSERT INTO schema_migrations VALUES ('1'), ('2');",
    ),
];

#[test]
fn a_database_is_adopted_from_each_library_once() {
    for (origin, theirs) in PEERS {
        let database = Database::with(&[NOTES.0, TAGS.0, theirs].concat());
        let mut conn = database.open();
        if let Some(table) = origin.table() {
            assert_eq!(Origin::detect(&conn).expect("a schema"), Some(origin), "{table}");
        }
        let recorded =
            all().adopt(&mut conn, origin).unwrap_or_else(|error| panic!("{origin}: {error}"));
        assert_eq!(recorded.versions(), [version(1), version(2)], "{origin}");
        assert!(all().adopt(&mut conn, origin).expect("again").is_empty());
        let remark = value(&conn, "SELECT remark FROM migratory_history WHERE version = 2");
        assert_eq!(remark, format!("adopted from {origin}"));
        assert_eq!(all().up(&mut conn).expect("the rest").steps().len(), 1, "{origin}");
        assert!(
            all().verify(&conn).expect("a comparison").is_empty(),
            "{origin}: their table is no drift"
        );
        let mut again = database.open();
        assert!(all().up(&mut again).expect("nothing to do").is_empty());
        let stamp = value(&again, "SELECT stamp FROM migratory_history WHERE version = 3");
        assert_eq!(
            value(&again, "PRAGMA user_version"),
            stamp,
            "{origin}: the next start is quick"
        );
    }
}

#[test]
fn a_fresh_database_has_nothing_to_adopt() {
    for (origin, _) in PEERS {
        let database = Database::new();
        let mut conn = database.open();
        assert!(all().adopt(&mut conn, origin).expect("nothing").is_empty());
        assert_eq!(all().up(&mut conn).expect("up").steps().len(), 3);
        assert!(all().adopt(&mut conn, origin).expect("nothing").is_empty());
    }
}

fn refused(theirs: &str, origin: Origin) -> String {
    let database = Database::with(theirs);
    let before = dump(&database.open());
    let error = all().adopt(&mut database.open(), origin).expect_err("it does not fit");
    assert_eq!(dump(&database.open()), before);
    format!("{error:#}")
}

#[test]
fn a_history_that_does_not_match_is_refused_and_nothing_is_recorded() {
    let dirty = "CREATE TABLE schema_migrations (version uint64, dirty bool); INSERT INTO schema_migrations VALUES (2, 1);";
    expect![[r"
        the history of golang-migrate can't be adopted: golang-migrate did not finish migration 2
        nothing was recorded
        help: finish or undo that migration by hand, and record that with golang-migrate"]]
    .assert_eq(&refused(dirty, Origin::GolangMigrate));
    let newer = "CREATE TABLE schema_migrations (version); INSERT INTO schema_migrations VALUES ('1'), ('7'), ('8');";
    expect![[r"
        the history of dbmate can't be adopted: dbmate applied migrations that this program does not have:
            7
            8
        nothing was recorded
        help: put their files into the folder, with their original numbers"]]
    .assert_eq(&refused(newer, Origin::Dbmate));
    let renamed = "CREATE TABLE refinery_schema_history (version, name, applied_on, checksum); \
                   INSERT INTO refinery_schema_history VALUES (1, 'first', '', '1');";
    expect![[r"
        the history of refinery can't be adopted: refinery applied 1 as `first`, but here 1 is `step`
        nothing was recorded
        help: if it is the same migration, give its files their original name"]]
    .assert_eq(&refused(renamed, Origin::Refinery));
    let holed = "CREATE TABLE schema_migrations (version); INSERT INTO schema_migrations VALUES ('1'), ('3');";
    expect![[r"
        migrations are pending below migrations/3_step.up.sql, which is already applied:
            migrations/2_step.up.sql
        nothing was changed: they were written for an earlier schema than the database has
        help: give them versions above the applied ones
        help: or revert to the version before them with `Runner::to`, and call `Runner::up` again"]]
    .assert_eq(&refused(holed, Origin::Dbmate));
    let other =
        refused("CREATE TABLE note (x); PRAGMA user_version = 1;", Origin::RusqliteMigration);
    assert!(
        other.starts_with("the schema is not that of version 1: 1 missing, 1 different"),
        "{other}"
    );
}

#[test]
fn an_edited_script_is_adopted_and_reported_if_the_schema_is_the_same() {
    let theirs = PEERS[2].1;
    let database = Database::with(&[NOTES.0, TAGS.0, theirs].concat());
    let recorded = all().adopt(&mut database.open(), Origin::Sqlx).expect("the schema is the same");
    expect!["recorded 2 migrations as applied, up to 2; edited since they were applied, with the same schema: 1, 2"]
        .assert_eq(&recorded.to_string());
}

#[test]
fn versions_that_diesel_wrote_with_dashes_are_found() {
    let set = numbered_set(&[(202_401_021_030_000_000, "CREATE TABLE a (x);", Some(""))]);
    let theirs = "CREATE TABLE a (x); CREATE TABLE __diesel_schema_migrations (version, run_on); \
                  INSERT INTO __diesel_schema_migrations (version) VALUES ('20240102103000');";
    let database = Database::with(theirs);
    let recorded = Runner::new(set).adopt(&mut database.open(), Origin::Diesel).expect("adopted");
    assert_eq!(recorded.versions().len(), 1);
}
