//! The text of a definition, as the schema has it.

use migratory_core::sql::lexer;

/// Whether a definition begins with these words.
pub(crate) fn begins_with(sql: &str, words: &[&str]) -> bool {
    let mut tokens = lexer::meaningful(sql);
    words
        .iter()
        .all(|word| tokens.next().is_some_and(|token| token.unquoted().eq_ignore_ascii_case(word)))
}
