//! Reports views and triggers that no longer compile.

use migratory_runtime::__private::message;
use std::collections::BTreeMap;
use std::ops::Range;

use rusqlite::Connection;

use super::affected_views::affected_views;
use super::lineage::Lineage;
use super::phrase::{self, Phrase};
use super::{Facts, ScriptRule, Scripts, one_line, place, rename_first};
use crate::act::Statement;
use crate::remedy;
use crate::schema::{Name, Schema, Table, TableKind, Trigger, literal};
use migratory_analysis::{Code, Diagnostic, Subject};

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::Broken, allow: None, scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    if !facts.is_complete() {
        return Vec::new();
    }
    let strayed = rename_first::strayed_references(facts, &Lineage::new(facts));
    let is_consequence =
        |words: &str| strayed.iter().any(|strayed| phrase::mentions(words, &strayed.to));
    let broken = facts.broken.iter().filter(|(_, words)| !is_consequence(words));
    broken.map(|(name, words)| finding(facts, name, words)).collect()
}

fn finding(facts: &Facts<'_>, name: &Name, words: &str) -> Diagnostic {
    let (kind, sql) = match facts.after().views.get(name) {
        Some(view) => ("view", Some(view.sql.as_str())),
        None => ("trigger", facts.after().triggers.get(name).map(|trigger| trigger.sql.as_str())),
    };
    let note = match kind {
        "view" => "SQLite does not check a view until it is read: the first query of it would fail",
        _ => {
            "SQLite does not check a trigger until it fires: the first statement that fires it would fail"
        }
    };
    let is_made_here = facts.done().any(|(_, statement)| makes(facts, statement, name).is_some());
    let state = if is_made_here { "does not work" } else { "no longer works" };
    let message = format!("the {kind} `{name}` {state}: {words}");
    let object = if kind == "view" { Subject::table(name) } else { Subject::object(name) };
    let named: Vec<_> = sql.map(phrase::names).into_iter().flatten().collect();
    let place = culprit(facts, name, words);
    let error = RULE.error(facts, [object], message, place).mentioning(&named).note(note);
    if let Some(help) = remedy::declare(words, sql.unwrap_or_default()) {
        return error.help(help);
    }
    match sql {
        Some(sql) if !is_made_here => {
            error.note(format!("it is `{}`", one_line(sql))).help(format!(
                "write `DROP {} {};` before this, and if it is still needed, create it again so that it works",
                kind.to_uppercase(),
                name.written()
            ))
        }
        _ => error.help(
            refused(words)
                .or_else(|| literal(words))
                .unwrap_or_else(|| "fix its definition, or what it refers to".to_owned()),
        ),
    }
}

/// Suggests what to do if it calls a function of SQLite that the rehearsal refuses.
fn refused(words: &str) -> Option<String> {
    let ways = ["not authorized to use function: ", "unsafe use of "];
    let name = ways.iter().find_map(|way| words.strip_prefix(way))?.trim_end_matches("()");
    Some(remedy::way_out(&format!("the function `{name}`")))
}

/// Returns the statement that created it; else the last one that names what it lacks; else the last
/// one.
fn culprit(facts: &Facts<'_>, name: &Name, words: &str) -> Range<usize> {
    let made = facts.done().find_map(|(_, statement)| makes(facts, statement, name));
    let missed = words.rsplit([' ', '.']).next().map(Name::new);
    let named = || {
        let missed = missed.as_ref()?;
        let mut last = facts.done().rev();
        let (_, statement) = last.find(|(_, it)| phrase::mentions(facts.text(it), missed))?;
        Some(statement.range.clone())
    };
    let last = || facts.done().last().map(|(_, statement)| statement.range.clone());
    made.or_else(named).or_else(last).unwrap_or(0..0)
}

/// Returns the name in the statement that creates it.
fn makes(facts: &Facts<'_>, statement: &Statement, name: &Name) -> Option<Range<usize>> {
    let phrase = Phrase::parse(facts.text(statement))?;
    let is_it = phrase.verb.is_word("create")
        && phrase::any(&phrase.kind, &["view", "trigger"])
        && phrase.object() == *name;
    is_it.then(|| place(statement.range.start, &phrase.name))
}

/// Returns the views and triggers that do not compile after a change of the schema, with SQLite's
/// message.
///
/// It prepares each view that the change can break, and a statement that fires each trigger, which compiles the trigger too.
/// Nothing runs, except to distinguish a trigger from others that the same statement fires; that is
/// undone.
pub(crate) fn broken(conn: &Connection, before: &Schema, schema: &Schema) -> Vec<(Name, String)> {
    let mut broken: Vec<(Name, String)> = Vec::new();
    for name in affected_views(before, schema) {
        let sql = format!("SELECT * FROM main.{}", name.quoted());
        if let Some(words) = refusal(conn, &sql) {
            broken.push((name.clone(), words));
        }
    }
    let failing = failing(conn, schema);
    let drops = failing.iter().map(|(trigger, _)| drop(trigger));
    let all: String = drops.collect();
    for (trigger, sql) in &failing {
        let others = failing.iter().map(|(other, _)| *other);
        let others: String = others.filter(|other| other.name != trigger.name).map(drop).collect();
        // A foreign key that fits no parent also keeps the statement from compiling.
        let is_innocent = schema.tables.contains_key(&trigger.table)
            && !matches!(without(conn, &all, sql), Ok(None));
        if let (false, Ok(Some(words))) = (is_innocent, without(conn, &others, sql)) {
            broken.push((trigger.name.clone(), words));
        }
    }
    broken
}

fn drop(trigger: &Trigger) -> String {
    format!("DROP TRIGGER main.{};", trigger.name.quoted())
}

/// Returns the triggers that may be broken: a statement that fires them does not compile, because
/// of them or of another trigger that it fires too.
fn failing<'a>(conn: &Connection, schema: &'a Schema) -> Vec<(&'a Trigger, String)> {
    let mut tried: BTreeMap<String, bool> = BTreeMap::new();
    let mut failing = Vec::new();
    for trigger in schema.triggers.values() {
        let Some(sql) = sets_off(conn, schema, trigger) else { continue };
        let fails = tried.entry(sql.clone()).or_insert_with(|| refusal(conn, &sql).is_some());
        if *fails {
            failing.push((trigger, sql));
        }
    }
    failing
}

/// Returns SQLite's message about a statement that does not compile.
fn refusal(conn: &Connection, sql: &str) -> Option<String> {
    conn.prepare(sql).err().map(|error| message(&error, sql).0)
}

/// Returns a statement that fires the trigger.
fn sets_off(conn: &Connection, schema: &Schema, trigger: &Trigger) -> Option<String> {
    let table = trigger.table.quoted();
    let columns = match schema.tables.get(&trigger.table) {
        Some(table) => stored(table),
        // A view that can't be read has no columns, and is reported itself.
        None => of_view(conn, &trigger.table)?,
    };
    Some(match event(trigger)? {
        Event::Delete => format!("DELETE FROM main.{table}"),
        Event::Insert => format!("INSERT INTO main.{table} DEFAULT VALUES"),
        Event::Update(named) => {
            let column = named.or_else(|| columns.first().cloned())?.quoted();
            format!("UPDATE main.{table} SET {column} = NULL")
        }
    })
}

fn stored(table: &Table) -> Vec<Name> {
    let is_plain = table.kind == TableKind::Ordinary;
    let columns = table.columns.iter().filter(|column| is_plain && column.generated.is_none());
    columns.map(|column| column.name.clone()).collect()
}

fn of_view(conn: &Connection, view: &Name) -> Option<Vec<Name>> {
    let statement = conn.prepare(&format!("SELECT * FROM main.{}", view.quoted())).ok()?;
    let columns = 0..statement.column_count();
    Some(columns.filter_map(|at| statement.column_name(at).ok().map(Name::from)).collect())
}

/// What fires a trigger.
enum Event {
    Delete,
    Insert,
    /// An UPDATE of this column, or of any.
    Update(Option<Name>),
}

fn event(trigger: &Trigger) -> Option<Event> {
    let phrase = Phrase::parse(&trigger.sql)?;
    let words = ["delete", "insert", "update"];
    let at = phrase.rest.iter().position(|token| phrase::any(token, &words))?;
    Some(match &phrase.rest[at..] {
        [event, ..] if event.is_word("delete") => Event::Delete,
        [event, ..] if event.is_word("insert") => Event::Insert,
        [_, of, column, ..] if of.is_word("of") => {
            Event::Update(Some(Name::new(column.unquoted())))
        }
        _ => Event::Update(None),
    })
}

/// Returns SQLite's message about a statement once some triggers are dropped, and restores them.
fn without(conn: &Connection, drops: &str, sql: &str) -> rusqlite::Result<Option<String>> {
    conn.execute_batch("SAVEPOINT migratory_alone")?;
    let dropped = conn.execute_batch(drops);
    let words = refusal(conn, sql);
    conn.execute_batch("ROLLBACK TO migratory_alone; RELEASE migratory_alone")?;
    dropped.map(|()| words)
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE a (id INTEGER PRIMARY KEY, x);
        CREATE TABLE log (line);
        CREATE TABLE \"tag s\" (id INTEGER PRIMARY KEY);
        CREATE VIEW xs AS SELECT x FROM a;
        CREATE VIEW tags AS SELECT id FROM \"tag s\";
        CREATE VIEW was_broken AS SELECT y FROM nowhere;
        CREATE TRIGGER fine AFTER INSERT ON a BEGIN SELECT NEW.id; END;
        CREATE TRIGGER logs AFTER INSERT ON a BEGIN INSERT INTO log (line) VALUES (NEW.x); END;
        CREATE TRIGGER into_xs INSTEAD OF INSERT ON xs BEGIN INSERT INTO a (x) VALUES (NEW.x); END;
    ";
    const ALLOWED: &str = "-- migratory: allow(drop_table): they are unused\n";

    #[test]
    fn a_view_or_a_trigger_that_no_longer_compiles_is_reported() {
        for up in [
            "DROP TABLE \"tag s\";",
            "DROP TABLE log;",
            "CREATE VIEW v AS SELECT z FROM a;",
            "CREATE TRIGGER t BEFORE UPDATE OF x ON a BEGIN DELETE FROM lgo; END;",
            "CREATE TRIGGER t AFTER DELETE ON log BEGIN SELECT OLD.gone; END;",
            "CREATE TRIGGER t AFTER UPDATE ON \"tag s\" BEGIN INSERT INTO log VALUES (1, 2); END;",
            "CREATE TRIGGER t INSTEAD OF DELETE ON xs BEGIN DELETE FROM a WHERE y = OLD.x; END;",
            "DROP VIEW tags; CREATE VIEW tags AS SELECT title FROM \"tag s\";",
        ] {
            lint_errors(BEFORE, &format!("{ALLOWED}{up}"), &[Code::Broken]);
        }
    }

    #[test]
    fn a_refused_function_gets_a_suggestion() {
        for up in [
            "CREATE VIEW v AS SELECT load_extension(x) FROM a;",
            "CREATE TRIGGER t AFTER DELETE ON a BEGIN SELECT fts3_tokenizer('simple'); END;",
        ] {
            lint_errors(BEFORE, up, &[Code::Broken]);
            let found = lint(BEFORE, up);
            let name = if up.contains("VIEW") { "load_extension" } else { "fts3_tokenizer" };
            assert!(found[0].message.contains(name), "{}", found[0].message);
            assert!(found[0].help[0].contains("no-rehearsal"), "{}", found[0].help[0]);
        }
    }

    #[test]
    fn an_unknown_function_is_to_be_declared() {
        let up = "CREATE TRIGGER t AFTER UPDATE ON a WHEN not_undo() BEGIN SELECT 1; END;";
        let help = &lint(BEFORE, up)[0].help;
        assert_eq!(help.len(), 1);
        assert!(help[0].contains("`embed_migrations!(.., functions(not_undo(0)))`"), "{help:?}");
    }

    #[test]
    fn the_broken_trigger_is_distinguished_from_others() {
        let found = lint(BEFORE, &format!("{ALLOWED}DROP TABLE log;"));
        assert_eq!(found[0].message, "the trigger `logs` no longer works: no such table: main.log");
        assert_eq!(found[0].labels[0].range, Some(ALLOWED.len()..ALLOWED.len() + 15));
    }

    #[test]
    fn views_that_work_or_were_broken_before_are_not_reported() {
        for up in [
            "DROP VIEW tags; DROP TABLE \"tag s\";",
            "DROP TRIGGER logs; DROP TABLE log;",
            "DROP TABLE log; CREATE TABLE log (line, at);",
            "CREATE VIEW v AS SELECT w.x FROM xs AS w JOIN a USING (x);",
            "CREATE TRIGGER t AFTER UPDATE ON a WHEN OLD.x IS NOT NEW.x BEGIN \
             INSERT INTO log VALUES (OLD.x); END;",
            "CREATE TRIGGER t AFTER DELETE ON a BEGIN SELECT RAISE(ABORT, 'no'); END;",
            "CREATE TRIGGER t INSTEAD OF UPDATE OF x ON xs BEGIN UPDATE a SET x = NEW.x; END;",
        ] {
            lint_ok(BEFORE, &format!("{ALLOWED}{up}"));
        }
    }
}
