//! A lexer for SQLite's tokens, precise enough for statements, names, texts and comments.
//!
//! It is not a parser: SQLite decides what a statement means. The lexer finds what SQLite doesn't
//! report: comments and line ends (which checksums ignore), the names that a script mentions (whose
//! tables need a foreign-key check), and what SQLite accepts silently (an unclosed comment). It
//! splits tokens as `sqlite3GetToken` does.

use std::borrow::Cow;

/// The kind of a token.
///
/// ```
/// use migratory_core::sql::lexer::{self, Kind};
///
/// let kinds: Vec<_> = lexer::meaningful("SELECT [a], 'b';").map(|token| token.kind).collect();
/// assert_eq!(kinds, [Kind::Word, Kind::Name, Kind::Symbol, Kind::Text, Kind::Semicolon]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A run of blanks and line ends, or a byte order mark.
    Space,
    /// `-- to the end of the line`, without the line end.
    LineComment,
    /// `/* up to here */`.
    BlockComment,
    /// A keyword or an unquoted name.
    Word,
    /// A quoted name: `"name"`, `` `name` `` or `[name]`.
    Name,
    /// A text: `'it''s'`.
    Text,
    /// A number.
    Number,
    /// A parameter: `?`, `?1`, `:name`, `@name` or `$name`.
    Parameter,
    /// `;`
    Semicolon,
    /// Any other single character.
    Symbol,
    /// A `/*` without its `*/`; it reaches to the end of the text.
    OpenComment,
    /// A quote that is never closed; it reaches to the end of the text.
    OpenQuote,
}

/// A token: its kind, its text, and the byte it starts at.
///
/// ```
/// use migratory_core::sql::lexer;
///
/// let token = lexer::tokens("\"it\"\"s\"").next().expect("a token");
/// assert_eq!((token.unquoted().as_ref(), token.end()), ("it\"s", 7));
/// assert!(!token.is_blank() && !token.is_word("it\"s"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The kind of the token.
    pub kind: Kind,
    /// The text as it appears in the source.
    pub text: &'a str,
    /// The start, in bytes.
    pub start: usize,
}

impl<'a> Token<'a> {
    /// Returns the end of the token, in bytes.
    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Returns whether the token is a blank or a comment.
    pub fn is_blank(&self) -> bool {
        matches!(self.kind, Kind::Space | Kind::LineComment | Kind::BlockComment)
    }

    /// Returns whether the token is this word, in any case.
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && is_same(self.text, word)
    }

    /// Returns whether the token is one of these words, in any case. Blanks separate the words: a
    /// list of references would need three times as much space in a program.
    ///
    /// ```
    /// use migratory_core::sql::lexer;
    ///
    /// let token = lexer::meaningful("Temp").next().expect("a token");
    /// assert!(token.is_any("temp temporary") && !token.is_any("temporary"));
    /// ```
    pub fn is_any(&self, words: &str) -> bool {
        words.split(' ').any(|word| self.is_word(word))
    }

    /// Returns the text without its quotes, with doubled quotes inside made single.
    pub fn unquoted(&self) -> Cow<'a, str> {
        let close = match self.text.as_bytes().first() {
            Some(b'[') if self.kind == Kind::Name => return Cow::Borrowed(inner(self.text)),
            Some(&quote @ (b'"' | b'`' | b'\'')) if self.kind != Kind::Word => char::from(quote),
            _ => return Cow::Borrowed(self.text),
        };
        let inside = inner(self.text);
        if !inside.contains(close) {
            return Cow::Borrowed(inside);
        }
        let mut text = String::with_capacity(inside.len());
        let mut letters = inside.chars();
        while let Some(letter) = letters.next() {
            text.push(letter);
            if letter == close {
                letters.next();
            }
        }
        Cow::Owned(text)
    }
}

// The standard library's comparison and conversion of ASCII are inlined where they are called,
// which takes 200 to 400 bytes each time.

/// Returns a name in lowercase, as far as it is ASCII.
#[inline(never)]
pub fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Returns whether two names are the same, in any case of their ASCII letters.
#[inline(never)]
pub fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

fn inner(quoted: &str) -> &str {
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default()
}

/// Returns the tokens of a text, including blanks and comments: their texts joined are the text.
///
/// ```
/// use migratory_core::sql::lexer;
///
/// let texts: Vec<_> = lexer::tokens("a /* b */;").map(|token| token.text).collect();
/// assert_eq!(texts, ["a", " ", "/* b */", ";"]);
/// ```
pub fn tokens(sql: &str) -> Tokens<'_> {
    Tokens { sql, at: 0 }
}

/// Returns the tokens of a text without blanks and comments.
///
/// ```
/// use migratory_core::sql::lexer;
///
/// let texts: Vec<_> = lexer::meaningful("a /* b */;").map(|token| token.text).collect();
/// assert_eq!(texts, ["a", ";"]);
/// ```
pub fn meaningful(sql: &str) -> Meaningful<'_> {
    Meaningful(tokens(sql))
}

/// An iterator over the tokens of a text without blanks and comments, created by [`meaningful`].
#[derive(Clone, Debug)]
pub struct Meaningful<'a>(Tokens<'a>);

impl<'a> Iterator for Meaningful<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.0.find(|token| !token.is_blank())
    }
}

/// An iterator over the tokens of a text, created by [`tokens`].
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.at >= self.sql.len() {
            return None;
        }
        let rest = &self.sql[self.at..];
        let (kind, length) = measure(rest);
        let token = Token { kind, text: &rest[..length], start: self.at };
        self.at += length;
        Some(token)
    }
}

/// Returns the kind and the length of the first token of `rest`, which is not empty.
fn measure(rest: &str) -> (Kind, usize) {
    let bytes = rest.as_bytes();
    match bytes[0] {
        byte if OF_SPACES[byte as usize] => (Kind::Space, run(rest, &OF_SPACES)),
        0xEF if rest.starts_with('\u{feff}') => (Kind::Space, '\u{feff}'.len_utf8()),
        b'-' if bytes.get(1) == Some(&b'-') => (Kind::LineComment, until(rest, '\n')),
        b'/' if bytes.get(1) == Some(&b'*') => block_comment(rest),
        b'\'' => quoted(rest, Kind::Text),
        b'"' | b'`' => quoted(rest, Kind::Name),
        b'[' => match rest.find(']') {
            Some(end) => (Kind::Name, end + 1),
            None => (Kind::OpenQuote, rest.len()),
        },
        b';' => (Kind::Semicolon, 1),
        b'?' => (Kind::Parameter, 1 + run(&rest[1..], &OF_DIGITS)),
        b':' | b'@' | b'$' if bytes.get(1).is_some_and(|&next| is_name(next)) => {
            (Kind::Parameter, 1 + run(&rest[1..], &OF_NAMES))
        }
        b'0'..=b'9' => (Kind::Number, number(bytes)),
        b'.' if bytes.get(1).is_some_and(u8::is_ascii_digit) => (Kind::Number, number(bytes)),
        byte if is_name(byte) && byte != b'$' => (Kind::Word, run(rest, &OF_NAMES)),
        _ => (Kind::Symbol, 1),
    }
}

fn block_comment(rest: &str) -> (Kind, usize) {
    match rest[2..].find("*/") {
        Some(end) => (Kind::BlockComment, end + 4),
        None => (Kind::OpenComment, rest.len()),
    }
}

/// Measures a quoted token; a doubled quote stands for one inside.
fn quoted(rest: &str, kind: Kind) -> (Kind, usize) {
    let quote = char::from(rest.as_bytes()[0]);
    let mut at = 1;
    // `find` looks for a single character as fast in unoptimised builds as in others.
    while let Some(found) = rest[at..].find(quote) {
        at += found + 1;
        if !rest[at..].starts_with(quote) {
            return (kind, at);
        }
        at += 1;
    }
    (Kind::OpenQuote, rest.len())
}

fn number(bytes: &[u8]) -> usize {
    let hexadecimal = bytes.starts_with(b"0x") || bytes.starts_with(b"0X");
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        let exponent = matches!(byte, b'+' | b'-')
            && !hexadecimal
            && matches!(bytes[at - 1], b'e' | b'E')
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !(is_name(byte) || byte == b'.' || exponent) {
            break;
        }
        at += 1;
    }
    at
}

/// Measures the bytes that belong to a class, from the start of a text.
fn run(text: &str, class: &[bool; 256]) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    // A loop over a table instead of an iterator over a closure, because macros run it in
    // unoptimised builds.
    while at < bytes.len() && class[bytes[at] as usize] {
        at += 1;
    }
    at
}

/// Measures a text up to a character, or to its end.
fn until(text: &str, end: char) -> usize {
    text.find(end).unwrap_or(text.len())
}

fn is_name(byte: u8) -> bool {
    OF_NAMES[byte as usize]
}

/// The bytes of names, which make up most of a script.
static OF_NAMES: [bool; 256] = {
    let mut class = class(b"_$0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    let mut byte = 0x80;
    while byte < class.len() {
        class[byte] = true;
        byte += 1;
    }
    class
};
static OF_SPACES: [bool; 256] = class(b" \t\n\x0c\r");
static OF_DIGITS: [bool; 256] = class(b"0123456789");

const fn class(bytes: &[u8]) -> [bool; 256] {
    let mut class = [false; 256];
    let mut at = 0;
    while at < bytes.len() {
        class[bytes[at] as usize] = true;
        at += 1;
    }
    class
}

/// Returns whether a text contains one of these lowercase words in any case, even in a comment or
/// inside a longer word.
///
/// ```
/// use migratory_core::sql::lexer::has_any;
///
/// assert!(has_any("Pragma foreign_keys", &["begin", "pragma"]));
/// assert!(!has_any("CREATE TABLE a (b)", &["begin", "pragma"]));
/// ```
pub fn has_any(text: &str, words: &[&str]) -> bool {
    // The standard library is optimised also where this crate is not, as in macros: a loop of our
    // own over the bytes takes thirty times as long there.
    let text = lower(text);
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(sql: &str) -> Vec<(Kind, &str)> {
        meaningful(sql).map(|token| (token.kind, token.text)).collect()
    }

    #[test]
    fn each_kind_of_token_is_recognised() {
        use Kind::{
            Name, Number, OpenComment, OpenQuote, Parameter, Semicolon, Symbol, Text, Word,
        };
        let cases: &[(&str, &[(Kind, &str)])] = &[
            ("", &[]),
            ("-- only a comment", &[]),
            ("/**/ /*/ */", &[]),
            ("a--b\nc", &[(Word, "a"), (Word, "c")]),
            ("a/b", &[(Word, "a"), (Symbol, "/"), (Word, "b")]),
            ("a-b", &[(Word, "a"), (Symbol, "-"), (Word, "b")]),
            ("'it''s';", &[(Text, "'it''s'"), (Semicolon, ";")]),
            ("''", &[(Text, "''")]),
            ("\"a\"\"b\" `c` [d e]", &[(Name, "\"a\"\"b\""), (Name, "`c`"), (Name, "[d e]")]),
            (
                "?12 ? :a @b $c",
                &[
                    (Parameter, "?12"),
                    (Parameter, "?"),
                    (Parameter, ":a"),
                    (Parameter, "@b"),
                    (Parameter, "$c"),
                ],
            ),
            ("a : b", &[(Word, "a"), (Symbol, ":"), (Word, "b")]),
            ("1.5e-3 .5 0x1F", &[(Number, "1.5e-3"), (Number, ".5"), (Number, "0x1F")]),
            (
                "0x1e+5 0X1E-5",
                &[
                    (Number, "0x1e"),
                    (Symbol, "+"),
                    (Number, "5"),
                    (Number, "0X1E"),
                    (Symbol, "-"),
                    (Number, "5"),
                ],
            ),
            ("1-2", &[(Number, "1"), (Symbol, "-"), (Number, "2")]),
            ("größe$1", &[(Word, "größe$1")]),
            ("a /* b", &[(Word, "a"), (OpenComment, "/* b")]),
            ("'a''", &[(OpenQuote, "'a''")]),
            ("[a", &[(OpenQuote, "[a")]),
            ("\u{feff}a", &[(Word, "a")]),
            ("a\0b", &[(Word, "a"), (Symbol, "\0"), (Word, "b")]),
        ];
        for (sql, expected) in cases {
            assert_eq!(kinds(sql), *expected, "{sql:?}");
        }
    }

    #[test]
    fn tokens_joined_are_the_text() {
        for sql in ["a 'b\r\n' /* c */ -- d\n;[e] \"é\" ?1 . $ 1e5", "/*", "'", "\u{feff}\u{1F600}"]
        {
            let whole: String = tokens(sql).map(|token| token.text).collect();
            assert_eq!(whole, sql);
        }
    }

    #[test]
    fn unquoted_removes_quotes() {
        let unquoted = |sql| tokens(sql).next().map(|token| token.unquoted().into_owned());
        for (sql, expected) in [
            ("\"a\"\"b\"", "a\"b"),
            ("'it''s'", "it's"),
            ("[a b]", "a b"),
            ("`a`", "a"),
            ("a", "a"),
        ] {
            assert_eq!(unquoted(sql).as_deref(), Some(expected), "{sql}");
        }
    }
}
