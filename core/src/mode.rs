//! How a script stands to the transaction that the runner opens.

use std::borrow::Cow;

use crate::sql::lexer::{self, Kind, Token};

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
        if head_comments(sql).filter_map(directive).any(is_no_transaction) {
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

/// The comments before the first statement of a script.
pub fn head_comments(sql: &str) -> impl Iterator<Item = Token<'_>> {
    lexer::tokens(sql).take_while(Token::is_blank).filter(|token| token.kind != Kind::Space)
}

/// What follows `-- migratory:` in a comment of one line, blanks around it left out.
pub fn directive(comment: Token<'_>) -> Option<&str> {
    let body = comment.text.strip_prefix("--")?.trim_start();
    Some(body.strip_prefix("migratory:")?.trim())
}

fn turns_foreign_keys_off(sql: &str) -> bool {
    pragmas(sql).any(|pragma| {
        pragma.name.eq_ignore_ascii_case("foreign_keys")
            && pragma.value.is_some_and(|value| is_off(&value.unquoted()))
    })
}

/// Whether SQLite reads this as a Boolean that is not true, as `sqlite3GetBoolean` does.
fn is_off(value: &str) -> bool {
    match value.parse::<i64>() {
        Ok(number) => number == 0,
        Err(_) => !["on", "yes", "true"].iter().any(|on| value.eq_ignore_ascii_case(on)),
    }
}

/// A `PRAGMA name`, `PRAGMA name = value` or `PRAGMA name(value)` in a script.
pub struct Pragma<'a> {
    /// Its name, without quotes.
    pub name: Cow<'a, str>,
    /// What it is set to.
    pub value: Option<Token<'a>>,
}

/// The pragmas of a script, in order.
pub fn pragmas(sql: &str) -> impl Iterator<Item = Pragma<'_>> {
    let mut tokens = lexer::meaningful(sql).peekable();
    std::iter::from_fn(move || {
        tokens.by_ref().find(|token| token.is_word("pragma"))?;
        let mut name = tokens.next()?;
        if tokens.next_if(|token| token.text == ".").is_some() {
            name = tokens.next()?;
        }
        let assigned = tokens.next_if(|token| matches!(token.text, "=" | "(")).is_some();
        let value =
            if assigned { tokens.next_if(|token| token.kind != Kind::Semicolon) } else { None };
        Some(Pragma { name: name.unquoted(), value })
    })
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
