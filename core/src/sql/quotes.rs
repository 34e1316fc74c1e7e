//! Names and texts in quotes.

/// The name in double quotes, as SQL takes it whatever it holds.
///
/// ```
/// use migratory_core::sql::quotes::quoted;
///
/// assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
/// ```
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The text in single quotes, as SQL takes it whatever it holds.
///
/// ```
/// use migratory_core::sql::quotes::literal;
///
/// assert_eq!(literal("it's"), "'it''s'");
/// ```
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
