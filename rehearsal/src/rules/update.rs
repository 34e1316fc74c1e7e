//! Parses an UPDATE up to its WHERE.

use std::ops::Range;

use migratory_core::sql::lexer::{Kind, Token};
use migratory_core::sql::parens;

use super::phrase;
use crate::schema::Name;

/// `[WITH ..] UPDATE [OR ..] table [AS alias] SET .. [FROM ..] [WHERE ..]`.
pub(crate) struct Update<'a> {
    /// `UPDATE`, with the word after OR if there is one.
    pub(crate) verb: Token<'a>,
    pub(crate) conflict: Option<Token<'a>>,
    pub(crate) table: Name,
    pub(crate) alias: Option<Name>,
    pub(crate) sets: Vec<Set<'a>>,
    pub(crate) has_from: bool,
    /// The tokens after WHERE, if there is one.
    pub(crate) condition: Option<Vec<Token<'a>>>,
    /// The bytes of the statement from WHERE on, or the place where it would be.
    pub(crate) where_range: Range<usize>,
}

/// `column = value`, or `(columns) = value`.
pub(crate) struct Set<'a> {
    pub(crate) columns: Vec<Name>,
    pub(crate) value: Vec<Token<'a>>,
}

impl<'a> Update<'a> {
    /// Parses a statement; returns `None` if it is not an UPDATE.
    pub(crate) fn parse(statement: &'a str) -> Option<Self> {
        if !phrase::begins(statement, &["update", "with"]) {
            return None;
        }
        let tokens: Vec<_> =
            phrase::meaningful(statement).filter(|token| token.kind != Kind::Semicolon).collect();
        let at = position(&tokens, &["update"])?;
        let verb = tokens[at];
        let mut rest = &tokens[at + 1..];
        let mut conflict = None;
        if rest.first()?.is_word("or") {
            conflict = rest.get(1).copied();
            rest = rest.get(2..)?;
        }
        let table = phrase::qualified(&mut rest)?;
        let set = position(rest, &["set"])?;
        let alias = match &rest[..set] {
            [by, name, ..] if by.is_word("as") => Some(name),
            [name, ..] if phrase::is_name(name) && !phrase::any(name, &["indexed", "not"]) => {
                Some(name)
            }
            _ => None,
        };
        let alias = alias.map(|name| Name::new(name.unquoted()));
        rest = &rest[set + 1..];
        let end = position(rest, &["from", "where", "order", "limit", "returning"]);
        let sets =
            parens::split(&rest[..end.unwrap_or(rest.len())]).into_iter().filter_map(Set::parse);
        let sets = sets.collect();
        let has_from = end.is_some_and(|end| rest[end].is_word("from"));
        let filter = position(rest, &["where"]);
        let tail = position(rest, &["order", "limit", "returning"]).unwrap_or(rest.len());
        let condition = filter.map(|at| rest[at + 1..tail].to_vec());
        let last = rest[..tail].last().map_or(verb.end(), Token::end);
        let from = filter.map_or(last, |at| rest[at].start);
        Some(Self {
            verb,
            conflict,
            table,
            alias,
            sets,
            has_from,
            condition,
            where_range: from..last,
        })
    }
}

impl<'a> Set<'a> {
    fn parse(tokens: &[Token<'a>]) -> Option<Self> {
        let equals = position_of(tokens, |token| token.text == "=")?;
        let names = tokens[..equals].iter().filter(|token| phrase::is_name(token));
        let columns = names.map(|token| Name::new(token.unquoted())).collect();
        Some(Self { columns, value: tokens[equals + 1..].to_vec() })
    }
}

/// Returns the index of the first of these words outside parentheses.
pub(crate) fn position(tokens: &[Token<'_>], words: &[&str]) -> Option<usize> {
    position_of(tokens, |token| phrase::any(token, words))
}

fn position_of(tokens: &[Token<'_>], is_it: impl Fn(&Token<'_>) -> bool) -> Option<usize> {
    parens::outer(tokens).find(|(_, token)| is_it(token)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(sql: &str) -> String {
        let Some(update) = Update::parse(sql) else { return "none".to_owned() };
        let set = |set: &Set<'_>| {
            let names: Vec<_> = set.columns.iter().map(Name::as_str).collect();
            format!("{}:{}", names.join("+"), set.value.len())
        };
        let sets: Vec<_> = update.sets.iter().map(set).collect();
        format!(
            "{}{}{}{} {}{}",
            update.conflict.map_or("", |word| word.text),
            update.table,
            update.alias.map(|alias| format!(" {alias}")).unwrap_or_default(),
            if update.has_from { " from" } else { "" },
            sets.join(" "),
            update.condition.map(|it| format!(" where:{}", it.len())).unwrap_or_default(),
        )
    }

    #[test]
    fn an_update_is_parsed() {
        for (sql, expected) in [
            ("UPDATE t SET a = 1;", "t a:1"),
            (
                "update or IGNORE main.[t x] as u set a = (select 1 where 2), b=3",
                "IGNOREt x u a:6 b:1",
            ),
            ("UPDATE t NOT INDEXED SET (a, b) = (SELECT 1, 2) WHERE a", "t a+b:6 where:1"),
            ("UPDATE t u SET a = 1 FROM s WHERE s.x = u.x RETURNING a", "t u from a:1 where:7"),
            ("WITH s AS (UPDATE) UPDATE t INDEXED BY i SET a = a = 1", "t a:3"),
            ("INSERT INTO t SELECT 1", "none"),
            ("UPDATE", "none"),
            ("UPDATE t", "none"),
            ("UPDATE t SET", "t "),
        ] {
            assert_eq!(described(sql), expected, "{sql}");
        }
    }
}
