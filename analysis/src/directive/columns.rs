//! `allow(values_move: <table>.<column>)`: an exception for the columns that it names.

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::parens;

use super::{Fault, Key, Rule};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ColumnName {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

/// Splits `allow(<rule>: <columns>)` into the columns and the text after its closing parenthesis.
///
/// Returns `None` if there is no colon between the parentheses.
pub(super) fn split(body: &str) -> Option<(Result<Vec<ColumnName>, Fault<'_>>, &str)> {
    let rest = body.trim_start().strip_prefix(Key::Allow.word())?.trim_start();
    let tokens: Vec<_> = lexer::meaningful(rest).collect();
    let group = parens::group(&tokens, 0)?;
    let close = tokens.get(group.end)?;
    let (rule, written) = parens::inner(rest, &tokens, &group).split_once(':')?;
    let (rule, written) = (rule.trim(), written.trim());
    let columns = names(written).filter(|_| Rule::parse(rule) == Some(Rule::ValuesMove));
    let columns = columns.ok_or(Fault::NoColumns { rule, written });
    Some((columns, rest.get(close.end()..)?))
}

/// Returns the columns of `a.x, b.y`.
fn names(written: &str) -> Option<Vec<ColumnName>> {
    let tokens: Vec<_> = lexer::meaningful(written).collect();
    tokens.split(|token| token.text == ",").map(name).collect()
}

fn name(tokens: &[Token<'_>]) -> Option<ColumnName> {
    let [table, dot, column] = tokens else { return None };
    let is_name = |token: &Token<'_>| matches!(token.kind, Kind::Word | Kind::Name);
    let text = |token: &Token<'_>| token.unquoted().into_owned();
    (is_name(table) && dot.text == "." && is_name(column))
        .then(|| ColumnName { table: text(table), column: text(column) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_with_their_tables() {
        for (body, expected) in [
            ("allow(values_move: job.state): x", "job/state"),
            ("allow( values_move : job.state, \"a b\".[c] ): x", "job/state a b/c"),
            ("allow(values_move: job.state, ): x", "none"),
            ("allow(values_move: ): x", "none"),
            ("allow(values_move: main.job.state): x", "none"),
            ("allow(drop_column: job.state): x", "none"),
            ("allow(values_moves: job.state): x", "none"),
        ] {
            let (columns, rest) = split(body).expect(body);
            let shown = columns.map(|columns| {
                let names = columns.iter().map(|it| format!("{}/{}", it.table, it.column));
                names.collect::<Vec<_>>().join(" ")
            });
            assert_eq!(shown.unwrap_or_else(|_| "none".to_owned()), expected, "{body}");
            assert_eq!(rest, ": x", "{body}");
        }
        assert!(split("allow(values_move): a: b").is_none());
        assert!(split("allow: a (b: c)").is_none());
    }
}
