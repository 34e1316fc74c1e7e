//! Checks what the sandbox records, and attacks it.

use migratory_core::sql::left_out::without_effect;
use migratory_runtime::__private::code;
use migratory_runtime::Mode;
use rusqlite::ErrorCode;

use super::*;
use crate::rules::harness::checked;
use migratory_core::Direction;

/// The schema that the sandbox derives from the actions of each statement equals the schema read
/// from the database.
#[test]
fn the_schema_derived_from_actions_equals_the_schema_read() {
    let mut sandbox = Sandbox::plain().expect("a database");
    for sql in [
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, x UNIQUE); CREATE INDEX i ON a (x);",
        "CREATE VIEW v AS SELECT x FROM a; CREATE TRIGGER d INSTEAD OF DELETE ON v BEGIN SELECT 1; END;",
        "CREATE TRIGGER e AFTER DELETE ON a BEGIN SELECT 1; END; CREATE TABLE b AS SELECT * FROM a;",
        "CREATE TABLE IF NOT EXISTS A (other); DROP INDEX IF EXISTS none; ANALYZE; REINDEX;",
        "CREATE TABLE c (x); DROP TABLE c; CREATE TABLE C (y); CREATE INDEX c_y ON C (y);",
        "CREATE TEMP TABLE b (z); DROP TABLE b; CREATE TEMP VIEW w AS SELECT 1; DROP VIEW w;",
        "DROP VIEW v; DROP INDEX i; CREATE INDEX main.i ON b (x); DROP TRIGGER E;",
        "CREATE TABLE n (x, y); INSERT INTO n SELECT x, x FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;",
        "ALTER TABLE a ADD COLUMN z; ALTER TABLE a RENAME COLUMN z TO u; ALTER TABLE a DROP COLUMN u;",
        "CREATE TABLE f_rows (x); CREATE VIRTUAL TABLE f USING fts5 (x); DROP TABLE C;",
        "CREATE TABLE f_more (x); DROP TABLE f; CREATE TABLE f_data (x);",
        "CREATE TABLE broken (x); DROP TABLE a; SELECT nothing FROM nowhere;",
        "CREATE TABLE a_later (x); DROP TABLE b;",
    ] {
        let performance =
            sandbox.perform(&checked(sql, Direction::Up), &mut |_, _| ()).expect("a performance");
        assert_eq!(performance.outcome.is_err(), sql.contains("nowhere"), "{sql}");
        let (followed, read) = (sandbox.schema().expect("it"), Schema::read(sandbox.conn()));
        assert_eq!(*followed, read.expect("a schema"), "{sql}");
        let mut reader = Reader::default();
        reader.read(sandbox.conn()).expect("the same");
        assert_eq!(sandbox.fingerprint(), reader.fingerprint(), "{sql}");
    }
}

#[test]
fn each_statement_has_the_schema_before_it() {
    let mut sandbox = Sandbox::plain().expect("a database");
    let sql = "CREATE TABLE a (x); CREATE TABLE b (x); DROP TABLE a; ALTER TABLE b RENAME TO a;";
    let performance =
        sandbox.perform(&checked(sql, Direction::Up), &mut |_, _| ()).expect("a performance");
    let tables = |schema: &Arc<Schema>| schema.tables.keys().map(ToString::to_string).collect();
    let told: Vec<Vec<String>> = performance.schemas.iter().map(tables).collect();
    assert_eq!(told.iter().map(|it| it.join(" ")).collect::<Vec<_>>(), ["", "a", "a b", "b", "a"]);
}

/// Ways to reach a file: the statements of a script. `{file}` stands for a path at which there is
/// no file.
const ESCAPES: &[&str] = &[
    "ATTACH '{file}' AS y; CREATE TABLE y.t (x);",
    "ATTACH ('{file}' || '') AS y; CREATE TABLE y.t (x);",
    "ATTACH lower('{file}') AS y; CREATE TABLE y.t (x);",
    "ATTACH DATABASE '{file}' AS y; CREATE TABLE y.t (x);",
    "attach /* a */ database -- b\n '{file}' as y; CREATE TABLE y.t (x);",
    "ATTACH 'file:{file}?mode=rwc' AS y; CREATE TABLE y.t (x);",
    "ATTACH (SELECT '{file}') AS y; CREATE TABLE y.t (x);",
    "ATTACH char(47) || ltrim('{file}', '/') AS ('y' || 'y'); CREATE TABLE yy.t (x);",
    "ATTACH \"{file}\" AS y;",
    "ATTACH ':memory:' AS y;",
    "ATTACH '' AS y;",
    "ATTACH NULL AS y;",
    "ATTACH x'' AS y;",
    "DETACH main;",
    "DETACH ('ma' || 'in');",
    "VACUUM INTO '{file}';",
    "VACUUM INTO ('{file}' || '');",
    "VACUUM main INTO '{file}';",
    "vacuum /* main */ into -- it\n'{file}'",
    "VACUUM INTO '';",
    "SELECT load_extension('{file}');",
    "SELECT load_extension('{file}', 'main');",
    "CREATE VIEW v AS SELECT load_extension('{file}') AS x; SELECT * FROM v;",
    "CREATE TABLE t (x DEFAULT (load_extension('{file}'))); INSERT INTO t DEFAULT VALUES;",
    "CREATE TABLE t (x CHECK (load_extension('{file}'))); INSERT INTO t VALUES (1);",
    "CREATE TABLE t (x, y AS (load_extension('{file}'))); INSERT INTO t VALUES (1); SELECT y FROM t;",
    "CREATE TABLE t (x); CREATE INDEX i ON t (load_extension('{file}')); INSERT INTO t VALUES (1);",
    "CREATE TABLE t (x); CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT load_extension('{file}'); END; INSERT INTO t VALUES (1);",
    "CREATE TEMP TABLE t (x); CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT load_extension('{file}'); END; INSERT INTO t VALUES (1);",
    "SELECT fts3_tokenizer('x', x'00');",
    "SELECT fts3_tokenizer('simple');",
    "SELECT sqlite_log(1, 'x');",
    "PRAGMA writable_schema = ON;",
    "PRAGMA main.writable_schema(1);",
    "PRAGMA temp_store_directory = '{file}';",
    "PRAGMA temp_store = FILE;",
    "PRAGMA temp_store(0);",
    "PRAGMA hard_heap_limit = 100000;",
    "PRAGMA soft_heap_limit(100000);",
    "PRAGMA max_page_count = 4000000;",
    "PRAGMA temp.max_page_count = 4000000;",
    "PRAGMA mmap_size = 1000000000;",
    "PRAGMA threads = 4;",
    "PRAGMA schema_version = 7;",
    "PRAGMA key = 'x';",
];

/// Runs a script and returns its outcome, and whether it left a file or an attached database.
fn attack(sandbox: &mut Sandbox, sql: &str) -> (Result<(), String>, bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stolen.db");
    let sql = sql.replace("{file}", path.to_str().expect("a path"));
    let mut script = checked("SELECT 1;", Direction::Up);
    script.sql.clone_from(&sql);
    let mut outcomes = Vec::new();
    for mode in [Mode::NoTransaction, Mode::Transaction] {
        script.mode = mode;
        let performance = sandbox.perform(&script, &mut |_, _| ());
        let outcome = performance.expect("a performance").outcome;
        outcomes.push(outcome.map_err(|trouble| match trouble {
            Trouble::Statement(failure) => failure.message,
            Trouble::Refusal(refusal) => format!("{refusal:?}"),
        }));
        // A run with its own transaction leaves out statements without an effect there.
        let is_left_out = mode == Mode::Transaction && without_effect(&sql).is_some();
        let is_refused = outcomes[0].is_err() && !is_left_out;
        assert_eq!(sandbox.run(&script).is_err(), is_refused, "{sql}");
    }
    let mut databases = sandbox.conn.prepare("SELECT name FROM pragma_database_list").expect("it");
    let databases = databases.query_map([], |row| row.get::<_, String>(0)).expect("names");
    let mut names = databases.map(|name| name.expect("a name"));
    let is_clean = names.all(|name| name == "main" || name == "temp")
        && std::fs::read_dir(folder.path()).expect("a folder").next().is_none();
    (outcomes.swap_remove(0), is_clean)
}

#[test]
fn no_script_escapes_the_sandbox() {
    for sql in ESCAPES {
        let (outcome, is_clean) = attack(&mut Sandbox::plain().expect("a sandbox"), sql);
        assert!(is_clean, "{sql}");
        let message = outcome.expect_err(sql);
        // SQLite lets no schema call a function that it considers unsafe.
        let is_unsafe = message.starts_with("unsafe use of load_extension");
        assert!(message.starts_with(crate::remedy::PREFIX) || is_unsafe, "{sql}: {message}");
    }
}

/// Without the authorizer, SQLite's limits alone keep scripts away from every file.
#[test]
fn limits_alone_keep_files_away() {
    for sql in ESCAPES.iter().filter(|sql| sql.contains("{file}") && !sql.contains("temp_store")) {
        let mut sandbox = unguarded();
        let (outcome, is_clean) = attack(&mut sandbox, sql);
        assert!(is_clean, "{sql}");
        // SQLite allows creating a view or an index over a function that it refuses only when
        // called.
        assert!(outcome.is_err() || sql.contains("sqlite_log"), "{sql}");
    }
}

/// Opens a sandbox without its first wall.
fn unguarded() -> Sandbox {
    let bounds = Bounds::none();
    let context = Context {
        set: &[],
        cuts: &[],
        options: &migratory_analysis::Options::default(),
        bounds: &bounds,
    };
    Sandbox::behind_limits(context).expect("a sandbox")
}

/// On a connection without limits, the authorizer alone keeps scripts away from every file.
#[test]
fn the_authorizer_alone_keeps_files_away() {
    for sql in ESCAPES {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("stolen.db");
        let sql = sql.replace("{file}", path.to_str().expect("a path"));
        #[allow(unused_mut, reason = "older rusqlites want it to set an authorizer")]
        let mut conn = Connection::open_in_memory().expect("a database");
        let permit = Permit {
            known: Known::get().expect("what SQLite has"),
            declared: Vec::new(),
            is_vacuum: false,
            last_read: String::new(),
        };
        let recorder = Mutex::new(Recorder::new(permit));
        let judge = move |context: AuthContext<'_>| authorize(&recorder, &context);
        let _ = conn.authorizer(Some(judge));
        let error = conn.execute_batch(&sql).expect_err(&sql).to_string();
        let denials = ["not authorized", "authorization denied", "unsafe use of"];
        assert!(denials.iter().any(|denial| error.contains(denial)), "{sql}: {error}");
        assert!(std::fs::read_dir(folder.path()).expect("a folder").next().is_none(), "{sql}");
    }
}

#[test]
fn vacuum_runs_and_lets_nothing_be_attached_afterwards() {
    for sql in
        ["VACUUM;", "vacuum main", "VACUUM \"main\" ;;", "/* a */ VACUUM -- b\n;", "VACUUM temp"]
    {
        let full = format!("CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1); {sql}");
        let mut script = checked("SELECT 1;", Direction::Up);
        (script.sql, script.mode) = (full, Mode::NoTransaction);
        let mut sandbox = Sandbox::plain().expect("a sandbox");
        let performance = sandbox.perform(&script, &mut |_, _| ()).expect("a performance");
        assert!(performance.outcome.is_ok(), "{sql}: {:?}", performance.outcome);
        assert!(sandbox.run(&script).is_ok(), "{sql}");
        // After the VACUUM, nothing can be attached any more.
        assert!(sandbox.conn.execute_batch("ATTACH '' AS y").is_err());
        assert!(unguarded().conn.execute_batch("ATTACH '' AS y").is_err());
    }
}

/// Runs a script that reaches some bound, and returns SQLite's code for it.
fn met(sql: &str) -> Option<ErrorCode> {
    let mut script = checked("SELECT 1;", Direction::Up);
    sql.clone_into(&mut script.sql);
    let sandbox = Sandbox::plain().expect("a sandbox");
    source(sandbox.run(&script))
}

/// SQLite's code for the failure of a statement.
fn source(outcome: Result<(), Trouble>) -> Option<ErrorCode> {
    match outcome {
        Err(Trouble::Statement(failure)) => failure.source.as_ref().and_then(code),
        _ => None,
    }
}

#[test]
fn no_single_instruction_runs_for_long() {
    // Where this is too long, printf() returns NULL in SQLite 3.46.
    let a = |count: u32| format!("hex(zeroblob({}))", count / 2);
    for sql in [
        format!("SELECT {} LIKE '%' || {} || 'b'", a(20_000_000), a(40_000)),
        format!("SELECT rtrim({}, {} || 'b')", a(1_000_000), a(1_000_000)),
        format!("SELECT instr({}, {} || 'b')", a(1_000_000), a(500_000)),
        format!("SELECT json_patch(json_quote({}), '{{}}')", a(100_000)),
        "SELECT length(zeroblob(2000000))".to_owned(),
        "SELECT length(randomblob(2000000))".to_owned(),
        "CREATE TABLE t (x); INSERT INTO t SELECT zeroblob(700000) || zeroblob(700000)".to_owned(),
    ] {
        assert_eq!(met(&sql), Some(ErrorCode::TooBig), "{sql}");
    }
    let pattern = format!("SELECT {} GLOB '*' || {} || 'b'", a(1_000_000), a(2_000));
    assert_eq!(met(&pattern), Some(ErrorCode::Unknown), "the pattern is too complex");
}

#[test]
fn functions_in_triggers_are_bounded_while_rows_are_written() {
    let sandbox = Sandbox::plain().expect("a sandbox");
    let sql = "CREATE TABLE t (x); CREATE TRIGGER g AFTER INSERT ON t BEGIN \
               SELECT json_patch('{\"a\":\"' || hex(zeroblob(50000)) || '\"}', '{}'); END;";
    sandbox.run(&checked(sql, Direction::Up)).expect("a trigger");
    let insert = |conn: &Connection| conn.execute_batch("INSERT INTO t VALUES (1)");
    let error = sandbox.shorten(insert).expect_err("a text that is too long");
    assert_eq!(code(&error), Some(ErrorCode::TooBig));
}

#[test]
fn every_kind_of_table_is_bounded() {
    let rows = |count: u32| {
        format!(
            "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < {count}) \
             SELECT i, randomblob(500000) FROM c"
        )
    };
    for sql in [
        format!("CREATE TABLE t AS {}", rows(400)),
        format!("CREATE TEMP TABLE t AS {}", rows(400)),
        format!("CREATE TABLE t (i, b); INSERT INTO t {}", rows(400)),
    ] {
        assert_eq!(met(&sql), Some(ErrorCode::DiskFull), "{sql}");
    }
    for sql in ["PRAGMA page_size = 65536; VACUUM; CREATE TABLE t (x)", "PRAGMA page_size = 65536"]
    {
        let mut script = checked("SELECT 1;", Direction::Up);
        (script.sql, script.mode) = (sql.to_owned(), Mode::NoTransaction);
        let sandbox = Sandbox::plain().expect("a sandbox");
        sandbox.run(&script).expect("a pragma without effect");
        let size: i64 =
            sandbox.conn.query_row("PRAGMA page_size", [], |row| row.get(0)).expect("it");
        assert_eq!(size, 4096, "{sql}");
    }
}

/// SQLite has no limit for these, so the size of the process is checked, where it is known.
#[test]
#[cfg(target_os = "linux")]
fn statements_without_a_limit_of_sqlite_stop_as_the_process_grows() {
    let growing = "WITH RECURSIVE c (i, b) AS (SELECT 1, randomblob(1) UNION SELECT i + 1, randomblob(500000) FROM c)";
    for sql in [
        format!("{growing} SELECT count(*) FROM c"),
        format!("{growing} SELECT i FROM c ORDER BY b"),
    ] {
        let bounds = Arc::new(Bounds::with_growth(100 << 20));
        let sandbox = Sandbox::bounded(&bounds).expect("a sandbox");
        let outcome = sandbox.run(&checked(&sql, Direction::Up));
        assert_eq!(source(outcome), Some(ErrorCode::OutOfMemory), "{sql}");
    }
}

/// Growth that each statement adds a little to is noticed between statements.
#[test]
#[cfg(target_os = "linux")]
fn memory_is_checked_between_short_statements() {
    let bounds = Arc::new(Bounds::with_growth(32 << 20));
    let mut sandbox = Sandbox::bounded(&bounds).expect("a sandbox");
    let mut held = Vec::new();
    let script = checked(&"SELECT 1 WHERE 0;".repeat(100), Direction::Up);
    // Other tests of this process may free memory meanwhile.
    let performance = sandbox.perform(&script, &mut |_, _| held.push(vec![1_u8; 16 << 20]));
    let outcome = performance.expect("a performance").outcome;
    assert_eq!(source(outcome), Some(ErrorCode::OutOfMemory), "{} statements", held.len());
}

#[test]
fn views_that_double_are_stopped() {
    let mut sql =
        "CREATE TABLE v0 (x); CREATE VIEW v1 AS SELECT x FROM v0 UNION ALL SELECT x FROM v0;"
            .to_owned();
    for at in 2..30 {
        let view = format!(
            "CREATE VIEW v{at} AS SELECT x FROM v{0} UNION ALL SELECT x FROM v{0};",
            at - 1
        );
        sql.push_str(&view);
    }
    sql.push_str("SELECT * FROM v29;");
    let mut script = checked("SELECT 1;", Direction::Up);
    script.sql = sql;
    let outcome = Sandbox::plain().expect("a sandbox").run(&script);
    assert!(outcome.is_err());
}

#[test]
fn many_short_statements_meet_the_deadline() {
    let sql = "CREATE TABLE t (x);".to_owned() + &"INSERT INTO t VALUES (1);".repeat(5_000);
    let script = checked(&sql, Direction::Up);
    for looks in [0, 1, 10, 100] {
        let bounds = Arc::new(Bounds::after_looks(looks));
        let Ok(mut sandbox) = Sandbox::bounded(&bounds) else { continue };
        let mut done = 0;
        let performance = sandbox.perform(&script, &mut |_, _| done += 1);
        if let Ok(performance) = performance {
            assert_eq!(source(performance.outcome), Some(ErrorCode::OperationInterrupted));
        }
        assert!(done <= looks, "{done} statements after {looks} looks");
        assert!(sandbox.schema().is_err() && sandbox.run(&script).is_err(), "time stays up");
    }
}
