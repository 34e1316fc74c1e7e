//! Any script that fails in a transaction leaves the database and the connection as they were.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use migratory_fuzz::bounded::{Fuel, confine, connection};
use migratory_fuzz::dump::{differences, dump, settings};
use migratory_fuzz::script::{BASE, Piece, SQL, script};
use migratory_fuzz::set::migrations;
use migratory_runtime::{Error, MigrationSet, Mode, Report, Runner};
use rusqlite::Connection;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    foreign_keys: bool,
    up: Vec<Piece<'a>>,
    down: Vec<Piece<'a>>,
}

const NONE: [[&str; 2]; 0] = [];

fuzz_target!(|input: Input<'_>| {
    let (up, down) = (script(&input.up, &SQL), script(&input.down, &SQL));
    let migrations = migrations(&[BASE, (&up, &down)]);
    let (base, whole) = (MigrationSet::new(&migrations[..1]), MigrationSet::new(&migrations));

    let (mut conn, fuel) = connection();
    conn.pragma_update(None, "foreign_keys", input.foreign_keys).expect("a pragma");
    Runner::new(&base).up(&mut conn).expect("a schema that can be made");
    confine(&mut conn, &[]);

    let runner = Runner::new(&whole);
    if attempt(&mut conn, &fuel, Mode::of_script(&up), |conn| runner.up(conn)) {
        attempt(&mut conn, &fuel, Mode::of_script(&down), |conn| runner.down(conn, 1));
    }
    fuel.refill();
    let _ = runner.status(&conn).map(|status| status.to_string());
});

/// Returns whether the run succeeded. If not, everything must be as before.
fn attempt(
    conn: &mut Connection,
    fuel: &Fuel,
    mode: Mode,
    run: impl FnOnce(&mut Connection) -> Result<Report, Error>,
) -> bool {
    fuel.refill();
    let (before, set_before) = (dump(conn), settings(conn));
    let outcome = run(conn);
    fuel.refill();
    assert!(conn.is_autocommit(), "a transaction stands open: {outcome:?}");
    assert_eq!(differences(&set_before, &settings(conn)), NONE, "of the connection: {outcome:?}");
    if let Err(error) = &outcome {
        assert!(!error.to_string().is_empty());
        // A script that rewrites the history can succeed, and the run then fail when it reads the history.
        if mode != Mode::NoTransaction && error.report().is_empty() {
            assert_eq!(differences(&before, &dump(conn)), NONE, "of the database: {error}");
        }
    }
    outcome.is_ok()
}
