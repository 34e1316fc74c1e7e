//! Finds the columns in which rows should agree while they differ in others, or differ while they agree.
//!
//! A row that repeats another in every column shows nothing about a statement that relies on one of
//! them: `SELECT DISTINCT code, label` needs one code with two labels, and `SET u = lower(u)` needs
//! two spellings of `u` with the same values in the rest of a key.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Token};
use rusqlite::types::Value;

use super::clause::{Clause, Renamed, TableClause, clauses};
use super::target::Target;
use super::variation::Change;
use crate::schema::{Index, Name};

/// A column that a script changes, and that is unique together with other columns or in some rows.
pub(super) struct Changed {
    pub(super) column: usize,
    /// What the rows have in other columns, so that a partial index contains them.
    pub(super) within: Change,
}

/// Returns the columns whose values a script changes, where the result may then repeat.
pub(super) fn changed(target: &Target<'_>, texts: &[&str]) -> Vec<Changed> {
    let assigned: BTreeSet<usize> =
        texts.iter().filter_map(|text| assigned(target, text)).flatten().collect();
    let mut changed = Vec::new();
    for column in assigned {
        let is_in_composite =
            target.uniques.iter().any(|unique| unique.len() > 1 && unique.contains(&column));
        if is_in_composite {
            changed.push(Changed { column, within: Vec::new() });
        }
        let mut partial = target.indexes.iter().filter(|index| index.is_unique && index.is_partial);
        let within = partial.find_map(|index| within(target, index, column));
        changed.extend(within.map(|within| Changed { column, within }));
    }
    changed
}

/// Returns the columns that an UPDATE of the table assigns.
fn assigned(target: &Target<'_>, text: &str) -> Option<Vec<usize>> {
    let tokens: Vec<Token<'_>> = lexer::meaningful(text).collect();
    let is_update = tokens.first()?.is_word("update");
    let set = tokens.iter().position(|token| token.is_word("set"))?;
    let is_named = |token: &Token<'_>| target.table.name == *token.unquoted();
    if !is_update || !tokens[1..set].iter().any(is_named) {
        return None;
    }
    let after = tokens.get(set + 1..)?;
    let end = after.iter().position(|token| token.is_word("from")).unwrap_or(after.len());
    let ends = after[..end].windows(2).enumerate().filter(|(at, pair)| {
        let begins = at.checked_sub(1).is_none_or(|before| after[before].text == ",");
        begins && pair[1].text == "="
    });
    let names = ends.filter_map(|(_, pair)| target.position(&Name::new(pair[0].unquoted())));
    Some(names.collect())
}

/// Returns what a row has in other columns if a partial index that concerns this column contains
/// it.
fn within(target: &Target<'_>, index: &Index, column: usize) -> Option<Change> {
    let names = |clause: &TableClause<'_, '_>| clause.named.contains(&Some(column));
    let found = clauses(&index.sql);
    let renamed = Renamed::default();
    let found: Vec<TableClause<'_, '_>> =
        found.iter().filter_map(|clause| TableClause::of(target, &renamed, clause)).collect();
    if !found.iter().any(names)
        && !index.columns.contains(&Some(target.columns[column].name.clone()))
    {
        return None;
    }
    let condition = found.iter().find(|clause| clause.tokens[0].is_word("where"))?;
    let mut change = Change::new();
    for (at, value) in nulls(target, condition).into_iter().chain(condition.literals()) {
        if at != column && change.iter().all(|(known, _)| *known != at) {
            change.push((at, value));
        }
    }
    Some(change)
}

/// Returns NULL for each column that a condition says is NULL.
fn nulls(target: &Target<'_>, clause: &TableClause<'_, '_>) -> Change {
    let is_null = |at: &usize| {
        let word =
            |back: usize, word| clause.tokens.get(at + back).is_some_and(|it| it.is_word(word));
        word(1, "is") && word(2, "null") || word(1, "isnull")
    };
    let columns = (0..clause.tokens.len()).filter(is_null).filter_map(|at| clause.named[at]);
    columns.filter(|&it| target.may_be_left_out(it)).map(|it| (it, Value::Null)).collect()
}

/// Returns the columns by which these statements group, look up or tell rows apart: each should
/// have a value that rows share which differ in all other columns.
pub(super) fn shared(target: &Target<'_>, renamed: &Renamed, texts: &[&str]) -> Vec<usize> {
    let found: Vec<Clause<'_>> = texts.iter().flat_map(|text| clauses(text)).collect();
    let mut columns = Vec::new();
    for clause in &found {
        let Some(clause) = TableClause::of(target, renamed, clause) else { continue };
        for column in clause.columns(by(&clause)) {
            let is_unique = target.uniques.contains(&BTreeSet::from([column]));
            if !is_unique && target.alias != Some(column) && !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    columns
}

/// Returns the part of a clause that names columns which identify rows.
fn by(clause: &TableClause<'_, '_>) -> std::ops::Range<usize> {
    let tokens = clause.tokens;
    let has = |word| tokens.iter().any(|token| token.is_word(word));
    let is_comparison = ["where", "on"].iter().any(|word| tokens[0].is_word(word))
        && tokens.windows(3).any(|three| three[0].text == "." && three[2].text == "=");
    let is_key = ["group", "distinct", "using", "partition"].iter().any(|word| has(word));
    if is_comparison || is_key || has("primary") || has("unique") { 0..tokens.len() } else { 0..0 }
}
