//! Parentheses and commas among tokens.

use std::ops::Range;

use migratory_core::sql::lexer::{Kind, Token};

pub(super) fn is_symbol(token: Token<'_>, symbol: &str) -> bool {
    token.kind == Kind::Symbol && token.text == symbol
}

/// Where the parenthesis that opens at `open` is closed; the end if it never is.
pub(super) fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if is_symbol(*token, "(") {
            depth += 1;
        } else if is_symbol(*token, ")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at;
            }
        }
    }
    tokens.len()
}

/// The parentheses that open at `at`, as the range from the one to the other; `None` if another token
/// stands there.
pub(super) fn opening(tokens: &[Token<'_>], at: usize) -> Option<Range<usize>> {
    let opens = tokens.get(at).is_some_and(|token| is_symbol(*token, "("));
    opens.then(|| at..closing(tokens, at))
}

/// The runs of tokens between the commas that stand in no parenthesis.
pub(super) fn items(tokens: &[Token<'_>], range: Range<usize>) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let (mut start, mut at) = (range.start, range.start);
    while at < range.end {
        if is_symbol(tokens[at], "(") {
            at = closing(tokens, at);
        } else if is_symbol(tokens[at], ",") {
            items.push(start..at);
            start = at + 1;
        }
        at += 1;
    }
    items.push(start..range.end);
    items
}

/// The text inside of a pair of parentheses.
pub(super) fn inner(sql: &str, tokens: &[Token<'_>], group: &Range<usize>) -> String {
    let end = tokens.get(group.end).map_or(sql.len(), |close| close.start);
    sql.get(tokens[group.start].end()..end).unwrap_or_default().trim().to_owned()
}
