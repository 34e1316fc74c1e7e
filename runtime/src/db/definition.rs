//! The text of a definition in the schema.

use migratory_core::sql::lexer;

/// Returns whether a definition begins with these words, which blanks separate.
pub(crate) fn begins_with(sql: &str, words: &str) -> bool {
    let mut tokens = lexer::meaningful(sql);
    words
        .split(' ')
        .all(|word| tokens.next().is_some_and(|token| lexer::is_same(&token.unquoted(), word)))
}
