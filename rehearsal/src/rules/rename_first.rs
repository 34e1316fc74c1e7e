//! Reports references that follow a table which is renamed to make room for its replacement.

use super::lineage::{END, Lineage};
use super::{Facts, ScriptRule, Scripts, fresh, phrase};
use crate::schema::{Name, Schema};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject, spelling};

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::RenameFirst,
    allow: Some(Rule::RenameFirst),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let lineage = Lineage::new(facts);
    strayed_references(facts, &lineage)
        .iter()
        .map(|strayed| finding(facts, &lineage, strayed))
        .collect()
}

/// Returns what the rule reports; other rules need not report its consequences.
pub(crate) fn strayed_references(facts: &Facts<'_>, lineage: &Lineage) -> Vec<Strayed> {
    if !RULE.applies(facts) || !facts.is_complete() {
        return Vec::new();
    }
    strayed(facts, lineage)
}

/// References to the old table by its new name.
pub(crate) struct Strayed {
    at: usize,
    from: Name,
    pub(crate) to: Name,
    followers: Vec<Follower>,
}

/// What refers to the old table, and its description.
struct Follower {
    subject: Subject,
    text: String,
}

/// Returns renamed tables that others refer to, and that have a replacement under the old name.
fn strayed(facts: &Facts<'_>, lineage: &Lineage) -> Vec<Strayed> {
    let (before, after) = (facts.before(), facts.after());
    let succeeded = lineage.renamed().filter(|(_, from, to)| {
        before.tables.contains_key(from)
            && !before.tables.contains_key(to)
            && after.tables.contains_key(from)
            && lineage.name(from, 0, END) != Some(from)
    });
    succeeded
        .filter_map(|(at, from, to)| {
            let followers = followers(before, after, from, to);
            let strayed = Strayed { at, from: from.clone(), to: to.clone(), followers };
            (!strayed.followers.is_empty()).then_some(strayed)
        })
        .collect()
}

/// Returns the foreign keys, views and triggers that named the one table and now name the other.
fn followers(before: &Schema, after: &Schema, from: &Name, to: &Name) -> Vec<Follower> {
    let refers = |schema: &Schema, table: &Name, parent: &Name| {
        let table = schema.tables.get(table);
        table.is_some_and(|table| table.foreign_keys.iter().any(|key| key.parent == *parent))
    };
    let tables = after.tables.keys().filter(|name| *name != to && *name != from);
    let keys =
        tables.filter(|name| refers(before, name, from) && refers(after, name, to)).map(|name| {
            Follower { subject: Subject::table(name), text: format!("the foreign key of `{name}`") }
        });
    let views = after.views.values().filter(|view| {
        let was = before.views.get(&view.name);
        was.is_some_and(|was| !phrase::mentions(&was.sql, to)) && phrase::mentions(&view.sql, to)
    });
    let views = views.map(|view| Follower {
        subject: Subject::table(&view.name),
        text: format!("the view `{}`", view.name),
    });
    // Triggers of the table itself move with it: the new table lacks them.
    let triggers = after.triggers.values().filter(|trigger| {
        let was = before.triggers.get(&trigger.name);
        trigger.table != *to
            && was.is_some_and(|was| !phrase::mentions(&was.sql, to))
            && phrase::mentions(&trigger.sql, to)
    });
    let triggers = triggers.map(|trigger| Follower {
        subject: Subject::object(&trigger.name),
        text: format!("the trigger `{}`", trigger.name),
    });
    keys.chain(views).chain(triggers).collect()
}

fn finding(facts: &Facts<'_>, lineage: &Lineage, strayed: &Strayed) -> Diagnostic {
    let Strayed { at, from, to, followers } = strayed;
    let who = spelling::list(&followers.iter().map(|it| &it.text).collect::<Vec<_>>());
    let refer = if followers.len() == 1 { "refers" } else { "refer" };
    let message = format!("after this, {who} {refer} to `{to}`, and not to the new `{from}`");
    let fate = if lineage.name(to, *at + 1, END).is_some() {
        format!("what is written to the new `{from}` does not reach them")
    } else {
        format!("then `{to}` is dropped, and they name a table that does not exist")
    };
    let range = facts.statements.get(*at).map_or(0..0, |statement| statement.range.clone());
    let (old, new) = (from.written(), fresh(facts, &format!("{from}_new")).written());
    let subject = followers.iter().map(|it| it.subject.clone());
    let subject = subject.chain([to, from].map(Subject::table));
    RULE
        .error(facts, subject, message, range)
        .note(format!("SQLite also changes the name in foreign keys, views and triggers that refer to the table; {fate}"))
        .help(format!(
            "create the new table first: `CREATE TABLE {new} (..);`, copy the rows, `DROP TABLE {old};`, \
             and then `ALTER TABLE {new} RENAME TO {old};`"
        ))
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE album (id INTEGER PRIMARY KEY, artist INT REFERENCES artist (id));
        CREATE TABLE \"a b\" (k TEXT PRIMARY KEY, up TEXT REFERENCES \"a b\");
        CREATE TABLE other (k TEXT REFERENCES [a b] ON DELETE CASCADE);
        CREATE TABLE plain (x);
        CREATE VIEW plains AS SELECT x FROM plain;
    ";
    const OFF: &str = "PRAGMA foreign_keys = OFF;";
    const ON: &str = "PRAGMA foreign_keys = ON;";

    #[test]
    fn references_that_follow_the_old_table_are_reported() {
        for up in [
            "ALTER TABLE artist RENAME TO artist_old; \
             CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT); \
             INSERT INTO artist (id, name) SELECT id, name FROM artist_old; DROP TABLE artist_old;",
            "ALTER TABLE artist RENAME TO artist_old; \
             CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT); \
             INSERT INTO artist (id, name) SELECT id, name FROM artist_old;",
            "alter table [a b] rename to old; CREATE TABLE \"a b\" (k TEXT PRIMARY KEY, up TEXT \
             REFERENCES \"a b\"); INSERT INTO \"a b\" (k, up) SELECT k, up FROM old; \
             DROP TABLE old;",
            "CREATE TABLE n (x); INSERT INTO n (x) SELECT x FROM plain; \
             ALTER TABLE plain RENAME TO o; ALTER TABLE n RENAME TO plain;",
        ] {
            lint_errors(BEFORE, &format!("{OFF}{up}{ON}"), &[Code::RenameFirst]);
        }
        let up = "ALTER TABLE artist RENAME TO o; CREATE TABLE artist (id INTEGER PRIMARY KEY);";
        assert_eq!(
            lint(BEFORE, up)[0].message,
            "after this, the foreign key of `album` refers to `o`, and not to the new `artist`"
        );
    }

    #[test]
    fn a_rename_without_references_is_not_reported() {
        for up in [
            "ALTER TABLE artist RENAME TO band;",
            "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT); \
             INSERT INTO n (id, name) SELECT id, name FROM artist; DROP TABLE artist; \
             ALTER TABLE n RENAME TO artist;",
            "PRAGMA legacy_alter_table = ON; ALTER TABLE artist RENAME TO o; \
             CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT); \
             INSERT INTO artist (id, name) SELECT id, name FROM o; DROP TABLE o;",
            "ALTER TABLE other RENAME TO o; CREATE TABLE other (k TEXT REFERENCES \"a b\" (k) \
             ON DELETE CASCADE); \
             INSERT INTO other (k) SELECT k FROM o; DROP TABLE o;",
            "DROP VIEW plains; ALTER TABLE plain RENAME TO o; CREATE TABLE plain (x); \
             INSERT INTO plain (x) SELECT x FROM o; DROP TABLE o; \
             CREATE VIEW plains AS SELECT x FROM plain;",
        ] {
            lint_ok(BEFORE, &format!("{OFF}{up}{ON}"));
        }
        lint_ok(
            BEFORE,
            "-- migratory: allow(rename_first): the albums stay with what they were\n\
             ALTER TABLE artist RENAME TO o; CREATE TABLE artist (id INTEGER PRIMARY KEY);",
        );
    }
}
