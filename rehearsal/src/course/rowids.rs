//! Rowids that are held outside of their table.
//!
//! Without an `INTEGER PRIMARY KEY` a rowid is no value of its row: a copy gives out new ones, and whoever has written
//! down the old ones finds other rows, or none.

use std::collections::{BTreeMap, BTreeSet};

use migratory_core::sql::lexer::{self, Token};

use super::succession::Succession;
use crate::act::{ActKind, Statement};
use crate::schema::{Name, Schema, Table, TableKind, Trigger};
use migratory_analysis::CheckedScript;

/// The names under which SQL reads a rowid.
const WORDS: [&str; 3] = ["rowid", "oid", "_rowid_"];

/// The tables whose rowids something holds, each with what holds them, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rowids(BTreeMap<Name, String>);

/// A script that was run.
#[derive(Clone, Copy)]
pub(crate) struct Done<'a> {
    script: &'a CheckedScript,
    statements: &'a [Statement],
    /// Which table holds the rows of which after it.
    succession: &'a Succession,
}

impl<'a> Done<'a> {
    pub(crate) fn new(
        script: &'a CheckedScript,
        statements: &'a [Statement],
        succession: &'a Succession,
    ) -> Self {
        Self { script, statements, succession }
    }

    fn text(&self, statement: &Statement) -> &'a str {
        self.script.sql.get(statement.range.clone()).unwrap_or_default()
    }
}

impl Rowids {
    /// What a script has to keep: what was held before it, or is by a trigger of this schema, and is not written anew by
    /// the script itself.
    pub(crate) fn before(&self, schema: &Schema, done: Done<'_>) -> Self {
        let Done { statements, succession, .. } = done;
        let mut all = self.0.clone();
        let triggers = schema.triggers.values().filter_map(|trigger| held_by(trigger, schema));
        all.extend(triggers);
        all.retain(|table, _| schema.tables.get(table).is_some_and(is_unnamed));
        for statement in statements {
            for table in written_down(statement, done.text(statement)) {
                let is_it = |held: &Name| {
                    let heir = succession.heir(held);
                    *held == table || heir.is_some_and(|heir| heir.names.contains(&table))
                };
                all.retain(|held, _| !is_it(held) || is_copy(statement, held, succession));
            }
        }
        Self(all)
    }

    /// What is held after a script.
    pub(crate) fn after(&self, schema: &Schema, done: Done<'_>) -> Self {
        let Done { statements, succession, .. } = done;
        let heir = |table: &Name| succession.heir(table).map_or(table, |it| &it.table).clone();
        let mut held: BTreeMap<_, _> =
            self.0.iter().map(|(table, by)| (heir(table), by.clone())).collect();
        for statement in statements {
            let Some(into) = target(statement) else { continue };
            if schema.tables.get(&into).is_some_and(is_checked) {
                continue;
            }
            for table in written_down(statement, done.text(statement)) {
                if table != into && !is_copy(statement, &table, succession) {
                    held.insert(
                        heir(&table),
                        format!("`{into}` was filled with rowids of `{table}`"),
                    );
                }
            }
        }
        held.retain(|table, _| schema.tables.get(table).is_some_and(is_unnamed));
        Self(held)
    }

    /// What holds the rowids of a table.
    pub(crate) fn holder(&self, table: &Name) -> Option<&str> {
        self.0.get(table).map(String::as_str)
    }

    /// The tables.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Name> {
        self.0.keys()
    }
}

/// Whether its rowid has no name, so that nothing keeps it.
fn is_unnamed(table: &Table) -> bool {
    let is_taken = table.columns.iter().any(|column| column.name == *"rowid");
    table.kind == TableKind::Ordinary
        && !table.is_without_rowid
        && !is_taken
        && table.rowid_alias().is_none()
}

/// Whether it is a full-text index whose content is another table: SQLite itself compares the two.
fn is_checked(table: &Table) -> bool {
    let TableKind::Virtual(module) = &table.kind else { return false };
    let tokens: Vec<_> = lexer::meaningful(&table.sql).collect();
    let names_content = tokens.windows(3).any(|three| {
        three[0].is_word("content") && three[1].text == "=" && !three[2].unquoted().is_empty()
    });
    names_content && module.to_ascii_lowercase().starts_with("fts")
}

/// Whether the statement copies the rows of a table into the one that takes its place.
fn is_copy(statement: &Statement, table: &Name, succession: &Succession) -> bool {
    let heir = succession.heir(table);
    target(statement).is_some_and(|into| heir.is_some_and(|heir| heir.names.contains(&into)))
}

/// The table that a statement adds rows to, or changes.
fn target(statement: &Statement) -> Option<Name> {
    statement.own().find_map(|act| match act {
        ActKind::Insert(table) | ActKind::CreateTable(table) | ActKind::Update { table, .. } => {
            Some(table.clone())
        }
        _ => None,
    })
}

/// The tables of which a statement writes rowids down.
fn written_down(statement: &Statement, text: &str) -> BTreeSet<Name> {
    let tokens: Vec<_> = lexer::meaningful(text).collect();
    if target(statement).is_none() || !selects_rowid(&tokens) {
        return BTreeSet::new();
    }
    let read = statement.own().filter_map(|act| match act {
        ActKind::Read { table, column } if *column == *"rowid" => Some(table.clone()),
        _ => None,
    });
    read.collect()
}

/// Whether a rowid stands between SELECT and FROM: in an ORDER BY, it is written nowhere.
fn selects_rowid(tokens: &[Token<'_>]) -> bool {
    let mut is_listed = false;
    tokens.iter().any(|token| {
        is_listed |= token.is_word("select");
        is_listed &= !token.is_word("from");
        is_listed && is_rowid(token)
    })
}

fn is_rowid(token: &Token<'_>) -> bool {
    WORDS.iter().any(|word| token.unquoted().eq_ignore_ascii_case(word))
}

/// The table whose rowids a trigger writes into another one.
fn held_by(trigger: &Trigger, schema: &Schema) -> Option<(Name, String)> {
    let tokens: Vec<_> = lexer::meaningful(&trigger.sql).collect();
    let begin = tokens.iter().position(|token| token.is_word("begin"))?;
    let holds = |statement: &[Token<'_>]| {
        let Some(into) = written_to(statement) else { return false };
        into != trigger.table
            && !schema.tables.get(&into).is_some_and(is_checked)
            && values(statement).windows(3).any(|three| {
                (three[0].is_word("new") || three[0].is_word("old"))
                    && three[1].text == "."
                    && is_rowid(&three[2])
            })
    };
    let mut statements = tokens[begin + 1..].split(|token| token.text == ";");
    statements.any(holds).then(|| {
        let Trigger { name, table, .. } = trigger;
        (table.clone(), format!("the trigger `{name}` writes rowids of `{table}` down"))
    })
}

/// What a statement of a trigger adds rows to, or changes.
fn written_to(statement: &[Token<'_>]) -> Option<Name> {
    let verb = statement.first()?;
    let name = if verb.is_word("update") {
        statement.get(1)
    } else if verb.is_word("insert") || verb.is_word("replace") {
        statement.get(statement.iter().position(|token| token.is_word("into"))? + 1)
    } else {
        None
    };
    name.map(|name| Name::new(name.unquoted()))
}

/// The part of a statement that says what is written, without the rows that it is about.
fn values<'t, 'a>(statement: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let end = statement.iter().position(|token| token.is_word("where"));
    &statement[..end.unwrap_or(statement.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::harness;

    const BEFORE: &str = "
        CREATE TABLE a (x); CREATE TABLE k (id INTEGER PRIMARY KEY, x); CREATE TABLE h (of);
        CREATE VIRTUAL TABLE own USING fts5 (x); CREATE VIRTUAL TABLE a_fts USING fts5 (x, content = 'a');";

    /// What is held after a script, and what of it the script had to keep.
    fn held(script: &str) -> String {
        harness::with_facts(BEFORE, script, |facts| {
            let succession = Succession::new(facts.statements, facts.schemas);
            let done = Done::new(facts.script, facts.statements, &succession);
            let after = Rowids::default().after(facts.after(), done);
            let mut kept = after.clone();
            kept.0.extend(Rowids::default().before(facts.after(), done).0);
            let told = |(table, by): (&Name, &String)| format!("{table}: {by}");
            kept.0.iter().map(told).collect::<Vec<_>>().join("; ")
        })
    }

    #[test]
    fn rowids_that_are_written_down_are_held() {
        let filled = "a: `h` was filled with rowids of `a`";
        let triggered = "a: the trigger `t` writes rowids of `a` down";
        for (script, expected) in [
            ("INSERT INTO h (of) SELECT rowid FROM a;", filled),
            ("INSERT INTO h SELECT a._rowid_ FROM a JOIN k ON k.id = a.rowid;", filled),
            ("UPDATE h SET of = (SELECT max(oid) FROM a);", filled),
            (
                "INSERT INTO own (rowid, x) SELECT rowid, x FROM a;",
                "a: `own` was filled with rowids of `a`",
            ),
            (
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO h VALUES (NEW.rowid); END;",
                triggered,
            ),
            ("CREATE TRIGGER t AFTER DELETE ON a BEGIN UPDATE h SET of = OLD.oid; END;", triggered),
            (
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO own (rowid, x) VALUES (NEW.rowid, NEW.x); END;",
                triggered,
            ),
        ] {
            assert_eq!(held(script), expected, "{script}");
        }
    }

    #[test]
    fn rowids_that_nothing_keeps_are_not() {
        for script in [
            "INSERT INTO h (of) SELECT x FROM a ORDER BY rowid;",
            "INSERT INTO h (of) SELECT rowid FROM k;",
            "DELETE FROM a WHERE rowid NOT IN (SELECT min(rowid) FROM a GROUP BY x);",
            "INSERT INTO a_fts (rowid, x) SELECT rowid, x FROM a;",
            "CREATE TABLE n (x); INSERT INTO n (rowid, x) SELECT rowid, x FROM a; DROP TABLE a; ALTER TABLE n RENAME TO a;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = 1 WHERE rowid = NEW.rowid; END;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM h WHERE of = NEW.rowid; END;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO a_fts (rowid, x) VALUES (NEW.rowid, NEW.x); END;",
        ] {
            assert_eq!(held(script), "", "{script}");
        }
    }
}
