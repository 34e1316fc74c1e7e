//! Finds where the statements of a script begin and end, before any of them runs.
//!
//! SQLite finds the end of a statement only by compiling it, which requires the schema that the
//! statement needs. So a script that hasn't run is split here.

use std::ops::Range;

use super::lexer::{self, Kind, Meaningful, Token};

/// Returns the statements of a script as byte ranges.
///
/// Each range goes from the first token to the semicolon, or to the last token at the end of the
/// text. A lone semicolon is not a statement, and semicolons inside a trigger don't end one.
///
/// ```
/// use migratory_core::sql::statements;
///
/// let sql = "CREATE TRIGGER t AFTER INSERT ON a BEGIN
///     UPDATE a SET b = CASE b WHEN 1 THEN 2 END;
///     SELECT 1;
/// END;
/// SELECT 2 -- the last";
/// let mut texts = statements::ranges(sql).map(|range| &sql[range]);
/// assert!(texts.next().is_some_and(|trigger| trigger.ends_with("END;")));
/// assert_eq!(texts.next(), Some("SELECT 2"));
/// assert_eq!(texts.next(), None);
/// ```
pub fn ranges(sql: &str) -> Ranges<'_> {
    Ranges(lexer::meaningful(sql))
}

/// An iterator over the statements of a script, created by [`ranges`].
#[derive(Clone, Debug)]
pub struct Ranges<'a>(Meaningful<'a>);

impl Iterator for Ranges<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let first = self.0.find(|token| token.kind != Kind::Semicolon)?;
        let mut place = Place::Head(Head::default()).after(first);
        let mut end = first.end();
        for token in self.0.by_ref() {
            end = token.end();
            if token.kind == Kind::Semicolon && place.ends() {
                break;
            }
            place = place.after(token);
        }
        Some(first.start..end)
    }
}

/// Returns the number of statements in a script.
///
/// ```
/// assert_eq!(migratory_core::sql::statements::count("SELECT ';'; ; SELECT 2"), 2);
/// ```
pub fn count(sql: &str) -> usize {
    ranges(sql).count()
}

/// Returns the first token of a statement, after blanks, comments and semicolons.
///
/// ```
/// use migratory_core::sql::statements::first_word;
///
/// assert!(first_word("; -- all\n Delete FROM a").is_some_and(|word| word.is_word("DELETE")));
/// assert_eq!(first_word("-- nothing"), None);
/// ```
pub fn first_word(statement: &str) -> Option<Token<'_>> {
    lexer::meaningful(statement).find(|token| token.kind != Kind::Semicolon)
}

/// Returns the first word of a statement that begins or ends a transaction or savepoint; `None` for
/// others.
///
/// ```
/// use migratory_core::sql::statements::transaction_word;
///
/// assert_eq!(transaction_word("end transaction;"), Some("END"));
/// assert_eq!(transaction_word("INSERT OR ROLLBACK INTO a VALUES (1)"), None);
/// ```
pub fn transaction_word(statement: &str) -> Option<&'static str> {
    const WORDS: [&str; 6] = ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"];
    let first = first_word(statement)?;
    WORDS.into_iter().find(|word| first.is_word(word))
}

/// The position of a token within a statement, as far as it affects semicolons.
#[derive(Clone, Copy)]
enum Place {
    /// In the leading words that identify the statement.
    Head(Head),
    /// In a statement that ends at the next semicolon.
    Plain,
    /// In a trigger, before its `BEGIN`.
    BeforeBody,
    /// In the body of a trigger. The trigger's `END` is where a statement would begin; a `CASE`
    /// never ends there.
    Body { at_start: bool },
    /// After the `END` of a trigger.
    AfterBody,
}

/// How many of the five words `EXPLAIN QUERY PLAN CREATE TEMP` have been read.
#[derive(Clone, Copy, Default)]
struct Head(usize);

impl Place {
    /// Returns the place after a token.
    fn after(self, token: Token<'_>) -> Self {
        match self {
            Self::Head(head) => head.after(token),
            Self::BeforeBody if token.is_word("begin") => Self::Body { at_start: false },
            Self::Body { at_start: true } if token.is_word("end") => Self::AfterBody,
            Self::Body { .. } => Self::Body { at_start: token.kind == Kind::Semicolon },
            Self::Plain | Self::BeforeBody | Self::AfterBody => self,
        }
    }

    /// Returns whether a semicolon here ends the statement.
    fn ends(self) -> bool {
        !matches!(self, Self::Body { .. })
    }
}

impl Head {
    fn after(self, token: Token<'_>) -> Place {
        const WORDS: [&str; 5] = ["explain", "query", "plan", "create", "temp temporary"];
        const CREATE: usize = 3;
        if self.0 > CREATE && token.is_word("trigger") {
            return Place::BeforeBody;
        }
        // All words but CREATE are optional, and they keep this order.
        let next = (self.0..WORDS.len()).find(|&at| token.is_any(WORDS[at]));
        next.map_or(Place::Plain, |at| Place::Head(Self(at + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<&str> {
        ranges(sql).map(|range| &sql[range]).collect()
    }

    #[test]
    fn a_semicolon_ends_a_statement() {
        for (sql, expected) in [
            ("", &[][..]),
            ("-- nothing", &[]),
            (" ; ;; ", &[]),
            ("SELECT 1", &["SELECT 1"]),
            ("SELECT 1 -- one", &["SELECT 1"]),
            ("SELECT ';' ;-- ;\n SELECT /* ; */ 2;", &["SELECT ';' ;", "SELECT /* ; */ 2;"]),
            (";; BEGIN; COMMIT", &["BEGIN;", "COMMIT"]),
            (
                "CREATE TABLE trigger_log (x); CREATE TABLE b (x)",
                &["CREATE TABLE trigger_log (x);", "CREATE TABLE b (x)"],
            ),
            (
                "CREATE TABLE a (trigger, begin); SELECT 1",
                &["CREATE TABLE a (trigger, begin);", "SELECT 1"],
            ),
        ] {
            assert_eq!(texts(sql), expected, "{sql:?}");
        }
    }

    #[test]
    fn a_trigger_ends_at_its_end() {
        for trigger in [
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; SELECT 1; END;",
            "create temporary trigger a after insert on b begin delete from c; end ;",
            "CREATE TEMP TRIGGER a AFTER INSERT ON b WHEN CASE 1 WHEN 1 THEN 1 END BEGIN SELECT 1; END;",
            "EXPLAIN CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;",
            "EXPLAIN QUERY PLAN CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 3; END;",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN UPDATE c SET d = CASE WHEN 1 THEN CASE 2 WHEN 2 \
             THEN 3 END ELSE CASE WHEN 4 THEN 5 END END; DELETE FROM c; END;",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 'x; END;'; SELECT \"; END;\"; END;",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; /* END; */ SELECT 2; -- END;\n END;",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; /* x */ END /* y */ ;",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT \"end\", [end] FROM c end; SELECT end_; END;",
            "CREATE TRIGGER end_begin AFTER UPDATE OF end ON b BEGIN SELECT NEW.end; END;",
        ] {
            let sql = format!("{trigger} SELECT 1;");
            assert_eq!(texts(&sql), [trigger, "SELECT 1;"]);
            assert_eq!(texts(trigger.trim_end_matches([';', ' '])).len(), 1, "{trigger}");
        }
    }

    /// SQLite also refuses them at their first semicolon.
    #[test]
    fn a_trigger_without_a_body_ends_at_its_semicolon() {
        for sql in ["CREATE TRIGGER; SELECT 1", "CREATE TRIGGER a AFTER INSERT ON b; SELECT 1"] {
            assert_eq!(texts(sql).len(), 2, "{sql}");
        }
    }
}
