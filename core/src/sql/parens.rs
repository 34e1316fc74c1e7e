//! Parentheses and commas among tokens.

use std::ops::Range;

use super::lexer::{self, Token};

/// Returns the tokens, each with the number of parentheses around it.
///
/// A parenthesis is not inside itself. A closing parenthesis without an opening one is ignored.
///
/// ```
/// use migratory_core::sql::{lexer, parens};
///
/// let tokens = parens::depths(lexer::meaningful("a (b, (c))"));
/// let depths: Vec<_> = tokens.map(|(depth, token)| (depth, token.text)).collect();
/// assert_eq!(depths, [
///     (0, "a"), (0, "("), (1, "b"), (1, ","), (1, "("), (2, "c"), (1, ")"), (0, ")"),
/// ]);
/// ```
pub fn depths<'a>(
    tokens: impl IntoIterator<Item = Token<'a>>,
) -> impl Iterator<Item = (usize, Token<'a>)> {
    let mut depth = 0_usize;
    tokens.into_iter().map(move |token| {
        // No other kind of token has one of these texts.
        depth = depth.saturating_sub(usize::from(token.text == ")"));
        let around = depth;
        depth += usize::from(token.text == "(");
        (around, token)
    })
}

/// Returns the tokens outside all parentheses, without the parentheses themselves, each with its
/// index.
///
/// ```
/// use migratory_core::sql::{lexer, parens};
///
/// let tokens: Vec<_> = lexer::meaningful("f(a AND b) AND c").collect();
/// let mut outer = parens::outer(&tokens);
/// assert!(outer.any(|(at, token)| at == 6 && token.is_word("AND")));
/// ```
pub fn outer<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = (usize, &'t Token<'a>)> {
    let is_outer =
        |(depth, token): (usize, Token<'_>)| depth == 0 && !matches!(token.text, "(" | ")");
    let depths = depths(tokens.iter().copied()).map(is_outer);
    tokens.iter().enumerate().zip(depths).filter(|(_, is_outer)| *is_outer).map(|(token, _)| token)
}

/// Returns the index of the parenthesis that closes the one at `open`, or the number of tokens if
/// none does.
///
/// ```
/// use migratory_core::sql::{lexer, parens};
///
/// let tokens: Vec<_> = lexer::meaningful("f(a, (b)) c").collect();
/// assert_eq!(parens::closing(&tokens, 1), 7);
/// assert_eq!(parens::closing(&tokens[..4], 1), 4);
/// ```
pub fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let inside = tokens.get(open..).unwrap_or_default();
    let mut depths = depths(inside.iter().copied());
    depths
        .position(|(depth, token)| depth == 0 && token.text == ")")
        .map_or(tokens.len(), |at| open + at)
}

/// Returns the range from the parenthesis at `at` to the one that closes it; `None` if another
/// token is there.
///
/// ```
/// use migratory_core::sql::{lexer, parens};
///
/// let tokens: Vec<_> = lexer::meaningful("CHECK (a > 0)").collect();
/// assert_eq!(parens::group(&tokens, 1), Some(1..5));
/// assert_eq!(parens::group(&tokens, 0), None);
/// ```
pub fn group(tokens: &[Token<'_>], at: usize) -> Option<Range<usize>> {
    let opens = tokens.get(at).is_some_and(|token| token.text == "(");
    opens.then(|| at..closing(tokens, at))
}

/// Splits tokens at the commas outside all parentheses.
///
/// ```
/// use migratory_core::sql::{lexer, parens};
///
/// let tokens: Vec<_> = lexer::meaningful("a, f(b, c), d").collect();
/// let lengths: Vec<_> = parens::split(&tokens).iter().map(|part| part.len()).collect();
/// assert_eq!(lengths, [1, 6, 1]);
/// ```
pub fn split<'t, 'a>(tokens: &'t [Token<'a>]) -> Vec<&'t [Token<'a>]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in outer(tokens).filter(|(_, token)| token.text == ",") {
        parts.push(&tokens[start..at]);
        start = at + 1;
    }
    parts.push(&tokens[start..]);
    parts
}

/// Returns the trimmed text between a pair of parentheses found by [`group`].
///
/// ```
/// use migratory_core::sql::{lexer, parens};
///
/// let sql = "CHECK ( a > 0 )";
/// let tokens: Vec<_> = lexer::meaningful(sql).collect();
/// assert_eq!(parens::group(&tokens, 1).map(|group| parens::inner(sql, &tokens, &group)), Some("a > 0"));
/// ```
pub fn inner<'a>(sql: &'a str, tokens: &[Token<'_>], group: &Range<usize>) -> &'a str {
    let start = tokens.get(group.start).map_or(sql.len(), Token::end);
    let end = tokens.get(group.end).map_or(sql.len(), |close| close.start);
    sql.get(start..end).unwrap_or_default().trim()
}

/// Returns an expression without its outer parentheses, and without blanks and comments at its
/// ends.
///
/// ```
/// use migratory_core::sql::parens::stripped;
///
/// assert_eq!(stripped("( (a > 0) )"), "a > 0");
/// assert_eq!(stripped("(a) + (b)"), "(a) + (b)");
/// ```
pub fn stripped(sql: &str) -> &str {
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    let mut inside = tokens.as_slice();
    while group(inside, 0).is_some_and(|group| group.end + 1 == inside.len()) {
        inside = &inside[1..inside.len() - 1];
    }
    match (inside.first(), inside.last()) {
        (Some(first), Some(last)) => sql.get(first.start..last.end()).unwrap_or(sql),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(tokens: &[Token<'_>]) -> String {
        tokens.iter().map(|token| token.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn commas_in_parentheses_texts_and_names_do_not_split() {
        for (sql, expected) in [
            ("", &[""][..]),
            ("a", &["a"]),
            ("a, b", &["a", "b"]),
            (",", &["", ""]),
            ("a, f(b, (c, d)), e", &["a", "f ( b , ( c , d ) )", "e"]),
            ("'a, b', \"c, (\", [d, (] -- e, f", &["'a, b'", "\"c, (\"", "[d, (]"]),
            ("a), b", &["a )", "b"]),
            ("a (b, c", &["a ( b , c"]),
            (")(, a), b", &[") ( , a )", "b"]),
        ] {
            let tokens: Vec<_> = lexer::meaningful(sql).collect();
            let parts: Vec<_> = split(&tokens).into_iter().map(texts).collect();
            assert_eq!(parts, expected, "{sql}");
        }
    }

    #[test]
    fn a_group_ends_at_its_own_parenthesis() {
        for (sql, at, expected) in [
            ("(a)", 0, Some("a")),
            ("f( (a) + (b) ) c", 1, Some("(a) + (b)")),
            ("CHECK (a <> ')' AND \"(\" > 0) d", 1, Some("a <> ')' AND \"(\" > 0")),
            ("()", 0, Some("")),
            ("(a", 0, Some("a")),
            ("(", 0, Some("")),
            ("a (b)", 0, None),
            ("a", 7, None),
            (") (a)", 1, Some("a")),
        ] {
            let tokens: Vec<_> = lexer::meaningful(sql).collect();
            let found = group(&tokens, at).map(|group| inner(sql, &tokens, &group));
            assert_eq!(found, expected, "{sql}");
        }
    }

    #[test]
    fn outer_tokens_are_in_no_parentheses() {
        for (sql, expected) in
            [("a (b) c", "a c"), ("a (b (c) d) e (f)", "a e"), ("a) b (c", "a b"), ("", "")]
        {
            let tokens: Vec<_> = lexer::meaningful(sql).collect();
            let found: Vec<_> = outer(&tokens).map(|(_, token)| *token).collect();
            assert_eq!(texts(&found), expected, "{sql}");
            assert!(outer(&tokens).all(|(at, token)| tokens[at] == *token));
        }
    }

    #[test]
    fn parentheses_around_an_expression_are_removed() {
        for (sql, expected) in [
            ("a > 0", "a > 0"),
            (" ( (a > 0) /* b */ )", "a > 0"),
            ("(a) + (b)", "(a) + (b)"),
            ("((a) + (b))", "(a) + (b)"),
            ("()", ""),
            ("", ""),
            ("(", "("),
            ("(a", "(a"),
            (")(", ")("),
        ] {
            assert_eq!(stripped(sql), expected, "{sql}");
        }
    }
}
