//! The schema before a new migration, in its own database.

use migratory_analysis::{Checked, DirectiveKind, Options};
use migratory_rehearsal::schema::Schema;
use migratory_rehearsal::scratch;
use migratory_runtime::rusqlite::{self, Connection};

/// The schema before a new migration.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) schema: Schema,
    /// An in-memory database with this schema.
    pub(crate) conn: Connection,
    /// The oldest SQLite that the set runs on.
    pub(crate) min_sqlite: Option<i32>,
}

impl Ground {
    /// An empty database.
    pub(crate) fn empty(min_sqlite: Option<i32>) -> rusqlite::Result<Self> {
        let conn = Connection::open_in_memory()?;
        Ok(Self { schema: Schema::default(), conn, min_sqlite })
    }

    /// Runs the ups of a set as the rehearsal does: without steps in Rust, and without scripts that
    /// only the application can run.
    pub(crate) fn after(
        set: &Checked,
        options: &Options,
        min_sqlite: Option<i32>,
    ) -> rusqlite::Result<Self> {
        // The set was not rehearsed, so it runs in the rehearsal's sandbox.
        let conn = scratch(set, options)?;
        for migration in set.set() {
            let mut directives = migration.up.directives.iter();
            if directives.all(|directive| directive.kind != DirectiveKind::NoRehearsal) {
                conn.execute_batch(&migration.up.sql)?;
            }
        }
        Ok(Self { schema: Schema::read(&conn)?, conn, min_sqlite })
    }

    /// Whether every SQLite that the set supports has the features of this version.
    pub(super) fn has(&self, version: i32) -> bool {
        self.min_sqlite.is_none_or(|oldest| oldest >= version)
    }
}
