//! Finds scripts that may leave a violated foreign key to the COMMIT.

use super::lexer;

/// Returns whether a script may declare a deferred foreign key, or defer one.
///
/// `DEFERRABLE`, `INITIALLY DEFERRED` and `PRAGMA defer_foreign_keys` have this word in common. It
/// also counts in a comment or a string, where it has no effect.
///
/// ```
/// use migratory_core::sql::deferred::may_defer;
///
/// assert!(may_defer("CREATE TABLE a (b REFERENCES c DEFERRABLE INITIALLY DEFERRED)"));
/// assert!(!may_defer("CREATE TABLE a (b REFERENCES c ON DELETE CASCADE)"));
/// ```
pub fn may_defer(sql: &str) -> bool {
    lexer::has_any(sql, &["defer"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_defer_a_key_is_found() {
        for sql in [
            "CREATE TABLE a (b REFERENCES c DEFERRABLE INITIALLY DEFERRED)",
            "PRAGMA main.\"Defer_Foreign_Keys\" = 1",
            "SELECT 'deferrable'",
        ] {
            assert!(may_defer(sql), "{sql}");
        }
        for sql in ["", "defe", "CREATE TABLE a (b REFERENCES c ON DELETE CASCADE)"] {
            assert!(!may_defer(sql), "{sql}");
        }
    }
}
