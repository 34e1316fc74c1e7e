//! Compares two indexes of the same name.

use migratory_core::sql::lexer;
use migratory_core::sql::normal;
use migratory_core::sql::parens;

use super::super::{Index, excerpt};
use super::{Found, Object, Part};

/// The definition of an index, in parts.
struct Text {
    /// `ON t (a, b DESC)`
    columns: String,
    /// `WHERE a > 0`
    predicate: Option<String>,
}

impl Found {
    pub(super) fn index(&mut self, one: &Index, other: &Index) {
        let word = |index: &Index| index.is_unique.then(|| "UNIQUE".to_owned());
        if one.is_unique != other.is_unique {
            self.push(Object::Index, &one.name, Part::Uniqueness, word(one), word(other));
        }
        let [before, after] = [one, other].map(|index| Text::parse(&index.sql));
        if !normal::is_same(&before.columns, &after.columns) {
            let [before, after] = [before.columns, after.columns].map(Some);
            self.push(Object::Index, &one.name, Part::Columns, before, after);
        }
        let is_same = match (&before.predicate, &after.predicate) {
            (Some(before), Some(after)) => normal::is_same(before, after),
            (before, after) => before == after,
        };
        if !is_same {
            let Text { predicate, .. } = before;
            self.push(Object::Index, &one.name, Part::Predicate, predicate, after.predicate);
        }
    }
}

/// Writes the table, the columns and the predicate on one line.
pub(super) fn summary(sql: &str) -> String {
    let Text { columns, predicate } = Text::parse(sql);
    let parts = [Some(columns), predicate];
    excerpt::line(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

impl Text {
    fn parse(sql: &str) -> Self {
        let tokens: Vec<_> = lexer::meaningful(sql).collect();
        let start = tokens.iter().position(|token| token.is_word("ON")).unwrap_or(tokens.len());
        let open = tokens.iter().position(|token| token.text == "(");
        let close = open.map_or(tokens.len(), |open| parens::closing(&tokens, open));
        let end = tokens.len().min(close + 1).max(start);
        let ordered = tokens[start..end].iter().filter(|token| !token.is_word("ASC"));
        let predicate = tokens.get(end).filter(|token| token.is_word("WHERE")).map(|token| {
            format!("WHERE {}", parens::stripped(sql.get(token.end()..).unwrap_or_default()))
        });
        Self { columns: excerpt::spelt(ordered), predicate }
    }
}
