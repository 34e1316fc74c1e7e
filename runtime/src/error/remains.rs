//! What an interrupted script leaves in the database, and why it can't be continued.

/// What an interrupted script leaves in the database.
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
    pub const fn is_dirty(self) -> bool {
        matches!(self, Self::Resumable { .. } | Self::Part)
    }
}

/// Why an interrupted `no-transaction` migration can't be continued.
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
