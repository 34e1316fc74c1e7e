//! The comments at the top of a script, and the directives in them.

use crate::sql::lexer::{self, Kind, Token};

/// Returns the comments before the first statement of a script.
///
/// ```
/// use migratory_core::head;
///
/// let mut comments = head::comments("-- one\n/* two */ SELECT 1; -- three");
/// assert!(comments.next().is_some_and(|comment| comment.text == "-- one"));
/// assert!(comments.next().is_some_and(|comment| comment.text == "/* two */"));
/// assert!(comments.next().is_none());
/// ```
pub fn comments(sql: &str) -> impl Iterator<Item = Token<'_>> {
    lexer::tokens(sql).take_while(Token::is_blank).filter(|token| token.kind != Kind::Space)
}

/// Returns the text after `-- migratory:` in a line comment, trimmed; `None` for any other comment.
///
/// ```
/// use migratory_core::head;
///
/// let directive = |sql| head::comments(sql).find_map(head::directive);
/// assert_eq!(directive("-- migratory: no-transaction \nVACUUM;"), Some("no-transaction"));
/// assert_eq!(directive("/* migratory: no-transaction */ VACUUM;"), None);
/// ```
pub fn directive(comment: Token<'_>) -> Option<&str> {
    let body = comment.text.strip_prefix("--")?.trim_start();
    Some(body.strip_prefix("migratory:")?.trim())
}
