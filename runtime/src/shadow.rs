//! A temporary table of the application's that has the name of one which a migration means.
//!
//! SQLite looks in the temporary schema first: the migration would change the temporary table, and be recorded.

use rusqlite::Connection;

use crate::foreign_keys::Touched;
use crate::kind::ErrorKind;
use crate::plan::Step;

/// Refuses scripts that mention the name of a temporary object.
pub(crate) fn check<'a>(
    conn: &Connection,
    scripts: impl Iterator<Item = (&'a Step, &'a str)>,
) -> Result<(), ErrorKind> {
    let names = temporary(conn)?;
    if names.is_empty() {
        return Ok(());
    }
    for (step, sql) in scripts {
        let mentioned = Touched::mentioned(sql);
        let objects: Vec<_> = names.iter().filter(|name| mentioned.has(name)).cloned().collect();
        if !objects.is_empty() {
            return Err(ErrorKind::Shadowed { file: step.file.clone(), objects });
        }
    }
    Ok(())
}

fn temporary(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM temp.sqlite_schema WHERE type IN ('table', 'view')";
    conn.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}
