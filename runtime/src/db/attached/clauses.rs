//! Decides by the preceding tokens where a script may name a table.

use migratory_core::sql::lexer::Token;

/// Tracks where a script may name a table, because many columns are named like a table of another
/// database.
pub(super) struct Clauses {
    /// Whether a FROM clause has begun, for the script and for each open parenthesis.
    from: Vec<bool>,
}

impl Default for Clauses {
    fn default() -> Self {
        Self { from: vec![false] }
    }
}

impl Clauses {
    /// The words that end a FROM clause. ON and USING don't: another table may follow them.
    const ENDS: &str = "do except group having intersect limit order returning select set union \
        where window";
    /// The words directly before a table's name, including conflict clauses as in `UPDATE OR IGNORE
    /// x`.
    const BEFORE_TABLE: &str = "abort analyze exists fail from ignore in into join on reindex \
        replace rollback table update";

    /// Advances past a token, given the one before it.
    pub(super) fn step(&mut self, before: Option<&Token<'_>>, token: &Token<'_>) {
        match token.text {
            ";" => *self = Self::default(),
            "(" => {
                let is_join =
                    before.is_some_and(|it| matches!(it.text, "," | "(") || it.is_any("from join"));
                self.from.push(self.is_in_from() && is_join);
            }
            ")" if self.from.len() > 1 => _ = self.from.pop(),
            _ if token.is_word("from") => self.set(true),
            _ if token.is_any(Self::ENDS) => self.set(false),
            _ => {}
        }
    }

    fn set(&mut self, is_from: bool) {
        if let Some(last) = self.from.last_mut() {
            *last = is_from;
        }
    }

    fn is_in_from(&self) -> bool {
        self.from.last() == Some(&true)
    }

    /// Returns whether a table's name may follow this token.
    pub(super) fn admits_table(&self, before: Option<&Token<'_>>) -> bool {
        before.is_some_and(|before| match before.text {
            "," | "(" => self.is_in_from(),
            _ => before.is_any(Self::BEFORE_TABLE),
        })
    }
}
