//! How a script stands to the transaction that the runner opens.

use crate::head;
use crate::sql::pragmas::pragmas;

/// How a script is run.
///
/// The script itself says it, so that a stored down is run the way it was written for:
///
/// ```
/// use migratory_core::Mode;
///
/// assert_eq!(Mode::of_script("CREATE TABLE a (b);"), Mode::Transaction);
/// assert_eq!(Mode::of_script("PRAGMA foreign_keys = OFF; DROP TABLE a;"), Mode::ForeignKeysOff);
/// assert_eq!(Mode::of_script("-- migratory: no-transaction\nVACUUM;"), Mode::NoTransaction);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// In a transaction, together with its neighbours of the same mode.
    Transaction,
    /// In a transaction that begins with foreign keys off and ends with a check of them.
    ///
    /// SQLite ignores `PRAGMA foreign_keys` inside of a transaction, and then deletes the children of
    /// a table that is dropped. So the pragma is heeded before the transaction begins.
    ForeignKeysOff,
    /// Outside of any transaction, since the script holds something that SQLite refuses in one.
    NoTransaction,
}

impl Mode {
    /// The mode that a script asks for, by a directive at its head or by the pragma.
    pub fn of_script(sql: &str) -> Self {
        if head::comments(sql).filter_map(head::directive).any(is_no_transaction) {
            Self::NoTransaction
        } else if turns_foreign_keys_off(sql) {
            Self::ForeignKeysOff
        } else {
            Self::Transaction
        }
    }
}

/// Whether a directive is this one; a reason may follow.
fn is_no_transaction(directive: &str) -> bool {
    directive.split(':').next().is_some_and(|key| key.trim() == "no-transaction")
}

fn turns_foreign_keys_off(sql: &str) -> bool {
    pragmas(sql).any(|pragma| pragma.is("foreign_keys") && pragma.boolean() == Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_foreign_keys_off_is_seen() {
        for sql in [
            "PRAGMA foreign_keys = OFF",
            "pragma FOREIGN_KEYS=0;",
            "SELECT 1; PRAGMA main.foreign_keys(false)",
            "PRAGMA foreign_keys = 'no'",
            "PRAGMA \"foreign_keys\" = OFF",
            "PRAGMA main.[foreign_keys] = 0",
            "PRAGMA /* here */ foreign_keys\n= off;",
            "PRAGMA foreign_keys; PRAGMA foreign_keys = off",
            "PRAGMA foreign_keys = -1",
            "EXPLAIN PRAGMA foreign_keys = 0",
        ] {
            assert_eq!(Mode::of_script(sql), Mode::ForeignKeysOff, "{sql}");
        }
        for sql in [
            "PRAGMA foreign_keys = ON",
            "PRAGMA foreign_keys(1)",
            "PRAGMA foreign_keys",
            "-- PRAGMA foreign_keys = OFF",
            "SELECT 'PRAGMA foreign_keys = OFF'",
            "PRAGMA defer_foreign_keys = OFF",
            "CREATE TABLE a (pragma foreign_keys = 0)",
        ] {
            assert_eq!(Mode::of_script(sql), Mode::Transaction, "{sql}");
        }
    }

    #[test]
    fn the_directive_counts_at_the_head_alone() {
        for sql in [
            "-- migratory: no-transaction\nVACUUM;",
            "-- migratory: no-transaction: VACUUM\nVACUUM;",
            "\u{feff}-- A note.\r\n--migratory:no-transaction\r\nVACUUM;",
        ] {
            assert_eq!(Mode::of_script(sql), Mode::NoTransaction, "{sql}");
        }
        for sql in
            ["VACUUM; -- migratory: no-transaction", "/* migratory: no-transaction */ VACUUM"]
        {
            assert_eq!(Mode::of_script(sql), Mode::Transaction, "{sql}");
        }
    }
}
