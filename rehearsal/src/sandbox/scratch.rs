//! Connections for those who run the SQL of a folder themselves: the command line.

use std::sync::Mutex;
use std::time::Instant;

use rusqlite::hooks::AuthContext;
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};

use super::allowed::Known;
use super::authorizer::Permit;
use super::bounds::Bounds;
use super::heard::{Heard, authorize};
use super::limits::Lengths;
use super::stand_ins;
use super::{STEPS, guarded, limits};
use crate::course::limit;
use migratory_analysis::{Checked, Options};

/// Opens a database in memory on which the scripts of a set can do no harm.
///
/// It stands behind the walls of the rehearsal and has its bounds, the time limit too, which begins now. Functions and
/// collations stand in for those that the options declare.
///
/// # Errors
/// If SQLite can't open or set up a database in memory.
pub fn scratch(checked: &Checked, options: &Options) -> Result<Connection> {
    let mut conn = Connection::open_in_memory()?;
    let lengths = Lengths::of(checked.set());
    limits::confine(&conn, lengths)?;
    guarded::register(&conn, lengths)?;
    stand_ins::register(&conn, options)?;
    let deadline = Instant::now().checked_add(limit(checked, options));
    let bounds = Bounds::new(deadline, lengths);
    // What this returns differs between versions of rusqlite.
    let _ = conn.progress_handler(STEPS, Some(move || bounds.look()));
    confine(&mut conn, options)?;
    Ok(conn)
}

/// Keeps the scripts that run on this connection in its database, whatever they say: no other file is read or written,
/// and no library loaded.
///
/// It is for a database that may be large, as a copy of a real one: nothing bounds time, memory or the length of values.
///
/// # Errors
/// If SQLite can't be asked what functions it has.
pub fn confine(conn: &mut Connection, options: &Options) -> Result<()> {
    // A VACUUM attaches a database that has no name, and nothing tells when it does.
    let permit = Permit {
        known: Known::get()?,
        declared: options.functions.clone(),
        is_vacuum: true,
        last_read: String::new(),
    };
    let heard = Mutex::new(Heard::new(permit));
    // What these two return differs between versions of rusqlite.
    let _ = conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1);
    let judge = move |context: AuthContext<'_>| authorize(&heard, &context);
    let _ = conn.authorizer(Some(judge));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confined_file_can_be_vacuumed_and_not_copied() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("real.db");
        let mut conn = Connection::open(&file).expect("a database");
        confine(&mut conn, &Options::default()).expect("confined");
        conn.execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(3000000)); VACUUM;")
            .expect("ordinary statements");
        let other = folder.path().join("other.db");
        for sql in [
            format!("ATTACH '{}' AS y", other.display()),
            format!("ATTACH ('{}' || '') AS y", other.display()),
            format!("VACUUM INTO '{}'", other.display()),
            format!("VACUUM INTO ('{}' || '')", other.display()),
            format!("SELECT load_extension('{}')", other.display()),
        ] {
            conn.execute_batch(&sql).expect_err(&sql);
        }
        assert!(!other.exists());
    }
}
