//! Quotes around names and texts.

/// Returns a name in double quotes, which is valid SQL for any name.
///
/// ```
/// use migratory_core::sql::quotes::quoted;
///
/// assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
/// ```
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns a text in single quotes, which is valid SQL for any text.
///
/// ```
/// use migratory_core::sql::quotes::literal;
///
/// assert_eq!(literal("it's"), "'it''s'");
/// ```
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
