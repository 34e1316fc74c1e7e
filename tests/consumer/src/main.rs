//! A program that uses migratory, from the first start to a backup, with the SQLite that it is linked with.
//!
//! Without features that is the system's; `bundled` and `bundled-sqlcipher` compile one. The program asserts each
//! step, and prints which SQLite it used.

use std::error::Error;
use std::path::Path;

use migratory::{Backup, Target};
use rusqlite::Connection;

migratory::embed_migrations!();

/// Whether the linked SQLite encrypts.
const ENCRYPTS: bool = cfg!(feature = "bundled-sqlcipher");
/// SQLite's default is off, but on in the SQLite that rusqlite compiles.
const FOREIGN_KEYS: bool = cfg!(any(feature = "bundled", feature = "bundled-sqlcipher"));

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("app.db");
    up_and_down_and_up(&mut open(&path)?)?;
    nothing_to_do(&mut open(&path)?)?;
    a_backup(&path)?;
    if ENCRYPTS {
        encrypted(&path)?;
    }
    println!("SQLite {}, {}: sound", rusqlite::version(), linked(&open(&path)?)?);
    Ok(())
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    if ENCRYPTS {
        conn.pragma_update(None, "key", "as if nobody knew")?;
    }
    Ok(conn)
}

fn up_and_down_and_up(conn: &mut Connection) -> Result<(), Box<dyn Error>> {
    assert_eq!(enforced(conn)?, FOREIGN_KEYS);
    let runner = migrations::runner();
    runner.to(conn, migrations::V1_INITIAL_SCHEMA)?;
    conn.execute_batch(
        "INSERT INTO author VALUES (1, 'Ada'); INSERT INTO note VALUES (1, 1, 'x')",
    )?;
    assert_eq!(runner.plan(conn, Target::Latest)?.steps().len(), 1);
    assert_eq!(runner.up(conn)?.steps().len(), 1);
    assert_eq!(runner.down(conn, 1)?.steps().len(), 1);
    assert_eq!(runner.status(conn)?.current(), Some(migrations::V1_INITIAL_SCHEMA));
    runner.up(conn)?;
    assert!(runner.status(conn)?.is_up_to_date() && runner.verify(conn)?.is_empty());
    let notes: i64 = conn.query_row("SELECT count(*) FROM note", [], |row| row.get(0))?;
    assert_eq!(notes, 1, "a rebuild of the parent keeps its children");
    assert_eq!(enforced(conn)?, FOREIGN_KEYS, "the run restores the pragmas");
    Ok(())
}

fn nothing_to_do(conn: &mut Connection) -> Result<(), Box<dyn Error>> {
    let report = migrations::runner().up(conn)?;
    assert!(report.is_empty() && !report.is_drifted());
    Ok(())
}

/// A second connection copies the database. It can't read an encrypted one, and then nothing is changed.
fn a_backup(path: &Path) -> Result<(), Box<dyn Error>> {
    let mut conn = open(path)?;
    let reverted = migrations::runner().backup(Backup::beside()).to(&mut conn, Target::Empty);
    match reverted {
        Ok(report) => assert!(!ENCRYPTS && report.backup().is_some_and(Path::is_file)),
        Err(error) => {
            assert!(ENCRYPTS && error.to_string().contains("encrypted"), "{error}");
            assert!(migrations::runner().status(&conn)?.is_up_to_date());
        }
    }
    Ok(())
}

fn encrypted(path: &Path) -> Result<(), Box<dyn Error>> {
    assert!(!std::fs::read(path)?.starts_with(b"SQLite format 3"));
    let mut without_key = Connection::open(path)?;
    let refused =
        migrations::runner().up(&mut without_key).map(|_| ()).map_err(|it| it.to_string());
    assert!(refused.as_ref().is_err_and(|error| error.contains("encrypted")), "{refused:?}");
    Ok(())
}

fn enforced(conn: &Connection) -> rusqlite::Result<bool> {
    conn.query_row("PRAGMA foreign_keys", [], |row| row.get(0))
}

fn linked(conn: &Connection) -> Result<String, Box<dyn Error>> {
    Ok(if ENCRYPTS {
        let version: String = conn.query_row("PRAGMA cipher_version", [], |row| row.get(0))?;
        format!("SQLCipher {version}")
    } else if cfg!(feature = "bundled") {
        "bundled".to_owned()
    } else {
        "the system's".to_owned()
    })
}
