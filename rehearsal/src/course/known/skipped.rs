//! Tracks the statements that the rehearsal skipped, and which later findings only follow from that.
//!
//! A statement that fails is reported once and left out, and the rehearsal goes on. From then on the schema
//! lacks what the statement would have created, and keeps what it would have removed. A later statement that
//! fails for that reason alone is left out too, and not reported. In doubt nothing is reported: a false finding
//! costs more than one that comes a build later.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use migratory_core::sql::lexer;

use self::target::{Target, targets};
use crate::act::{ActKind, Statement};
use crate::rules::names;
use crate::schema;
use crate::schema::{Name, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::{Diagnostic, Subject};

mod cause;
mod target;

use self::cause::Cause;

/// The names that the skipped statements would have changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Skipped {
    /// Tables, views, indexes and triggers that are missing, or should not be there.
    objects: BTreeSet<Name>,
    /// The columns of a table that are missing, or differ from what they should be.
    columns: BTreeMap<Name, BTreeSet<Name>>,
    /// Tables with too few or too many rows.
    rows: BTreeSet<Name>,
    /// The names in statements left out of the current migration.
    here: BTreeSet<Name>,
    /// The objects that files outside the set would create.
    elsewhere: BTreeSet<Name>,
    /// Whether a file is missing or unreadable, so that nobody knows what it would have created.
    is_blind: bool,
}

impl Skipped {
    pub(crate) fn is_empty(&self) -> bool {
        let Self { objects, columns, rows, here, elsewhere, is_blind } = self;
        let names = [objects, rows, here, elsewhere];
        names.iter().all(|names| names.is_empty()) && columns.is_empty() && !is_blind
    }

    /// Begins the next migration.
    pub(crate) fn begin(&mut self) {
        self.here.clear();
    }

    /// Adds a statement that was left out, with SQLite's message if it ran.
    pub(crate) fn add(&mut self, sql: &str, message: Option<&str>, schema: &Schema) {
        let near = |name: Name| [near(&name, schema), Some(name)].into_iter().flatten();
        let targets = targets(sql);
        for target in targets {
            match target {
                Target::Object(name) => self.objects.extend(near(name)),
                Target::Renamed(from, to) => self.objects.extend(near(from).chain([to])),
                Target::Columns(table, columns) => {
                    for table in near(table) {
                        self.columns.entry(table).or_default().extend(columns.iter().cloned());
                    }
                }
                Target::Rows(table) => self.rows.extend(near(table)),
            }
        }
        match message.map(Cause::of) {
            Some(Cause::Object(name)) => drop(self.objects.insert(name)),
            Some(Cause::Column(name)) => {
                for table in names(sql).filter(|table| schema.tables.contains_key(table)) {
                    self.columns.entry(table).or_default().insert(name.clone());
                }
            }
            Some(Cause::Text | Cause::Rows) | None => {}
        }
        let is_known = |name: &Name| is_object(name, schema) || self.objects.contains(name);
        self.here.extend(names(sql).filter(is_known));
    }

    /// Returns what files outside the set would create.
    pub(crate) fn elsewhere(texts: &[String]) -> Self {
        let mut skipped = Self::default();
        for target in texts.iter().flat_map(|text| targets(text)) {
            match target {
                Target::Object(name) | Target::Renamed(_, name) | Target::Columns(name, _) => {
                    skipped.elsewhere.insert(name);
                }
                Target::Rows(_) => {}
            }
        }
        skipped
    }

    /// Adds a text of which SQLite would run only a part, or that has no statement.
    pub(crate) fn add_unfit(&mut self, sql: &str) {
        // What follows an open quote or comment is read as SQL too.
        let bare = sql.replace(['\'', '"', '`', '\0'], " ").replace("/*", "  ").replace("*/", "  ");
        self.is_blind |= targets(&bare).is_empty();
        self.add(&bare, None, &Schema::default());
    }

    /// Notes that a migration may be missing, or that a file could not be read.
    pub(crate) fn add_unknown(&mut self) {
        self.is_blind = true;
    }

    /// Whether a statement fails only because of what was left out.
    pub(crate) fn explains(&self, sql: &str, message: &str, schema: &Schema) -> bool {
        if self.is_empty() {
            return false;
        }
        let is_unknown = || self.is_blind && schema::hint(message, schema, sql).is_none();
        match Cause::of(message) {
            Cause::Text => false,
            Cause::Object(name) => {
                self.objects.contains(&name) || self.elsewhere.contains(&name) || is_unknown()
            }
            Cause::Column(name) => {
                let has = |object: &Name| {
                    self.objects.contains(object)
                        || self.elsewhere.contains(object)
                        || self.columns.get(object).is_some_and(|columns| columns.contains(&name))
                };
                related(sql, message, schema).iter().any(has) || is_unknown()
            }
            Cause::Rows => {
                self.is_blind || related(sql, message, schema).iter().any(|name| self.touches(name))
            }
        }
    }

    /// Whether the current migration, from which something was left out, may have been meant to create the
    /// object that this message misses: no object has that name, or one like it.
    pub(crate) fn may_have_made(&self, message: &str, schema: &Schema) -> bool {
        let Cause::Object(name) = Cause::of(message) else { return false };
        !self.here.is_empty() && !is_object(&name, schema) && near(&name, schema).is_none()
    }

    /// Whether this object differs in any way from what it should be.
    pub(crate) fn touches(&self, name: &Name) -> bool {
        let Self { objects, columns, rows, here, .. } = self;
        [objects, rows, here].iter().any(|names| names.contains(name)) || columns.contains_key(name)
    }

    /// Whether an object, or this column of it, is defined differently from what it should be.
    pub(crate) fn changes(&self, object: &Name, column: Option<&Name>) -> bool {
        let is_column = |columns: &BTreeSet<Name>| column.is_none_or(|it| columns.contains(it));
        self.objects.contains(object)
            || self.here.contains(object)
            || self.columns.get(object).is_some_and(is_column)
    }

    /// Whether a finding about a script that ran may follow from what was left out.
    pub(crate) fn covers(&self, finding: &Diagnostic, script: &CheckedScript) -> bool {
        if self.is_empty() {
            return false;
        }
        let named = named(finding, script);
        let is_changed = |name: &Name| {
            let columns = self.columns.get(name);
            self.objects.contains(name)
                || self.here.contains(name)
                || columns.is_some_and(|it| !it.is_disjoint(&named))
        };
        named.iter().any(is_changed)
    }

    /// Follows a statement that ran: a view over a wrong table is wrong too, and a table that is created anew
    /// is right again.
    pub(crate) fn follow(&mut self, statement: &Statement, script: &CheckedScript) {
        if self.is_empty() {
            return;
        }
        let sql = script.sql.get(statement.range.clone()).unwrap_or_default();
        let is_made = statement.own().any(|act| matches!(act, ActKind::CreateTable(_)));
        for target in targets(sql) {
            self.follow_target(sql, target, is_made && !selects(sql));
        }
    }

    fn follow_target(&mut self, sql: &str, target: Target, makes_table: bool) {
        match target {
            Target::Object(name) if makes_table => self.restore(&name),
            Target::Object(name) => {
                let from: Vec<_> = names(sql).filter(|from| *from != name).collect();
                if from.iter().any(|from| self.objects.contains(from)) {
                    self.objects.insert(name.clone());
                }
                let columns: Vec<_> = from
                    .iter()
                    .filter_map(|from| self.columns.get(from))
                    .flatten()
                    .cloned()
                    .collect();
                if !columns.is_empty() {
                    self.columns.entry(name.clone()).or_default().extend(columns);
                }
                if from.iter().any(|from| self.here.contains(from)) {
                    self.here.insert(name);
                }
            }
            Target::Renamed(from, to) => self.rename(&from, to),
            Target::Rows(table) => {
                if names(sql).any(|name| self.touches(&name)) {
                    self.rows.insert(table.clone());
                }
                if names(sql).any(|name| self.here.contains(&name)) {
                    self.here.insert(table);
                }
            }
            Target::Columns(..) => {}
        }
    }

    /// Marks an object as right, since it was created anew.
    fn restore(&mut self, name: &Name) {
        self.objects.remove(name);
        self.columns.remove(name);
        self.rows.remove(name);
    }

    fn rename(&mut self, from: &Name, to: Name) {
        self.restore(&to);
        if self.objects.contains(from) {
            self.objects.insert(to.clone());
        }
        if self.rows.contains(from) {
            self.rows.insert(to.clone());
        }
        if let Some(columns) = self.columns.get(from).cloned() {
            self.columns.insert(to.clone(), columns);
        }
        if self.here.contains(from) {
            self.here.insert(to);
        }
    }
}

/// Returns the names that a finding about a script concerns: its own, and those in the statement that it
/// shows.
pub(crate) fn named(finding: &Diagnostic, script: &CheckedScript) -> BTreeSet<Name> {
    let place = finding.labels.first().filter(|label| label.file == script.file);
    let statement = place
        .and_then(|label| label.range.as_ref())
        .map(|range| script.sql.get(around(script, range)).unwrap_or_default());
    let own = finding.subject().iter().flat_map(Subject::names).chain(finding.mentioned()).cloned();
    own.chain(statement.into_iter().flat_map(names)).collect()
}

/// Returns the statement of a script at a place, if there is one.
pub(crate) fn statement<'s>(
    script: &'s CheckedScript,
    place: &Range<usize>,
) -> Option<&'s Range<usize>> {
    script.statements.iter().find(|it| it.contains(&place.start))
}

/// Whether a failure is about the content of tables, and neither about the text nor about the schema.
pub(crate) fn is_about_rows(message: &str) -> bool {
    Cause::of(message) == Cause::Rows
}

/// Returns the statement around a place, or the place itself if it is in no statement.
pub(crate) fn around(script: &CheckedScript, place: &Range<usize>) -> Range<usize> {
    statement(script, place).unwrap_or(place).clone()
}

/// Returns the script with blanks in place of these statements, so that all others keep their positions.
pub(crate) fn without<'r>(
    script: &CheckedScript,
    skipped: impl Iterator<Item = &'r Range<usize>>,
) -> CheckedScript {
    let mut kept = script.clone();
    let mut ranges: Vec<_> = skipped.cloned().collect();
    ranges.sort_by_key(|range| range.start);
    for range in &ranges {
        if kept.sql.get(range.clone()).is_some() {
            kept.sql.replace_range(range.clone(), &" ".repeat(range.len()));
        }
    }
    // Both are in order, so one pass suffices: all of a hundred thousand statements may be left out.
    let mut ranges = ranges.into_iter().peekable();
    let mut end = 0;
    kept.statements.retain(|it| {
        while let Some(range) = ranges.next_if(|range| range.start < it.end) {
            end = end.max(range.end);
        }
        end <= it.start
    });
    kept
}

/// Returns the later statements that can't run without an object: all that name it, until one creates it.
pub(crate) fn dependent(
    script: &CheckedScript,
    place: &Range<usize>,
    message: &str,
    schema: &Schema,
) -> Vec<Range<usize>> {
    let sql = |range: &Range<usize>| script.sql.get(range.clone()).unwrap_or_default();
    let made = targets(sql(place)).into_iter().find_map(|target| match target {
        Target::Object(name) => Some(name),
        _ => None,
    });
    let missing = match Cause::of(message) {
        Cause::Object(name) => Some(name),
        _ => made,
    };
    let Some(missing) = missing.filter(|name| !is_object(name, schema)) else { return Vec::new() };
    let later = script.statements.iter().filter(|range| range.start >= place.end);
    let makes = |range: &&Range<usize>| {
        targets(sql(range)).iter().any(|target| match target {
            Target::Object(name) | Target::Renamed(_, name) => *name == missing,
            _ => false,
        })
    };
    let dependent = later.take_while(|range| !makes(range) || is_drop(sql(range)));
    dependent.filter(|range| names(sql(range)).any(|name| name == missing)).cloned().collect()
}

fn is_drop(sql: &str) -> bool {
    lexer::meaningful(sql).next().is_some_and(|token| token.is_word("drop"))
}

fn selects(sql: &str) -> bool {
    lexer::meaningful(sql).any(|token| token.is_word("select"))
}

fn is_object(name: &Name, schema: &Schema) -> bool {
    schema.tables.contains_key(name)
        || schema.views.contains_key(name)
        || schema.indexes.contains_key(name)
        || schema.triggers.contains_key(name)
}

/// Returns the object that an unknown name may have meant.
fn near(name: &Name, schema: &Schema) -> Option<Name> {
    let objects = [schema.tables.keys().collect::<Vec<_>>(), schema.views.keys().collect()];
    let others = [schema.indexes.keys().collect::<Vec<_>>(), schema.triggers.keys().collect()];
    let all = objects.into_iter().chain(others).flatten();
    let known = |object: &str| Name::from(object);
    (!is_object(name, schema)).then(|| {
        migratory_analysis::spelling::nearest(name.as_str(), all.map(Name::as_str)).map(known)
    })?
}

/// Returns the words of one of SQLite's messages.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Name> + '_ {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    text.split(move |letter| !is_part(letter)).filter(|word| !word.is_empty()).map(Name::new)
}

/// Returns the names that concern a statement and SQLite's message about it: those in both, those in the views
/// and triggers that it uses, and the tables to which its tables refer.
fn related(sql: &str, message: &str, schema: &Schema) -> BTreeSet<Name> {
    let mut found: BTreeSet<Name> = names(sql).chain(words(message)).collect();
    let views: Vec<_> = found.iter().filter_map(|name| schema.views.get(name)).collect();
    let triggers = schema.triggers.values().filter(|trigger| {
        names(&trigger.sql).take(40).any(|name| found.contains(&name) && is_object(&name, schema))
    });
    let bodies: Vec<_> = triggers.flat_map(|trigger| names(&trigger.sql)).collect();
    let inside: Vec<_> = views.into_iter().flat_map(|view| names(&view.sql)).collect();
    found.extend(bodies.into_iter().chain(inside));
    let tables = found.iter().filter_map(|name| schema.tables.get(name));
    let parents: Vec<_> =
        tables.flat_map(|table| table.foreign_keys.iter().map(|key| key.parent.clone())).collect();
    found.extend(parents);
    found
}
