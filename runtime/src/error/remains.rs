//! What a script that stopped leaves behind, and why it can't be continued.

/// What a script that stopped leaves in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remains {
    /// Nothing: its transaction was rolled back.
    RolledBack,
    /// Nothing: it runs outside of a transaction, and no statement of it has written. The next run starts it anew.
    Nothing,
    /// Its first statements, each of them whole. The next run continues after them.
    Resumable {
        /// How many statements are done.
        done: usize,
        /// How many statements the script has.
        of: usize,
    },
    /// Its first statements. The next run can't continue after them, and a person must settle it.
    Part,
}

impl Remains {
    /// Whether the script is half-way.
    pub const fn is_dirty(self) -> bool {
        matches!(self, Self::Resumable { .. } | Self::Part)
    }
}

/// Why a `no-transaction` migration that stopped half-way can't be resumed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unresumable {
    /// This program does not have the script that was running: it was edited since, or belongs to another version of
    /// the program.
    OtherScript,
    /// The script uses temporary objects or attached databases, which went with the connection that had them.
    BoundToConnection {
        /// The file.
        file: String,
        /// The line of the first statement that is not done; the first is 1.
        line: usize,
        /// The text of that statement.
        statement: String,
    },
    /// It is not known which statements are done.
    NoProgress,
}
