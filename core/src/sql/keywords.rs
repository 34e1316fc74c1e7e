//! SQLite's keywords, and how each behaves where a name may stand.

use super::lexer::is_same;

/// Keywords that need quotes to be names, by their first letter. A reference to each word would take
/// 40 bytes of a program.
const RESERVED: [&str; 26] = [
    "add all alter and as autoincrement",
    "between",
    "case check collate commit constraint create current_date current_time current_timestamp",
    "default deferrable delete distinct drop",
    "else escape except exists",
    "foreign from",
    "group",
    "having",
    "in index insert intersect into is isnull",
    "join",
    "",
    "limit",
    "",
    "not nothing notnull null",
    "on or order",
    "primary",
    "",
    "raise references returning",
    "select set",
    "table then to transaction",
    "union unique update using",
    "values",
    "when where",
    "",
    "",
    "",
];

/// SQLite accepts these as names in most places, but not in all: `CREATE TABLE if (..)`, `SELECT
/// cast FROM ..`.
const RESERVED_IN_PLACES: [&str; 2] = ["cast", "if"];

/// SQLite accepts these as names, but elsewhere they are operators or clauses: `a LIKE b` is not `a
/// "like" b`.
const OPERATORS: [&str; 6] = ["always", "generated", "glob", "like", "match", "regexp"];

/// SQLite accepts these as names wherever the keyword would not parse.
#[rustfmt::skip]
const FREE: [&str; 77] = [
    "abort", "action", "after", "analyze", "asc", "attach", "before", "begin", "by", "cascade",
    "column", "conflict", "cross", "current", "database", "deferred", "desc", "detach", "do",
    "each", "end", "exclude", "exclusive", "explain", "fail", "filter", "first", "following",
    "for", "full", "groups", "ignore", "immediate", "indexed", "initially", "inner", "instead",
    "key", "last", "left", "materialized", "natural", "no", "nulls", "of", "offset", "others",
    "outer", "over", "partition", "plan", "pragma", "preceding", "query", "range", "recursive",
    "reindex", "release", "rename", "replace", "restrict", "right", "rollback", "row", "rows",
    "savepoint", "temp", "temporary", "ties", "trigger", "unbounded", "vacuum", "view", "virtual",
    "window", "with", "without",
];

/// Not keywords, but SQLite reads them as numbers in a default or as a value.
const LITERALS: [&str; 2] = ["false", "true"];

/// Returns all keywords of SQLite in lowercase.
///
/// ```
/// use migratory_core::sql::keywords::keywords;
///
/// assert!(keywords().any(|word| word == "select"));
/// assert!(!keywords().any(|word| word == "true"));
/// ```
pub fn keywords() -> impl Iterator<Item = &'static str> {
    let reserved = RESERVED.into_iter().flat_map(|words| words.split_ascii_whitespace());
    reserved.chain(RESERVED_IN_PLACES).chain(OPERATORS).chain(FREE)
}

/// Returns whether a word needs quotes to be a name, at least in some places.
///
/// ```
/// use migratory_core::sql::keywords::needs_quotes;
///
/// assert!(needs_quotes("Order") && needs_quotes("if"));
/// assert!(!needs_quotes("key") && !needs_quotes("title"));
/// ```
pub fn needs_quotes(word: &str) -> bool {
    is_reserved(word) || has(&RESERVED_IN_PLACES, word)
}

/// Returns whether quotes can change the meaning of this word.
///
/// Quotes around any other word change nothing.
///
/// ```
/// use migratory_core::sql::keywords::differs_in_quotes;
///
/// assert!(differs_in_quotes("NULL") && differs_in_quotes("true") && differs_in_quotes("like"));
/// assert!(!differs_in_quotes("key") && !differs_in_quotes("title"));
/// ```
pub fn differs_in_quotes(word: &str) -> bool {
    is_reserved(word) || has(&OPERATORS, word) || has(&LITERALS, word)
}

/// Returns whether a word is reserved. Macros ask that for each quoted name of a schema, in
/// unoptimised builds, so few words are compared.
fn is_reserved(word: &str) -> bool {
    let letter = word.bytes().next().map(|first| first.to_ascii_lowercase().wrapping_sub(b'a'));
    let listed = letter.and_then(|letter| RESERVED.get(usize::from(letter)));
    listed.is_some_and(|words| words.split(' ').any(|listed| is_same(listed, word)))
}

fn has(list: &[&str], word: &str) -> bool {
    list.iter().any(|listed| is_same(listed, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reserved_word_is_listed_under_its_letter() {
        for (letter, words) in ('a'..='z').zip(RESERVED) {
            for word in words.split_ascii_whitespace() {
                assert!(word.starts_with(letter) && is_reserved(word), "{word}");
            }
        }
    }

    #[test]
    fn the_lists_share_no_word() {
        let mut all: Vec<_> = keywords().chain(LITERALS).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
