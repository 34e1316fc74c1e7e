//! Finds changes to a row that may satisfy SQLite, the smallest first.

use std::collections::BTreeSet;

use migratory_core::sql::lexer::{self, Token};
use migratory_core::sql::parens;
use rusqlite::types::Value;

use super::candidate::candidates;
use super::complaint::Complaint;
use super::hint::Hint;
use super::target::{Row, Target};
use super::value::{Class, Maker};
use crate::schema::Name;

/// New values for some columns of a row.
pub(super) type Change = Vec<(usize, Value)>;

/// How far numbers jump beyond those that a table may already hold.
const JUMPS: [i64; 6] = [0, 1, 100, 1_000, 100_000, 1_000_000];
/// How many changes of one column are combined with those of another.
const PAIRED: usize = 8;
/// How many changes a complaint may lead to.
const MOST: usize = 400;

/// A row that SQLite refused, and what is known about its table.
pub(super) struct Refused<'a> {
    pub(super) target: &'a Target<'a>,
    /// The rows written to the table so far.
    pub(super) made: &'a [Row],
    pub(super) row: &'a Row,
}

impl Refused<'_> {
    /// Returns the changes to try, in this order.
    pub(super) fn changes(&self, complaint: &Complaint, maker: &mut Maker) -> Vec<Change> {
        let mut changes = match complaint {
            Complaint::Check(check) => self.for_hint(&self.check(check), maker),
            Complaint::NotNull(column) => self.for_not_null(column, maker),
            Complaint::Unique(columns) => {
                let columns = self.target.positions(columns).unwrap_or_default();
                self.for_unique(&columns, maker)
            }
            Complaint::UniqueIndex(index) => {
                let index = self.target.indexes.iter().filter(|found| found.name == *index);
                let hint = Hint::read(self.target, index.map(|index| &*index.sql));
                let mut changes = self.for_unique(&hint.columns, maker);
                changes.extend(self.for_hint(&hint, maker));
                changes
            }
            Complaint::ForeignKey => self.for_foreign_key(),
            Complaint::Type(column) => match self.target.position(column) {
                Some(column) => vec![vec![(column, self.target.fresh(column, maker))]],
                None => Vec::new(),
            },
            Complaint::Other(_) => self.for_anything(maker),
        };
        changes.truncate(MOST);
        changes
    }

    /// Returns the hint for a CHECK, which SQLite reports by its name, or by its text if it has
    /// none.
    fn check(&self, check: &str) -> Hint {
        let table = self.target.table;
        let texts: Vec<&str> = table.checks.iter().map(|text| text.trim()).collect();
        if texts.contains(&check) {
            return Hint::read(self.target, [check]);
        }
        match constraint(&table.sql, check) {
            Some(text) => Hint::read(self.target, [text]),
            // A condition that the author assumes is not part of the definition.
            None => Hint::read(self.target, texts.into_iter().chain([check])),
        }
    }

    fn for_hint(&self, hint: &Hint, maker: &mut Maker) -> Vec<Change> {
        let options: Vec<Vec<Change>> =
            hint.columns.iter().map(|&column| self.options(hint, column, maker)).collect();
        let mut changes = interleaved(&options);
        changes.truncate(MOST / 2);
        if hint.columns.len() > 1 {
            changes.extend(self.unions(hint, &options, maker));
            changes.extend(pairs(&options));
        }
        changes
    }

    /// Returns the changes of one column, or of the foreign keys that contain it.
    fn options(&self, hint: &Hint, column: usize, maker: &mut Maker) -> Vec<Change> {
        let current = self.row.get(column);
        let keys = self
            .target
            .links_of(column)
            .flat_map(|link| link.unused_first(self.made).into_iter().map(|key| link.change(key)));
        let mut options: Vec<Change> = keys
            .filter(|change| {
                change.iter().any(|(at, value)| *at == column && Some(value) != current)
            })
            .collect();
        let is_key = self.target.links_of(column).next().is_some();
        let values = candidates(self.target, hint, column, self.row, maker);
        let used = |value: &Value| self.made.iter().any(|row| row.get(column) == Some(value));
        let (used, unused): (Vec<Value>, Vec<Value>) =
            values.into_iter().filter(|value| !is_key || *value == Value::Null).partition(used);
        options.extend(unused.into_iter().chain(used).map(|value| vec![(column, value)]));
        options
    }

    /// Returns changes of several columns at once. Many expressions are a union: one column decides
    /// which of the others have a value, and the rest are NULL.
    fn unions(&self, hint: &Hint, options: &[Vec<Change>], maker: &mut Maker) -> Vec<Change> {
        let mut tags: Vec<Change> = vec![Vec::new()];
        for &column in &hint.columns {
            if self.target.links_of(column).next().is_none() {
                tags.extend(hint.near(column).map(|value| vec![(column, value.clone())]));
            }
        }
        let patterns = self.patterns(hint, options, maker);
        let mut unions = Vec::new();
        for tag in &tags {
            for pattern in &patterns {
                let tagged = tag.first().map(|(column, _)| *column);
                let rest = pattern.iter().filter(|(column, _)| Some(*column) != tagged);
                unions.push(tag.iter().chain(rest).cloned().collect());
            }
        }
        unions
    }

    /// Returns nullable columns all with a value, all NULL, with one value alone, and with one NULL
    /// alone.
    fn patterns(&self, hint: &Hint, options: &[Vec<Change>], maker: &mut Maker) -> Vec<Change> {
        let nullable: Vec<usize> = hint
            .columns
            .iter()
            .copied()
            .filter(|&column| self.target.is_nullable(column))
            .collect();
        let full: Vec<(usize, Value)> =
            nullable.iter().flat_map(|&column| self.filled(hint, options, column, maker)).collect();
        let null = |column: usize| (column, Value::Null);
        let held = |column: usize| full.iter().filter(move |(at, _)| *at == column).cloned();
        let mut patterns = vec![full.clone(), nullable.iter().map(|&at| null(at)).collect()];
        for &kept in &nullable {
            let others = nullable.iter().copied().filter(|&at| at != kept);
            patterns.push(others.map(null).chain(held(kept)).collect());
        }
        for &left in &nullable {
            let others = full.iter().filter(|(at, _)| *at != left).cloned();
            patterns.push(others.chain([null(left)]).collect());
        }
        patterns
    }

    /// Returns a value for a column: its own, or a new one if that is NULL.
    fn filled(
        &self,
        hint: &Hint,
        options: &[Vec<Change>],
        column: usize,
        maker: &mut Maker,
    ) -> Change {
        let is_null = self.row.get(column).is_none_or(|value| *value == Value::Null);
        let at = hint.columns.iter().position(|&other| other == column);
        let change = at.and_then(|at| options.get(at)).and_then(|options| options.first());
        match (is_null, change) {
            (false, _) => {
                self.row.get(column).map(|value| (column, value.clone())).into_iter().collect()
            }
            (true, Some(change)) => change.clone(),
            (true, None) => vec![(column, self.target.fresh(column, maker))],
        }
    }

    fn for_not_null(&self, column: &Name, maker: &mut Maker) -> Vec<Change> {
        match self.target.position(column) {
            Some(column) => self.options(&Hint::of(column), column, maker),
            None => self.for_anything(maker),
        }
    }

    /// Changes the last columns first, since the first ones of a key are more likely to repeat.
    fn for_unique(&self, columns: &[usize], maker: &mut Maker) -> Vec<Change> {
        let options: Vec<Vec<Change>> = columns
            .iter()
            .rev()
            .map(|&column| {
                let mut options = self.fresh(column, maker);
                let hint = Hint::read(self.target, self.checks_of(column));
                options.extend(self.options(&hint, column, maker));
                // NULL is unique too, but does not solve the problem.
                options.retain(|change| change.iter().all(|(_, value)| *value != Value::Null));
                options
            })
            .collect();
        let mut changes = interleaved(&options);
        changes.extend(pairs(&options));
        changes
    }

    /// Returns values that a column has not had, unless they come from another table.
    fn fresh(&self, column: usize, maker: &mut Maker) -> Vec<Change> {
        let Some(definition) = self.target.columns.get(column) else { return Vec::new() };
        if self.target.links_of(column).next().is_some() {
            return Vec::new();
        }
        let serial = maker.next();
        let values = JUMPS.iter().map(|jump| maker.numbered(Class::of(definition), serial + jump));
        values
            .filter_map(|value| self.target.fit(definition, value))
            .map(|value| vec![(column, value)])
            .collect()
    }

    fn checks_of(&self, column: usize) -> Vec<&str> {
        let checks = self.target.table.checks.iter().map(|check| &**check);
        checks.filter(|check| Hint::read(self.target, [*check]).columns.contains(&column)).collect()
    }

    fn for_foreign_key(&self) -> Vec<Change> {
        let keys: Vec<Vec<Change>> = self
            .target
            .links
            .iter()
            .map(|link| {
                let keys = link.unused_first(self.made).into_iter().map(|key| link.change(key));
                let null = link.columns.iter().filter(|&&column| self.target.is_nullable(column));
                keys.take(PAIRED).chain(null.map(|&column| vec![(column, Value::Null)])).collect()
            })
            .collect();
        let mut changes = interleaved(&keys);
        changes.extend(pairs(&keys));
        changes
    }

    /// Handles a trigger that raises or a function that fails: tries the values in all texts of the
    /// table, and fills columns that are NULL.
    fn for_anything(&self, maker: &mut Maker) -> Vec<Change> {
        let target = self.target;
        let nulls: BTreeSet<usize> = (0..target.columns.len())
            .filter(|&column| self.row.get(column) == Some(&Value::Null))
            .collect();
        let mut changes: Vec<Change> =
            nulls.iter().map(|&column| vec![(column, target.fresh(column, maker))]).collect();
        changes.push(changes.concat());
        let generated =
            target.table.columns.iter().filter_map(|column| column.generated.as_deref());
        let indexes = target.indexes.iter().map(|index| &*index.sql);
        let triggers = target.triggers.iter().copied();
        let checks = target.table.checks.iter().map(|check| &**check);
        for text in generated.chain(checks).chain(indexes).chain(triggers) {
            let hint = Hint::read(target, [text]);
            let options: Vec<Vec<Change>> =
                hint.columns.iter().map(|&column| self.options(&hint, column, maker)).collect();
            changes.extend(interleaved(&options));
        }
        changes.retain(|change| !change.is_empty());
        changes
    }
}

/// Returns the first change of each column, then the second of each, and so on.
fn interleaved(options: &[Vec<Change>]) -> Vec<Change> {
    let longest = options.iter().map(Vec::len).max().unwrap_or_default();
    (0..longest)
        .flat_map(|rank| options.iter().filter_map(move |changes| changes.get(rank)))
        .cloned()
        .collect()
}

/// Returns changes of two columns at once.
fn pairs(options: &[Vec<Change>]) -> Vec<Change> {
    let mut pairs = Vec::new();
    for (at, first) in options.iter().enumerate() {
        for second in options.iter().skip(at + 1) {
            for one in first.iter().take(PAIRED) {
                pairs.extend(second.iter().take(PAIRED).map(|other| [&**one, &**other].concat()));
            }
        }
    }
    pairs
}

/// Returns the text between the parentheses of the CHECK with this name.
fn constraint<'s>(sql: &'s str, name: &str) -> Option<&'s str> {
    let tokens: Vec<Token> = lexer::meaningful(sql).collect();
    let at = tokens.windows(4).position(|window| {
        window[0].is_word("constraint")
            && window[1].unquoted().eq_ignore_ascii_case(name)
            && window[2].is_word("check")
            && window[3].text == "("
    })?;
    parens::group(&tokens, at + 3).map(|group| parens::inner(sql, &tokens, &group))
}
