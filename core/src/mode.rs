//! How a script runs with regard to the runner's transaction.

use crate::head;
use crate::sql::pragmas::pragmas;

/// How a script runs with regard to the runner's transaction.
///
/// The script's text alone decides it, so that a down stored in the history runs in the mode it was
/// written for:
///
/// ```
/// # extern crate migratory_core as migratory;
/// use migratory::Mode;
///
/// assert_eq!(Mode::of_script("CREATE TABLE a (b);"), Mode::Transaction);
/// assert_eq!(Mode::of_script("PRAGMA foreign_keys = OFF; DROP TABLE a;"), Mode::ForeignKeysOff);
/// assert_eq!(Mode::of_script("-- migratory: no-transaction\nVACUUM;"), Mode::NoTransaction);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// In a transaction, together with adjacent scripts of the same mode.
    Transaction,
    /// In a transaction that begins with foreign keys off and ends with a foreign-key check.
    ///
    /// SQLite ignores `PRAGMA foreign_keys` inside a transaction; with foreign keys on, dropping a
    /// table deletes the rows of its children. So the runner turns them off before the transaction
    /// begins.
    ForeignKeysOff,
    /// Outside any transaction, because the script has a statement that SQLite refuses inside one.
    NoTransaction,
}

impl Mode {
    /// Returns the mode that a script asks for, with a directive at its top or with the pragma.
    ///
    /// See [`Mode`] for an example.
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

/// Returns whether a directive is `no-transaction`, with or without a reason.
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
    fn every_spelling_of_foreign_keys_off_is_recognised() {
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
    fn the_directive_counts_only_at_the_top() {
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
