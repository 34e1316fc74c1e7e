//! Connections for callers that run the SQL of a folder themselves, as the command line does.

use std::sync::Mutex;
use std::time::Instant;

use rusqlite::hooks::AuthContext;
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};

use super::allowed::Known;
use super::authorizer::Permit;
use super::bounds::{Bounds, time_limit};
use super::limits::Lengths;
use super::recorder::{Recorder, authorize};
use super::stand_ins;
use super::{STEPS, guarded, limits};
use migratory_analysis::{Checked, Options};

/// Opens a database in memory on which the scripts of a set can do no harm.
///
/// It has the walls and the bounds of the rehearsal, the time limit included, which starts now. The
/// functions and collations that the options declare are replaced by stand-ins.
///
/// # Errors
/// If SQLite can't open or set up a database in memory.
pub fn scratch(checked: &Checked, options: &Options) -> Result<Connection> {
    let mut conn = Connection::open_in_memory()?;
    let lengths = Lengths::of(checked.set());
    limits::confine(&conn, lengths)?;
    guarded::register(&conn, lengths)?;
    stand_ins::register(&conn, options)?;
    let deadline = Instant::now().checked_add(time_limit(checked, options));
    let bounds = Bounds::new(deadline, lengths);
    // rusqlite 0.33 returns nothing here, and newer versions a `Result`.
    let _ = conn.progress_handler(STEPS, Some(move || bounds.is_exceeded()));
    confine(&mut conn, options)?;
    Ok(conn)
}

/// Confines the scripts that run on this connection to its database: they read and write no other
/// file, and load no library.
///
/// It suits a database that may be large, as the copy of a real one: it limits neither time, nor
/// memory, nor the length of values.
///
/// # Errors
/// If SQLite can't be asked what functions it has.
pub fn confine(conn: &mut Connection, options: &Options) -> Result<()> {
    // VACUUM attaches a database without a name, and nothing announces it here.
    let permit = Permit {
        known: Known::get()?,
        declared: options.functions.clone(),
        is_vacuum: true,
        last_read: String::new(),
    };
    let recorder = Mutex::new(Recorder::new(permit));
    // What these two return differs between versions of rusqlite.
    let _ = conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1);
    let judge = move |context: AuthContext<'_>| authorize(&recorder, &context);
    let _ = conn.authorizer(Some(judge));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confined_file_can_be_vacuumed_but_not_copied() {
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
