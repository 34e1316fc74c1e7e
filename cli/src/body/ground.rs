//! What a new migration will meet: the schema that the others make, in a database of its own.

use migratory_analysis::schema::Schema;
use migratory_analysis::{Checked, DirectiveKind, Options, scratch};
use migratory_runtime::rusqlite::{self, Connection};

/// What a new migration will meet.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) schema: Schema,
    /// A database in memory that has this schema.
    pub(crate) conn: Connection,
    /// The oldest SQLite that the set runs on.
    pub(crate) min_sqlite: Option<i32>,
}

impl Ground {
    /// A database without a table.
    pub(crate) fn empty(min_sqlite: Option<i32>) -> rusqlite::Result<Self> {
        let conn = Connection::open_in_memory()?;
        Ok(Self { schema: Schema::default(), conn, min_sqlite })
    }

    /// What the ups of a set make, run as the rehearsal runs them: steps in Rust are left out, and so is
    /// what only the program can run.
    pub(crate) fn after(
        set: &Checked,
        options: &Options,
        min_sqlite: Option<i32>,
    ) -> rusqlite::Result<Self> {
        // The set was not rehearsed yet: whatever it holds, it runs behind the walls of the rehearsal.
        let conn = scratch(set, options)?;
        for migration in set.set() {
            let mut directives = migration.up.directives.iter();
            if directives.all(|directive| directive.kind != DirectiveKind::NoRehearsal) {
                conn.execute_batch(&migration.up.sql)?;
            }
        }
        Ok(Self { schema: Schema::read(&conn)?, conn, min_sqlite })
    }

    /// Whether all that the set runs on knows what this version brought.
    pub(super) fn has(&self, version: i32) -> bool {
        self.min_sqlite.is_none_or(|oldest| oldest >= version)
    }
}
