//! Reports a rebuilt table that lacks an index, a trigger or a constraint of the old one.

use std::ops::Range;

use super::lineage::{Lineage, Rebuild};
use super::rebuild_losses::{self, Loss, Remedy};
use super::{Facts, SHOWN, ScriptRule, Scripts};
use crate::act::ActKind;
use crate::schema::Name;
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic, Subject, spelling};

/// What a down restores is compared with the schema before the up.
pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::LossyRebuild,
    allow: Some(Rule::LossyRebuild),
    scripts: Scripts::Ups,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    if !facts.is_complete() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rebuild in Lineage::new(facts).rebuilds(facts) {
        let losses = rebuild_losses::of(facts, &rebuild);
        if !losses.is_empty() {
            found.push(table(facts, &rebuild, &losses));
        }
    }
    for name in facts.before().views.keys() {
        let losses = rebuild_losses::triggers(facts, name);
        if facts.after().views.contains_key(name) && !losses.is_empty() {
            found.push(view(facts, name, &losses));
        }
    }
    found
}

fn table(facts: &Facts<'_>, rebuild: &Rebuild<'_>, losses: &[Loss]) -> Diagnostic {
    let name = &rebuild.old.name;
    let message = format!("the rebuilt table `{name}` loses {}", listed(losses));
    let range = |at: Option<usize>| Some(facts.statements.get(at?)?.range.clone());
    let mut places: Vec<_> = [
        range(rebuild.made).map(|range| (range, "the new table")),
        range(rebuild.dropped)
            .map(|range| (range, "its indexes and triggers go with the old table")),
    ]
    .into_iter()
    .flatten()
    .collect();
    // A constraint is missing in the new table's definition; indexes and triggers went with the old table.
    if losses.iter().all(|loss| matches!(loss.remedy, Remedy::Statement(_))) {
        places.reverse();
    }
    let mut error = Diagnostic::about(RULE.code, [Subject::table(name)], message)
        .mentioning(losses.iter().flat_map(|loss| &loss.names));
    for (range, text) in places {
        error = error.on(&facts.script.file, range, text);
    }
    error = error.note(
        "a new table takes over nothing from the one it replaces (no index, trigger, constraint or default), \
         and SQLite does not report what is missing",
    );
    if let Some(help) = rebuild_losses::written_out(facts, rebuild) {
        error = error.help(help);
    }
    let is_written_out = error.help.len() == 1;
    let is_shown = |loss: &&Loss| !is_written_out || matches!(loss.remedy, Remedy::Statement(_));
    for loss in losses.iter().filter(is_shown) {
        error = error.help(remedy(name, &loss.remedy));
    }
    error
}

fn view(facts: &Facts<'_>, name: &Name, losses: &[Loss]) -> Diagnostic {
    let message = format!("the view `{name}` loses {}", listed(losses));
    let dropped = facts.done().find(|(_, statement)| {
        statement.own().any(|act| matches!(act, ActKind::DropView(view) if view == name))
    });
    let place: Range<usize> = dropped.map_or(0..0, |(_, statement)| statement.range.clone());
    let mut error = RULE
        .error(facts, [Subject::table(name)], message, place)
        .mentioning(losses.iter().flat_map(|loss| &loss.names))
        .note("the triggers of a view go with it, and do not come back when it is created again");
    for loss in losses {
        error = error.help(remedy(name, &loss.remedy));
    }
    error
}

/// Lists the first losses, and the number of others.
fn listed(losses: &[Loss]) -> String {
    let mut names: Vec<String> = losses.iter().take(SHOWN).map(|loss| loss.what.clone()).collect();
    if losses.len() > SHOWN {
        names.push(format!("{} more", losses.len() - SHOWN));
    }
    spelling::list(&names)
}

fn remedy(table: &Name, remedy: &Remedy) -> String {
    match remedy {
        Remedy::Statement(sql) => format!("add at the end: `{sql}`"),
        Remedy::Part(text) => format!("add to the definition of the new table: `{text}`"),
        Remedy::Rewritten(column, declared) => format!(
            "`{column}` is {declared} now: write an equivalent CHECK for its new values; any CHECK of `{column}` in the new table replaces the old one"
        ),
        Remedy::OfColumn(column, text) => {
            format!("add to the column `{column}` of the new table: `{text}`")
        }
        Remedy::Generated(column, text) => {
            format!(
                "add to the column `{column}` of the new table: `{text}`; and take it out of the copy, since SQLite computes it"
            )
        }
        Remedy::Declaration(column, text, why) => {
            format!("declare the column `{column}` of the new table as `{text}`: {why}")
        }
        Remedy::Behind(constraint, text) => {
            format!("add after `{constraint}` in the new table: `{text}`")
        }
        Remedy::Option(word) => {
            format!("add after the parenthesis that closes the new `{table}`: `{word}`")
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::rules::harness::{lint, lint_down, lint_errors, lint_ok, reported};
    use migratory_analysis::Code;

    const BEFORE: &str = "
        CREATE TABLE maker (id INTEGER PRIMARY KEY);
        CREATE TABLE item (id INTEGER PRIMARY KEY, code TEXT, title TEXT, maker INT);
        CREATE INDEX item_title ON item (title);
        CREATE UNIQUE INDEX \"item code\" ON item (code);
        CREATE INDEX item_lower ON item (lower(title)) WHERE code IS NOT NULL;
        CREATE TRIGGER item_touch AFTER UPDATE ON item BEGIN SELECT NEW.id; END;
        CREATE TABLE rich (
            a INTEGER PRIMARY KEY AUTOINCREMENT,
            b TEXT NOT NULL DEFAULT 'x' UNIQUE COLLATE NOCASE CHECK (b <> ''),
            c INT REFERENCES maker ON DELETE CASCADE,
            CHECK (c > 0), UNIQUE (b, c)
        ) STRICT;
        CREATE TABLE pair (a INT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID;
        CREATE VIEW titles AS SELECT title FROM item;
        CREATE TRIGGER into_titles INSTEAD OF INSERT ON titles BEGIN SELECT NEW.title; END;
    ";
    const INDEXES: &str = "CREATE INDEX item_title ON item (title); \
        CREATE UNIQUE INDEX \"item code\" ON item (code); \
        CREATE INDEX item_lower ON item (lower(title)) WHERE code IS NOT NULL;";
    const TRIGGER: &str =
        "CREATE TRIGGER item_touch AFTER UPDATE ON item BEGIN SELECT NEW.id; END;";

    /// Writes a rebuild of `item` by the steps of SQLite's manual, and what follows.
    fn item(then: &str) -> String {
        format!(
            "PRAGMA foreign_keys = OFF; DROP VIEW titles; \
             CREATE TABLE n (id INTEGER PRIMARY KEY, code TEXT, title TEXT NOT NULL, maker INT); \
             INSERT INTO n (id, code, title, maker) SELECT id, code, title, maker FROM item; \
             DROP TABLE item; ALTER TABLE n RENAME TO item; {then}\
             CREATE VIEW titles AS SELECT title FROM item; \
             CREATE TRIGGER into_titles INSTEAD OF INSERT ON titles BEGIN SELECT NEW.title; END; \
             PRAGMA foreign_keys = ON;"
        )
    }

    /// Writes a rebuild of `rich` with this definition.
    fn rich(definition: &str) -> String {
        format!(
            "CREATE TABLE n {definition}; INSERT INTO n (a, b, c) SELECT a, b, c FROM rich; \
             INSERT INTO sqlite_sequence (name, seq) VALUES ('n', 1); \
             DROP TABLE rich; ALTER TABLE n RENAME TO rich;"
        )
    }

    fn messages(up: &str) -> Vec<String> {
        lint(BEFORE, up)
            .into_iter()
            .map(|each| format!("{}: {}", each.code, each.message))
            .collect()
    }

    #[test]
    fn indexes_and_triggers_that_are_missing_are_reported() {
        let lacks = "M0601: the rebuilt table `item` loses";
        for (then, what) in [
            (INDEXES.to_owned(), "the trigger `item_touch`"),
            (
                TRIGGER.to_owned(),
                "the unique index `item code`, the index `item_lower` and the index `item_title`",
            ),
            (
                format!(
                    "{TRIGGER} DROP INDEX IF EXISTS item_title; CREATE INDEX x ON item (title);"
                ),
                "the unique index `item code` and the index `item_lower`",
            ),
        ] {
            let found = messages(&item(&then));
            assert!(found.contains(&format!("{lacks} {what}")), "{found:?}");
        }
        let kept = "ALTER TABLE pair RENAME TO pair_2024; CREATE TABLE pair (a INT, b INT);";
        assert_eq!(
            messages(kept),
            ["M0601: the rebuilt table `pair` loses `PRIMARY KEY (a, b)` and `WITHOUT ROWID`"]
        );
    }

    #[test]
    fn constraints_that_are_missing_are_reported() {
        let all = "a INTEGER PRIMARY KEY AUTOINCREMENT, \
                   b TEXT DEFAULT 'x' UNIQUE COLLATE NOCASE CHECK (b <> ''), \
                   c INT REFERENCES maker ON DELETE CASCADE, CHECK (c > 0)";
        for (from, to, what) in [
            ("UNIQUE ", "", "`UNIQUE (b)`"),
            ("COLLATE NOCASE ", "", "`COLLATE NOCASE` of `b`"),
            (" CHECK (b <> '')", "", "`CHECK (b <> '')`"),
            (", CHECK (c > 0)", "", "`CHECK (c > 0)`"),
            (
                " REFERENCES maker ON DELETE CASCADE",
                "",
                "`FOREIGN KEY (c) REFERENCES maker ON DELETE CASCADE`",
            ),
        ] {
            let definition = all.replace(from, to);
            let mut up = rich(&format!("({definition}, UNIQUE (b, c)) STRICT"));
            if what == "`UNIQUE (b)`" {
                up = up.replace("UNIQUE (b, c)", "UNIQUE (c, b)");
            }
            assert_eq!(messages(&up), [format!("M0601: the rebuilt table `rich` loses {what}")]);
        }
        assert_eq!(
            messages(&rich(&format!("({all})"))),
            ["M0601: the rebuilt table `rich` loses `STRICT`"]
        );
        let plain = rich(&format!("({all}) STRICT")).replace(" AUTOINCREMENT", "");
        assert_eq!(messages(&plain), ["M0601: the rebuilt table `rich` loses `AUTOINCREMENT`"]);
    }

    #[test]
    fn a_table_created_from_a_query_lacks_everything() {
        let up =
            "CREATE TABLE n AS SELECT * FROM rich; DROP TABLE rich; ALTER TABLE n RENAME TO rich;";
        let found = lint(BEFORE, up);
        assert_eq!(found.len(), 1, "{found:?}");
        let help = found[0].help.join("\n");
        for text in
            ["PRIMARY KEY", "UNIQUE (b, c)", "CHECK (c > 0)", "NOT NULL", "DEFAULT 'x'", "STRICT"]
        {
            assert!(help.contains(text), "{text}: {help}");
        }
    }

    #[test]
    fn the_triggers_of_a_view_are_reported() {
        for up in [
            "DROP VIEW titles; CREATE VIEW titles AS SELECT title FROM item;",
            "drop view if exists main.titles; create view titles as select title from item where 1",
        ] {
            lint_errors(BEFORE, up, &[Code::LossyRebuild]);
        }
        lint_ok(BEFORE, "DROP VIEW titles;");
    }

    #[test]
    fn restored_and_dropped_objects_are_not_losses() {
        let wider = "CREATE INDEX t ON item (title, maker); CREATE UNIQUE INDEX c ON item (code); \
                     CREATE INDEX l ON item (lower(title)) WHERE code IS NOT NULL;";
        for up in [
            item(&format!("{INDEXES} {TRIGGER}")),
            item(&format!("{wider} {TRIGGER}")),
            item(&format!("{INDEXES} {}", TRIGGER.replace("item_touch", "touch"))),
            format!("DROP TRIGGER item_touch; {}", item(INDEXES)),
            format!(
                "DROP INDEX item_title; DROP INDEX [item code]; DROP INDEX item_lower; {}",
                item(TRIGGER)
            ),
        ] {
            lint_ok(BEFORE, &up);
        }
    }

    #[test]
    fn a_changed_constraint_is_not_a_loss() {
        for definition in [
            "(a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT DEFAULT 'y' UNIQUE COLLATE RTRIM CHECK (length(b) > 1), \
             c INT REFERENCES item, CHECK (c > 1)) STRICT",
            "(a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT COLLATE nocase DEFAULT ('x' || 'y'), c INT, \
             UNIQUE (b), FOREIGN KEY (c) REFERENCES maker (id) ON DELETE RESTRICT, CHECK (c > 0 AND b <> ''), CHECK (a)) STRICT",
        ] {
            lint_ok(BEFORE, &rich(definition));
        }
    }

    #[test]
    fn a_wider_unique_is_not_a_loss() {
        let before = "CREATE TABLE flag (id INTEGER PRIMARY KEY, space INT, key TEXT UNIQUE, UNIQUE (id, key));";
        let up = |unique: &str| {
            format!(
                "CREATE TABLE n (id INTEGER PRIMARY KEY, space INT, key TEXT{unique}, UNIQUE (id, key)); \
                 INSERT INTO n (id, space, key) SELECT id, space, key FROM flag; DROP TABLE flag; \
                 ALTER TABLE n RENAME TO flag;"
            )
        };
        lint_ok(before, &up(", UNIQUE (space, key)"));
        lint_errors(before, &up(""), &[Code::LossyRebuild]);
        lint_errors(before, &up(", UNIQUE (key, id)"), &[Code::LossyRebuild]);
        lint_errors(before, &up(", UNIQUE (space, id)"), &[Code::LossyRebuild]);
    }

    #[test]
    fn a_wider_foreign_key_is_not_a_loss() {
        let before = "
            CREATE TABLE space (id INTEGER PRIMARY KEY);
            CREATE TABLE page (id INTEGER PRIMARY KEY, space INT, name TEXT, UNIQUE (space, id));
            CREATE TABLE line (id INTEGER PRIMARY KEY, page INT REFERENCES page ON DELETE CASCADE);
        ";
        let up = |key: &str| {
            format!(
                "CREATE TABLE n (id INTEGER PRIMARY KEY, page INT, space INT REFERENCES space{key}); \
                 INSERT INTO n (id, page) SELECT id, page FROM line; DROP TABLE line; \
                 ALTER TABLE n RENAME TO line;"
            )
        };
        let wider = ", FOREIGN KEY (space, page) REFERENCES page (space, id)";
        lint_ok(before, &up(&format!("{wider} ON DELETE CASCADE")));
        lint_errors(before, &up(wider), &[Code::LossyRebuild]);
        lint_errors(before, &up(""), &[Code::LossyRebuild]);
        let elsewhere = ", FOREIGN KEY (space, page) REFERENCES other (space, id)";
        let other = "CREATE TABLE other (space INT, id INT, UNIQUE (space, id)); ";
        lint_errors(before, &format!("{other}{}", up(elsewhere)), &[Code::LossyRebuild]);
    }

    #[test]
    fn objects_of_a_dropped_column_are_not_losses() {
        lint_ok(
            BEFORE,
            "-- migratory: allow(drop_column): nobody reads it\n\
             CREATE TABLE n (a INTEGER PRIMARY KEY AUTOINCREMENT, \
             c INT REFERENCES maker ON DELETE CASCADE, CHECK (c > 0)) STRICT; \
             INSERT INTO sqlite_sequence (name, seq) SELECT 'n', seq FROM sqlite_sequence WHERE \
             name = 'rich'; INSERT INTO n (a, c) SELECT a, c FROM rich; DROP TABLE rich; \
             ALTER TABLE n RENAME TO rich;",
        );
    }

    #[test]
    fn a_loss_that_is_allowed_or_of_a_down_is_not_reported() {
        let allowed = format!("-- migratory: allow(lossy_rebuild): too slow\n{}", item(""));
        lint_ok(BEFORE, &allowed);
        assert_eq!(lint_down(BEFORE, &item("")), []);
    }

    #[test]
    fn the_finding_reads_well() {
        let up = "CREATE TABLE n (a INT, b INT);\nINSERT INTO n (a, b) SELECT \"a\", b FROM pair;\n\
                  DROP TABLE pair;\nALTER TABLE n RENAME TO pair;\n";
        expect![[r#"
            1 finding in the migrations of `migrations/`

            error[M0601]: the rebuilt table `pair` loses `PRIMARY KEY (a, b)` and `WITHOUT ROWID`
             --> 0002_a.sql:1:1
              |
            1 | CREATE TABLE n (a INT, b INT);
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the new table
            2 | INSERT INTO n (a, b) SELECT "a", b FROM pair;
            3 | DROP TABLE pair;
              | ---------------- its indexes and triggers go with the old table
              |
              = note: a new table takes over nothing from the one it replaces (no index, trigger, constraint or default), and SQLite does not report what is missing
              = help: add to the definition of the new table: `PRIMARY KEY (a, b)`
              = help: add after the parenthesis that closes the new `pair`: `WITHOUT ROWID`
              = help: if it is meant, say why at the top of the file: `-- migratory: allow(lossy_rebuild): <reason>`
        "#]].assert_eq(&reported(BEFORE, up));
    }
}
