//! Parses the first words of a statement: what it creates, drops or alters, and the pragma that it
//! sets.

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::parens;

use crate::schema::Name;

/// A `CREATE`, `DROP` or `ALTER`, up to the name of its object.
#[derive(Debug)]
pub(crate) struct Phrase<'a> {
    /// `CREATE`, `DROP` or `ALTER`.
    pub(crate) verb: Token<'a>,
    /// `TABLE`, `INDEX`, `TRIGGER` or `VIEW`.
    pub(crate) kind: Token<'a>,
    /// Whether these words make the object temporary.
    pub(crate) is_temporary: bool,
    /// The first and the last word of `IF EXISTS` or `IF NOT EXISTS`.
    pub(crate) condition: Option<(Token<'a>, Token<'a>)>,
    pub(crate) name: Token<'a>,
    /// The tokens after the name.
    pub(crate) rest: Vec<Token<'a>>,
}

impl<'a> Phrase<'a> {
    /// Parses a statement; returns `None` if it begins with another word.
    pub(crate) fn parse(statement: &'a str) -> Option<Self> {
        let mut tokens = meaningful(statement).peekable();
        let verb = tokens.next_if(|token| any(token, &["create", "drop", "alter"]))?;
        let mut is_temporary = false;
        while let Some(word) =
            tokens.next_if(|token| any(token, &["temp", "temporary", "unique", "virtual"]))
        {
            is_temporary |= any(&word, &["temp", "temporary"]);
        }
        let kind = tokens.next_if(|token| any(token, &["table", "index", "view", "trigger"]))?;
        let mut condition = None;
        if let Some(first) = tokens.next_if(|token| token.is_word("if")) {
            tokens.next_if(|token| token.is_word("not"));
            condition = Some((first, tokens.next_if(|token| token.is_word("exists"))?));
        }
        let mut name = tokens.next().filter(is_name)?;
        if tokens.next_if(|token| token.text == ".").is_some() {
            is_temporary |= name.unquoted().eq_ignore_ascii_case("temp");
            name = tokens.next().filter(is_name)?;
        }
        Some(Self { verb, kind, is_temporary, condition, name, rest: tokens.collect() })
    }

    /// Returns the name of the object.
    pub(crate) fn object(&self) -> Name {
        Name::new(self.name.unquoted())
    }

    /// Returns the new name in `ALTER TABLE .. RENAME TO name`.
    pub(crate) fn renamed_to(&self) -> Option<Token<'a>> {
        match self.rest.as_slice() {
            [rename, to, name, ..]
                if self.verb.is_word("alter") && rename.is_word("rename") && to.is_word("to") =>
            {
                Some(*name)
            }
            _ => None,
        }
    }
}

/// A `PRAGMA name = value` or `PRAGMA name(value)`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pragma {
    /// In lower case.
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

impl Pragma {
    /// Parses a statement; returns `None` if it is not a PRAGMA.
    pub(crate) fn parse(statement: &str) -> Option<Self> {
        let mut tokens = meaningful(statement).peekable();
        tokens.next_if(|token| token.is_word("pragma"))?;
        let mut name = tokens.next()?;
        if tokens.next_if(|token| token.text == ".").is_some() {
            name = tokens.next()?;
        }
        let is_set = tokens.next_if(|token| matches!(token.text, "=" | "(")).is_some();
        let value = tokens
            .filter(|token| is_set && !matches!(token.text, ")" | ";"))
            .map(|token| token.unquoted().into_owned())
            .collect::<String>();
        let value = Some(value).filter(|value| !value.is_empty());
        Some(Self { name: name.unquoted().to_ascii_lowercase(), value })
    }

    /// Returns the Boolean that it sets, read as `sqlite3GetBoolean` does.
    pub(crate) fn boolean(&self) -> Option<bool> {
        let value = self.value.as_deref()?;
        Some(match value.parse::<i64>() {
            Ok(number) => number != 0,
            Err(_) => ["on", "yes", "true"].iter().any(|on| value.eq_ignore_ascii_case(on)),
        })
    }
}

/// Returns the meaningful tokens of a statement, without semicolons before it.
pub(crate) fn meaningful(statement: &str) -> impl Iterator<Item = Token<'_>> {
    lexer::meaningful(statement).skip_while(|token| token.kind == Kind::Semicolon)
}

/// Whether the statement begins with one of these words.
pub(crate) fn begins(statement: &str, words: &[&str]) -> bool {
    meaningful(statement).next().is_some_and(|first| any(&first, words))
}

/// Whether the token is one of these words.
pub(crate) fn any(token: &Token<'_>, words: &[&str]) -> bool {
    words.iter().any(|word| token.is_word(word))
}

/// Whether the token may be a name; SQLite also accepts `'text'` in place of a name.
pub(crate) fn is_name(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Word | Kind::Name | Kind::Text)
}

/// Returns the words and names in SQL, including keywords.
pub(crate) fn names(sql: &str) -> impl Iterator<Item = Name> + '_ {
    let named = meaningful(sql).filter(|it| matches!(it.kind, Kind::Word | Kind::Name));
    named.map(|token| Name::new(token.unquoted()))
}

/// Takes `name` or `schema.name` off the front.
pub(crate) fn qualified(rest: &mut &[Token<'_>]) -> Option<Name> {
    let mut name = rest.first().filter(|token| is_name(token))?;
    let mut taken = 1;
    if rest.get(1).is_some_and(|token| token.text == ".") {
        name = rest.get(2).filter(|token| is_name(token))?;
        taken = 3;
    }
    *rest = rest.get(taken..).unwrap_or_default();
    Some(Name::new(name.unquoted()))
}

/// Whether the text mentions a name, bare or in the quotes of names.
pub(crate) fn mentions(text: &str, name: &Name) -> bool {
    lexer::meaningful(text).any(|token| {
        matches!(token.kind, Kind::Word | Kind::Name) && *name == *token.unquoted().as_ref()
    })
}

/// Returns the tokens outside parentheses.
pub(crate) fn top_level<'a>(tokens: impl Iterator<Item = Token<'a>>) -> Vec<Token<'a>> {
    let outside = parens::depths(tokens).filter(|(depth, token)| *depth == 0 && token.text != ")");
    outside.map(|(_, token)| token).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_of_a_statement_is_found() {
        for (sql, kind, name, has_condition) in [
            ("CREATE TABLE a (b)", "TABLE", "a", false),
            ("create temp table if not exists [a b] (c)", "table", "a b", true),
            ("CREATE UNIQUE INDEX IF NOT EXISTS main.\"x\"\"y\" ON a (b)", "INDEX", "x\"y", true),
            ("; DROP TABLE /* now */ IF EXISTS 'a'", "TABLE", "a", true),
            ("ALTER TABLE a RENAME TO b", "TABLE", "a", false),
            ("CREATE VIRTUAL TABLE a USING fts5(b)", "TABLE", "a", false),
        ] {
            let phrase = Phrase::parse(sql).expect(sql);
            assert_eq!(phrase.kind.text, kind, "{sql}");
            assert_eq!(phrase.name.unquoted(), name, "{sql}");
            assert_eq!(phrase.condition.is_some(), has_condition, "{sql}");
        }
        for sql in ["", ";", "SELECT 1", "CREATE", "DROP TABLE", "DROP TABLE a.", "CREATE TABLE ("]
        {
            assert!(Phrase::parse(sql).is_none(), "{sql}");
        }
    }

    #[test]
    fn temporary_objects_are_reported() {
        for sql in ["CREATE TEMP TABLE a (b)", "DROP TABLE temp.a", "CREATE TEMPORARY VIEW a AS b"]
        {
            assert!(Phrase::parse(sql).is_some_and(|phrase| phrase.is_temporary), "{sql}");
        }
    }

    #[test]
    fn the_new_name_of_a_table_is_found() {
        let renamed = |sql| Some(Phrase::parse(sql)?.renamed_to()?.unquoted().into_owned());
        assert_eq!(renamed("ALTER TABLE a RENAME TO [b c]").as_deref(), Some("b c"));
        assert_eq!(renamed("ALTER TABLE a RENAME COLUMN b TO c"), None);
        assert_eq!(renamed("ALTER TABLE a RENAME b TO c"), None);
    }

    #[test]
    fn pragmas_are_read_in_every_spelling() {
        for (sql, name, value) in [
            ("PRAGMA a", "a", None),
            ("PRAGMA main.A = 'b';", "a", Some("b")),
            ("pragma a(-1)", "a", Some("-1")),
            ("PRAGMA a ( \"x\" )", "a", Some("x")),
        ] {
            let value = value.map(str::to_owned);
            assert_eq!(Pragma::parse(sql), Some(Pragma { name: name.to_owned(), value }), "{sql}");
        }
        assert_eq!(Pragma::parse("SELECT 'PRAGMA a = 1'"), None);
    }
}
