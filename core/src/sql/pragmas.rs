//! Pragmas, in every spelling.

use std::borrow::Cow;

use super::lexer::{self, Kind, Meaningful};
use super::statements;

/// The words that may precede a pragma.
const EXPLAIN: &str = "explain query plan";

/// A pragma: `PRAGMA name`, `PRAGMA schema.name = value` or `PRAGMA name(value)`.
///
/// ```
/// use migratory_core::sql::pragmas::Pragma;
///
/// let pragma = Pragma::parse("pragma main.\"Foreign_Keys\" (off);").expect("a pragma");
/// assert!(pragma.is("foreign_keys"));
/// assert_eq!(pragma.schema.as_deref(), Some("main"));
/// assert_eq!(pragma.value.as_deref(), Some("off"));
/// assert_eq!(Pragma::parse("SELECT 'PRAGMA foreign_keys'"), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pragma<'a> {
    /// The database that it applies to, without quotes.
    pub schema: Option<Cow<'a, str>>,
    /// The name, without quotes.
    pub name: Cow<'a, str>,
    /// The value or argument, without quotes; a number keeps its sign.
    pub value: Option<Cow<'a, str>>,
}

impl<'a> Pragma<'a> {
    /// Parses a statement; `None` if it isn't a pragma.
    ///
    /// `EXPLAIN PRAGMA ..` counts as one: SQLite sets many pragmas while it prepares the statement.
    pub fn parse(statement: &'a str) -> Option<Self> {
        let mut tokens = lexer::meaningful(statement);
        tokens
            .find(|token| token.kind != Kind::Semicolon && !token.is_any(EXPLAIN))
            .filter(|token| token.is_word("pragma"))?;
        let (mut schema, mut name, mut next) = (None, tokens.next()?, tokens.next());
        if next.is_some_and(|token| token.text == ".") {
            (schema, name, next) = (Some(name.unquoted()), tokens.next()?, tokens.next());
        }
        let is_set = next.is_some_and(|token| matches!(token.text, "=" | "("));
        let value = if is_set { value(&mut tokens) } else { None };
        Some(Self { schema, name: name.unquoted(), value })
    }

    /// Returns whether the pragma has this name, in any case.
    pub fn is(&self, name: &str) -> bool {
        lexer::is_same(&self.name, name)
    }

    /// Returns the value of an on/off setting; `None` if the pragma only queries it.
    ///
    /// ```
    /// use migratory_core::sql::pragmas::Pragma;
    ///
    /// let boolean = |sql| Pragma::parse(sql).and_then(|pragma| pragma.boolean());
    /// assert_eq!(boolean("PRAGMA foreign_keys = YES"), Some(true));
    /// assert_eq!(boolean("PRAGMA foreign_keys = 'what?'"), Some(false));
    /// assert_eq!(boolean("PRAGMA foreign_keys"), None);
    /// ```
    pub fn boolean(&self) -> Option<bool> {
        self.value.as_deref().map(is_on)
    }
}

/// Returns the pragmas of a script, in order.
///
/// ```
/// use migratory_core::sql::pragmas::pragmas;
///
/// let sql = "PRAGMA foreign_keys = OFF; CREATE TABLE pragma (a); PRAGMA user_version;";
/// let names: Vec<_> = pragmas(sql).map(|pragma| pragma.name).collect();
/// assert_eq!(names, ["foreign_keys", "user_version"]);
/// ```
pub fn pragmas(sql: &str) -> impl Iterator<Item = Pragma<'_>> {
    // A list, so that the callers don't each compile the search.
    let mut found = Vec::new();
    if lexer::has_any(sql, &["pragma"]) {
        for range in statements::ranges(sql) {
            found.extend(Pragma::parse(&sql[range]));
        }
    }
    found.into_iter()
}

/// Reads a name, a text, or a number with an optional sign.
fn value<'a>(tokens: &mut Meaningful<'a>) -> Option<Cow<'a, str>> {
    let first = tokens.next().filter(|token| !matches!(token.text, ")" | ";"))?;
    match first.text {
        "+" => tokens.next().map(|number| number.unquoted()),
        "-" => tokens.next().map(|number| format!("-{}", number.unquoted()).into()),
        _ => Some(first.unquoted()),
    }
}

/// Returns whether SQLite reads a value as on, following `sqlite3GetBoolean`, which takes a
/// negative number for an unknown word.
///
/// SQLite up to at least 3.40 looks only at the low eight bits of a number, and reads 256 as off.
fn is_on(value: &str) -> bool {
    if value.starts_with(|first: char| first.is_ascii_digit()) {
        number(value).is_some_and(|number| number != 0)
    } else {
        ["on", "yes", "true"].iter().any(|on| lexer::is_same(value, on))
    }
}

/// Returns the number that a text begins with, if it fits into 31 bits: SQLite reads larger ones as
/// zero.
fn number(text: &str) -> Option<i32> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (digits, radix) = match hexadecimal.filter(|rest| begins_with_digit(rest, 16)) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    let end = digits.find(|digit: char| !digit.is_digit(radix)).unwrap_or(digits.len());
    i32::from_str_radix(&digits[..end], radix).ok()
}

fn begins_with_digit(text: &str, radix: u32) -> bool {
    text.starts_with(|first: char| first.is_digit(radix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pragmas_are_read_in_every_spelling() {
        for (sql, schema, name, value) in [
            ("PRAGMA a", None, "a", None),
            ("PRAGMA a;", None, "a", None),
            (";; pragma /* x */ a = b -- c", None, "a", Some("b")),
            ("PRAGMA main.A = 'b';", Some("main"), "A", Some("b")),
            ("PRAGMA [main] . \"a\" (`b c`)", Some("main"), "a", Some("b c")),
            ("pragma a(-1)", None, "a", Some("-1")),
            ("PRAGMA a = - 1.5;", None, "a", Some("-1.5")),
            ("PRAGMA a = +2", None, "a", Some("2")),
            ("PRAGMA 'a' ( \"x\" )", None, "a", Some("x")),
            ("PRAGMA a = DEFAULT", None, "a", Some("DEFAULT")),
            ("PRAGMA a = ''", None, "a", Some("")),
            ("EXPLAIN PRAGMA a = 1", None, "a", Some("1")),
            ("EXPLAIN QUERY PLAN PRAGMA a = 1", None, "a", Some("1")),
            ("PRAGMA a()", None, "a", None),
            ("PRAGMA a =", None, "a", None),
        ] {
            let found = Pragma::parse(sql).expect(sql);
            let parts = (found.schema.as_deref(), &*found.name, found.value.as_deref());
            assert_eq!(parts, (schema, name, value), "{sql}");
        }
        for sql in ["", "PRAGMA", "PRAGMA a.", "SELECT 'PRAGMA a = 1'", "\"PRAGMA\" a", "EXPLAIN"] {
            assert_eq!(Pragma::parse(sql), None, "{sql}");
        }
    }

    #[test]
    fn only_a_whole_statement_is_a_pragma() {
        for (sql, expected) in [
            ("CREATE TABLE a (pragma foreign_keys)", &[][..]),
            ("SELECT 1 pragma; PRAGMA a; -- PRAGMA b", &["a"]),
            (
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1 pragma; END; PRAGMA b; pragma c",
                &["b", "c"],
            ),
            ("UPDATE a SET b = 'x; PRAGMA c;'", &[]),
        ] {
            let names: Vec<_> = pragmas(sql).map(|pragma| pragma.name).collect();
            assert_eq!(names, expected, "{sql}");
        }
    }
}
