//! What an interrupted script leaves in the database, and why it can't be continued.

/// What an interrupted script leaves in the database.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::{ErrorKind, Remains};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # let runner = halting(&mut conn);
/// // 0002_add_tags.up.sql: -- migratory: no-transaction
/// //                       CREATE TABLE tag (name UNIQUE); INSERT INTO tag SELECT title FROM item;
/// let error = runner.up(&mut conn).unwrap_err();
/// let ErrorKind::Statement(failure) = error.kind() else { unreachable!() };
/// assert_eq!(failure.message, "UNIQUE constraint failed: tag.name");
/// assert_eq!(failure.remains, Remains::Resumable { done: 1, of: 2 }); // `tag` is there
/// assert!(error.is_dirty() && failure.remains.is_dirty());
///
/// conn.execute_batch("DELETE FROM item WHERE rowid > 1")?; // what made the INSERT fail
/// runner.up(&mut conn)?; // continues with the INSERT
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remains {
    /// Nothing: its transaction was rolled back.
    RolledBack,
    /// Nothing: it runs outside a transaction, and none of its statements has written anything. The
    /// next run starts it again.
    Nothing,
    /// The effects of its first statements, each complete. The next run continues after them.
    Resumable {
        /// The number of completed statements.
        done: usize,
        /// The number of statements in the script.
        of: usize,
    },
    /// The effects of its first statements. The next run can't continue, and a person must act.
    Part,
}

impl Remains {
    /// Returns whether the script is half-way.
    ///
    /// See [`Remains`] for an example.
    pub const fn is_dirty(self) -> bool {
        matches!(self, Self::Resumable { .. } | Self::Part)
    }
}

/// Why an interrupted `no-transaction` migration can't be continued.
///
/// ```
/// # extern crate migratory_runtime as migratory;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doctest/migrations.rs"));
/// use migratory::{ErrorKind, Runner, Unresumable};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut conn = rusqlite::Connection::open_in_memory()?;
/// # halting(&mut conn).up(&mut conn).unwrap_err();
/// # let items = ("initial_schema", "CREATE TABLE item (title);", "");
/// # let tags = "-- migratory: no-transaction\nCREATE TABLE tag (name); REINDEX;";
/// # let edited = set(&[items, ("add_tags", tags, "")]);
/// // Migration 2 stopped half-way, as in the example of `Remains`. Then somebody edited it.
/// let error = Runner::new(edited).up(&mut conn).unwrap_err();
/// let ErrorKind::Dirty { version, why, .. } = error.kind() else { unreachable!() };
/// assert_eq!((version.get(), why), (2, &Unresumable::OtherScript));
/// println!("{error}"); // names the version, and how to repair it
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unresumable {
    /// This program doesn't have the script that was running: it was edited, or belongs to another
    /// version of the program.
    OtherScript,
    /// The script uses temporary objects or attached databases, which disappeared with their
    /// connection.
    BoundToConnection {
        /// The file.
        file: String,
        /// The line of the first statement to run, from 1.
        line: usize,
        /// The text of that statement.
        statement: String,
    },
    /// The completed statements are unknown.
    NoProgress,
}
