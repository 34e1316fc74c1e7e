//! What the rehearsal left out, and which later findings only follow from that.
//!
//! A statement that fails is reported once and left out, and the rehearsal goes on. From then on the schema lacks what the
//! statement would have made, and holds what it would have removed: a later statement that fails for that reason alone is
//! left out too, without a word. In doubt nothing is reported: a false finding costs more than one that comes a build later.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use migratory_core::sql::lexer::{self, Kind};

use self::target::{Target, targets};
use crate::act::{ActKind, Statement};
use crate::schema;
use crate::schema::{Name, Schema};
use migratory_analysis::CheckedScript;
use migratory_analysis::Diagnostic;

mod cause;
mod target;

use self::cause::Cause;

/// The names that statements which were left out would have changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeftOut {
    /// Tables, views, indexes and triggers that are missing, or there though they should not be.
    objects: BTreeSet<Name>,
    /// The columns of a table that are not what they should be.
    columns: BTreeMap<Name, BTreeSet<Name>>,
    /// Tables that lack rows, or hold too many.
    rows: BTreeSet<Name>,
    /// All that the statements name which were left out of the migration at hand.
    here: BTreeSet<Name>,
    /// What files would make that have no place in the set.
    elsewhere: BTreeSet<Name>,
    /// Whether a file is missing or could not be read: nobody knows what it would have made.
    is_blind: bool,
}

impl LeftOut {
    pub(crate) fn is_empty(&self) -> bool {
        let Self { objects, columns, rows, here, elsewhere, is_blind } = self;
        let names = [objects, rows, here, elsewhere];
        names.iter().all(|names| names.is_empty()) && columns.is_empty() && !is_blind
    }

    /// Begins the next migration.
    pub(crate) fn begin(&mut self) {
        self.here.clear();
    }

    /// Notes that a statement was left out, and what SQLite said of it, if it ran.
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

    /// What the texts of files would make that have no place in the set.
    pub(crate) fn elsewhere(texts: &[String]) -> Self {
        let mut left_out = Self::default();
        for target in texts.iter().flat_map(|text| targets(text)) {
            match target {
                Target::Object(name) | Target::Renamed(_, name) | Target::Columns(name, _) => {
                    left_out.elsewhere.insert(name);
                }
                Target::Rows(_) => {}
            }
        }
        left_out
    }

    /// Notes that a text was left out of which SQLite would run a part, or that there is none to read.
    pub(crate) fn add_unfit(&mut self, sql: &str) {
        // What stands behind an open quote or comment is read all the same.
        let bare = sql.replace(['\'', '"', '`', '\0'], " ").replace("/*", "  ").replace("*/", "  ");
        self.is_blind |= targets(&bare).is_empty();
        self.add(&bare, None, &Schema::default());
    }

    /// Notes that a migration may be missing, or a file that could not be read.
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

    /// Whether the migration at hand, from which something was left out, may have been meant to make the object that is
    /// missing by these words: nothing has its name, or one like it.
    pub(crate) fn may_have_made(&self, message: &str, schema: &Schema) -> bool {
        let Cause::Object(name) = Cause::of(message) else { return false };
        !self.here.is_empty() && !is_object(&name, schema) && near(&name, schema).is_none()
    }

    /// Whether anything of this object is not as it should be.
    pub(crate) fn touches(&self, name: &Name) -> bool {
        let Self { objects, columns, rows, here, .. } = self;
        [objects, rows, here].iter().any(|names| names.contains(name)) || columns.contains_key(name)
    }

    /// Whether an object, or this column of it, is not defined as it should be.
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

    /// Follows a statement that ran: a view over a table that is not as it should be is not either, and a table that is
    /// made anew is.
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

    /// An object was made anew, and is what it should be.
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

/// The names that a finding about a script is about: those in its message and in the statement that it shows.
pub(crate) fn named(finding: &Diagnostic, script: &CheckedScript) -> BTreeSet<Name> {
    let place = finding.labels.first().filter(|label| label.file == script.file);
    let statement = place
        .and_then(|label| label.range.as_ref())
        .map(|range| script.sql.get(around(script, range)).unwrap_or_default());
    let ticked = finding.message.split('`').skip(1).step_by(2);
    let mut named: BTreeSet<Name> = ticked.flat_map(words).collect();
    named.extend(statement.into_iter().flat_map(names));
    let notes = finding.notes.iter().flat_map(|note| note.split('`').skip(1).step_by(2));
    named.extend(notes.flat_map(words));
    let is_about_rows = Cause::of(&finding.message) == Cause::Rows;
    named.extend(words(&finding.message).filter(|_| is_about_rows));
    named
}

/// The statement of a script at a place, if one is there.
pub(crate) fn statement<'s>(
    script: &'s CheckedScript,
    place: &Range<usize>,
) -> Option<&'s Range<usize>> {
    script.statements.iter().find(|it| it.contains(&place.start))
}

/// Whether a failure is about what the tables hold, and neither about a text nor about the schema.
pub(crate) fn is_about_rows(message: &str) -> bool {
    Cause::of(message) == Cause::Rows
}

/// The statement of a script around a place, with all that stands there if it is none.
pub(crate) fn around(script: &CheckedScript, place: &Range<usize>) -> Range<usize> {
    statement(script, place).unwrap_or(place).clone()
}

/// The script without these statements: blanks stand in their place, so that all others keep theirs.
pub(crate) fn without<'r>(
    script: &CheckedScript,
    left_out: impl Iterator<Item = &'r Range<usize>>,
) -> CheckedScript {
    let mut kept = script.clone();
    for range in left_out {
        kept.statements.retain(|it| it.end <= range.start || range.end <= it.start);
        if kept.sql.get(range.clone()).is_some() {
            kept.sql.replace_range(range.clone(), &" ".repeat(range.len()));
        }
    }
    kept
}

/// The statements after the one at `place` that can't run without an object: all that name it until one makes it.
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

/// The object that a name may have meant which nothing has.
fn near(name: &Name, schema: &Schema) -> Option<Name> {
    let objects = [schema.tables.keys().collect::<Vec<_>>(), schema.views.keys().collect()];
    let others = [schema.indexes.keys().collect::<Vec<_>>(), schema.triggers.keys().collect()];
    let all = objects.into_iter().chain(others).flatten();
    let known = |object: &str| Name::from(object);
    (!is_object(name, schema)).then(|| {
        migratory_analysis::spelling::nearest(name.as_str(), all.map(Name::as_str)).map(known)
    })?
}

/// The names in SQL, words of the language among them.
fn names(sql: &str) -> impl Iterator<Item = Name> + '_ {
    let named = lexer::meaningful(sql).filter(|it| matches!(it.kind, Kind::Word | Kind::Name));
    named.map(|token| Name::new(token.unquoted()))
}

/// The words of a sentence.
fn words(text: &str) -> impl Iterator<Item = Name> + '_ {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    text.split(move |letter| !is_part(letter)).filter(|word| !word.is_empty()).map(Name::new)
}

/// The names that a statement and what SQLite says of it are about: those in them, those in the views and triggers that it
/// sets off, and the tables to which its tables refer.
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
