//! Divides SQL text into clauses, in which the result may depend on all columns together.
//!
//! `a < b` needs rows in every order of the two, and `kind <> 'bill' OR due IS NOT NULL` needs the
//! literal of one column next to NULL in the other. The elements of a list are independent of each
//! other.

use std::ops::Range;

use migratory_core::sql::lexer::{self, Kind, Token};
use migratory_core::sql::parens;
use rusqlite::types::Value;

use super::hint::number_at;
use super::target::Target;
use crate::schema::Name;

/// The words that begin a new clause.
const BEGINNINGS: [&str; 23] = [
    "select",
    "from",
    "join",
    "on",
    "using",
    "where",
    "group",
    "order",
    "having",
    "limit",
    "set",
    "values",
    "returning",
    "union",
    "except",
    "intersect",
    "check",
    "constraint",
    "references",
    "foreign",
    "default",
    "over",
    "as",
];
/// The functions whose arguments belong together; and the list after IN, whose values are all
/// compared with what precedes it.
const CALLS: [&str; 31] = [
    "min",
    "max",
    "coalesce",
    "ifnull",
    "nullif",
    "iif",
    "if",
    "substr",
    "substring",
    "replace",
    "instr",
    "trim",
    "ltrim",
    "rtrim",
    "round",
    "concat",
    "concat_ws",
    "printf",
    "format",
    "like",
    "glob",
    "char",
    "date",
    "time",
    "datetime",
    "julianday",
    "unixepoch",
    "strftime",
    "timediff",
    "json_extract",
    "in",
];

/// The tokens of a clause.
pub(super) type Clause<'t> = Vec<Token<'t>>;

/// Returns the clauses of a text that contain a name, in the order in which they begin.
pub(super) fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut numbered: Vec<(usize, Token)> = Vec::new();
    let (mut current, mut last) = (0, 0);
    let mut open: Vec<(usize, bool)> = Vec::new();
    for token in lexer::meaningful(text) {
        let before = numbered.last().map(|(_, before)| *before);
        let is_in_call = open.last().is_some_and(|(_, is_call)| *is_call);
        let begins = match token.text {
            "," => !is_in_call,
            ";" => true,
            _ => is_one_of(token, &BEGINNINGS),
        };
        if token.text == ")" {
            (current, _) = open.pop().unwrap_or_default();
        } else if begins {
            last += 1;
            current = last;
        }
        numbered.push((current, token));
        if token.text == "(" {
            let is_call = before.is_some_and(|it| is_one_of(it, &CALLS));
            open.push((current, is_call));
        }
    }
    gathered(numbered)
}

fn is_one_of(token: Token<'_>, words: &[&str]) -> bool {
    token.kind == Kind::Word && words.iter().any(|word| token.is_word(word))
}

/// Groups tokens by their clause number, and keeps the clauses that may concern a column.
fn gathered(mut numbered: Vec<(usize, Token<'_>)>) -> Vec<Clause<'_>> {
    numbered.sort_by_key(|(number, _)| *number);
    let clauses = numbered.chunk_by(|(one, _), (other, _)| one == other);
    let clauses =
        clauses.map(|clause| clause.iter().map(|(_, token)| *token).collect::<Clause<'_>>());
    clauses.filter(|clause| clause.len() > 2 && clause.iter().any(is_name)).collect()
}

fn is_name(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Word | Kind::Name)
}

/// The column names that a copy changes: what it inserts into `hi` of the new table is `b` of the
/// old one.
#[derive(Debug, Default)]
pub(super) struct Renamed(Vec<(Name, Name)>);

impl Renamed {
    pub(super) fn read<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let inserts = texts.into_iter().filter(|text| lexer::has_any(text, &["insert"]));
        Self(inserts.filter_map(renamed).flatten().collect())
    }

    /// Returns the old name of a column.
    fn before(&self, name: &Name) -> Option<&Name> {
        self.0.iter().find(|(now, _)| now == name).map(|(_, before)| before)
    }
}

/// Returns the pairs of names in `INSERT INTO n (x, ..) SELECT y, .. FROM t`.
fn renamed(text: &str) -> Option<Vec<(Name, Name)>> {
    let tokens: Vec<Token> = lexer::meaningful(text).collect();
    let into = tokens.iter().position(|token| token.is_word("into"))?;
    let list = (into..tokens.len().min(into + 5)).find(|&at| tokens[at].text == "(")?;
    let close = parens::closing(&tokens, list);
    let values = tokens.get(close + 1..)?;
    let (first, values) = values.split_first()?;
    let end = parens::outer(values).find(|(_, token)| token.is_word("from"))?.0;
    if !first.is_word("select") {
        return None;
    }
    let named = |part: &[Token<'_>]| {
        let token = part.last().filter(|token| is_name(token))?;
        matches!(part.len(), 1 | 3).then(|| Name::new(token.unquoted()))
    };
    let pairs =
        parens::split(&tokens[list + 1..close]).into_iter().zip(parens::split(&values[..end]));
    let pairs = pairs.filter_map(|(now, before)| Some((named(now)?, named(before)?)));
    Some(pairs.filter(|(now, before)| now != before).collect())
}

/// A clause that names columns of one table.
pub(super) struct TableClause<'c, 't> {
    pub(super) tokens: &'c [Token<'t>],
    /// The column that each token names, if it names one.
    pub(super) named: Vec<Option<usize>>,
    /// Whether it uses the name that a copy gives to a column: nothing else finds its literals
    /// then.
    pub(super) is_renamed: bool,
}

impl<'c, 't> TableClause<'c, 't> {
    /// Returns the clause if it names a column of the table.
    pub(super) fn of(
        target: &Target<'_>,
        renamed: &Renamed,
        clause: &'c Clause<'t>,
    ) -> Option<Self> {
        let mut is_renamed = false;
        let mut column = |token: &Token<'t>| {
            let name = is_name(token).then(|| Name::new(token.unquoted()))?;
            target.position(&name).or_else(|| {
                let before = target.position(renamed.before(&name)?);
                is_renamed |= before.is_some();
                before
            })
        };
        let mut named: Vec<_> = clause.iter().map(&mut column).collect();
        // The column that `SET x = a - b` assigns has no part in the expression.
        if let [first, _, equals, ..] = &clause[..] {
            let is_assigned = equals.text == "=" && (first.text == "," || first.is_word("set"));
            named[1] = named[1].filter(|_| !is_assigned);
        }
        let is_about_it = named.iter().any(Option::is_some);
        is_about_it.then_some(Self { tokens: clause, named, is_renamed })
    }

    /// Returns the literals of the clause, each with the last column named before it, or else with
    /// the first of all.
    pub(super) fn literals(&self) -> Vec<(usize, Value)> {
        let mut last = self.named.iter().find_map(|named| *named);
        let mut literals = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            last = self.named[at].or(last);
            let neighbours = [at.wrapping_sub(1), at + 1].map(|it| self.tokens.get(it));
            let is_joined = neighbours.iter().flatten().any(|token| token.text == "|");
            let value = match token.kind {
                // A text that is joined to a value is not compared with it.
                _ if is_joined => None,
                // A path into a JSON document is not a value.
                Kind::Text if token.text.starts_with("'$") => None,
                Kind::Text => Some(Value::Text(token.unquoted().into_owned())),
                _ => number_at(self.tokens, at),
            };
            literals.extend(last.zip(value));
        }
        literals
    }

    /// Returns the columns that a part of the clause names, each once.
    pub(super) fn columns(&self, part: Range<usize>) -> Vec<usize> {
        let mut columns = Vec::new();
        for &column in self.named.get(part).unwrap_or_default().iter().flatten() {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_depend_on_each_other_form_one_clause() {
        for (text, expected) in [
            (
                "CHECK (kind <> 'bill' OR due IS NOT NULL)",
                &["check ( kind < > 'bill' or due is not null )"][..],
            ),
            (
                "INSERT INTO n (a, b) SELECT a, min(b, c) FROM t WHERE a IN (1, 2) AND b > c",
                &["insert into n ( a )", ", min ( b , c )", "where a in ( 1 , 2 ) and b > c"],
            ),
            (
                "CREATE TABLE n (a INTEGER, b TEXT CHECK (b <> a) NOT NULL)",
                &["create table n ( a integer )", ", b text", "check ( b < > a ) not null"],
            ),
            (
                "UPDATE t SET a = b - c, d = 1 WHERE (a IS NULL) = (b IS NULL)",
                &["set a = b - c", ", d = 1", "where ( a is null ) = ( b is null )"],
            ),
        ] {
            let found: Vec<String> = clauses(text)
                .iter()
                .map(|clause| {
                    clause.iter().map(|it| it.text).collect::<Vec<_>>().join(" ").to_lowercase()
                })
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_copy_gives_columns_other_names() {
        let text =
            "INSERT OR IGNORE INTO main.n (id, lo, hi, \"c\") SELECT id, a, t.b, 1 AS c FROM t";
        let Renamed(pairs) = Renamed::read([text, "INSERT INTO n VALUES (1)", "DROP TABLE t"]);
        let pairs: Vec<_> = pairs.iter().map(|(now, was)| (now.as_str(), was.as_str())).collect();
        assert_eq!(pairs, [("lo", "a"), ("hi", "b")]);
    }
}
