//! The effects of triggers and foreign keys while a script copies or changes rows.

use expect_test::expect;

use super::{Case, check, output_of};

const NOTE: &str = "CREATE TABLE book (id INTEGER PRIMARY KEY, notes INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE note (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id), body TEXT NOT NULL, at TEXT);
    CREATE VIRTUAL TABLE note_fts USING fts5 (body);";
const COUNTED: &str = "CREATE TABLE n (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id), body TEXT NOT NULL, at TEXT, x);
    CREATE TRIGGER t AFTER INSERT ON n BEGIN UPDATE book SET notes = notes + 1 WHERE id = NEW.book; END;
    INSERT INTO n (id, book, body, at) SELECT id, book, body, at FROM note;
    DROP TABLE note; ALTER TABLE n RENAME TO note;";

/// A rebuild of `note`, with this trigger on the new table during the copy.
macro_rules! copied {
    ($trigger:literal) => {
        concat!(
            "CREATE TABLE n (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id), body TEXT NOT NULL, at TEXT);
             CREATE TRIGGER t ",
            $trigger,
            "; INSERT INTO n (id, book, body, at) SELECT id, book, body, at FROM note;
             DROP TABLE note; ALTER TABLE n RENAME TO note;"
        )
    };
}

#[test]
fn a_copy_does_not_excuse_what_triggers_do_meanwhile() {
    check(&[
        Case { name: "a count", before: NOTE, script: COUNTED, found: &["M0507"] },
        Case {
            name: "other rows",
            before: NOTE,
            script: copied!("AFTER INSERT ON n BEGIN DELETE FROM n WHERE id < NEW.id; END"),
            found: &["M0506"],
        },
        Case {
            name: "rows of another table",
            before: "CREATE TABLE book (id INTEGER PRIMARY KEY); CREATE TABLE trash (id INTEGER PRIMARY KEY, x TEXT);
                CREATE TABLE note (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id), body TEXT, at TEXT);",
            script: copied!("AFTER INSERT ON n BEGIN DELETE FROM trash; END"),
            found: &["M0506"],
        },
        Case {
            name: "a value of the new row",
            before: NOTE,
            script: copied!("AFTER INSERT ON n BEGIN UPDATE n SET body = trim(body, '0123456789') WHERE id = NEW.id; END"),
            found: &["M0507"],
        },
        Case {
            name: "rows that are skipped",
            before: NOTE,
            script: copied!("BEFORE INSERT ON n WHEN NEW.body = 'draft' BEGIN SELECT RAISE(IGNORE); END"),
            found: &["M0506"],
        },
        Case {
            name: "under the old name",
            before: NOTE,
            script: "ALTER TABLE note RENAME TO o;
                CREATE TABLE note (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id), body TEXT NOT NULL, at TEXT);
                CREATE TRIGGER t AFTER INSERT ON note BEGIN UPDATE book SET notes = notes + 1 WHERE id = NEW.book; END;
                INSERT INTO note (id, book, body, at) SELECT id, book, body, at FROM o; DROP TABLE o;",
            found: &["M0507"],
        },
        Case {
            name: "through a temporary table",
            before: NOTE,
            script: "CREATE TEMP TABLE o AS SELECT * FROM note; DROP TABLE note;
                CREATE TABLE note (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id), body TEXT NOT NULL, at TEXT);
                CREATE TRIGGER t AFTER INSERT ON note BEGIN UPDATE book SET notes = notes + 1 WHERE id = NEW.book; END;
                INSERT INTO note (id, book, body, at) SELECT id, book, body, at FROM o; DROP TABLE o;",
            found: &["M0507"],
        },
        Case {
            name: "stated",
            before: NOTE,
            script: "-- migratory: allow(side_effects): the counts begin anew\n\
                CREATE TABLE n (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id), body TEXT NOT NULL, at TEXT);
                CREATE TRIGGER t AFTER INSERT ON n BEGIN UPDATE book SET notes = notes + 1 WHERE id = NEW.book; END;
                INSERT INTO n (id, book, body, at) SELECT id, book, body, at FROM note;
                DROP TABLE note; ALTER TABLE n RENAME TO note;",
            found: &[],
        },
        Case {
            name: "created after the copy",
            before: NOTE,
            script: "CREATE TABLE n (id INTEGER PRIMARY KEY, book INTEGER NOT NULL REFERENCES book (id), body TEXT NOT NULL, at TEXT);
                INSERT INTO n (id, book, body, at) SELECT id, book, body, at FROM note;
                DROP TABLE note; ALTER TABLE n RENAME TO note;
                CREATE TRIGGER t AFTER INSERT ON note BEGIN UPDATE book SET notes = notes + 1 WHERE id = NEW.book; END;",
            found: &[],
        },
        Case {
            name: "NULLs that are filled",
            before: NOTE,
            script: copied!("AFTER INSERT ON n WHEN NEW.at IS NULL BEGIN UPDATE n SET at = datetime('now') WHERE id = NEW.id; END"),
            found: &[],
        },
        Case {
            name: "an index",
            before: NOTE,
            script: copied!("AFTER INSERT ON n BEGIN DELETE FROM note_fts WHERE rowid = NEW.id; INSERT INTO note_fts (rowid, body) VALUES (NEW.id, NEW.body); END"),
            found: &[],
        },
        Case {
            name: "rows that are inserted, and not copied",
            before: NOTE,
            script: "CREATE TRIGGER t AFTER INSERT ON note BEGIN UPDATE book SET notes = notes + 1 WHERE id = NEW.book; END;
                INSERT INTO note (book, body) SELECT id, 'welcome' FROM book;",
            found: &[],
        },
    ]);
}

const PERSON: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, mail TEXT NOT NULL UNIQUE, changed TEXT);
    CREATE TABLE letter (id INTEGER PRIMARY KEY, mail TEXT REFERENCES person (mail) ON UPDATE SET NULL);";

#[test]
fn an_update_excuses_only_changes_of_its_own_columns() {
    const TOUCHED: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, changed TEXT);
        CREATE TRIGGER t AFTER UPDATE ON person BEGIN UPDATE person SET changed = datetime('now') WHERE id = NEW.id; END;";
    check(&[
        Case {
            name: "the moment of the last change",
            before: TOUCHED,
            script: "UPDATE person SET name = trim(name, '0123');",
            found: &["WM0623"],
        },
        Case {
            name: "the same, stated",
            before: TOUCHED,
            script: "-- migratory: allow(side_effects): they are changed now\nUPDATE person SET name = trim(name, '0123');",
            found: &[],
        },
        Case {
            name: "the same, without the trigger",
            before: TOUCHED,
            script: "DROP TRIGGER t; UPDATE person SET name = trim(name, '0123');
                CREATE TRIGGER t AFTER UPDATE ON person BEGIN UPDATE person SET changed = datetime('now') WHERE id = NEW.id; END;",
            found: &[],
        },
        Case {
            name: "the key of other rows",
            before: PERSON,
            script: "UPDATE person SET mail = 'x' || mail;",
            found: &["M0623"],
        },
        Case { name: "a column that is no key", before: PERSON, script: "UPDATE person SET name = 'x' || name;", found: &[] },
        Case {
            name: "a DELETE that cascades",
            before: "CREATE TABLE person (id INTEGER PRIMARY KEY);
                CREATE TABLE login (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE);",
            script: "DELETE FROM person WHERE id > 1;", found: &[] },
    ]);
}

#[test]
fn the_finding_reads_well() {
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0507]: the trigger `t` overwrites values of `book.notes` during the copy
         --> migrations/2_script.up.sql:3:5
          |
        3 |     INSERT INTO n (id, book, body, at) SELECT id, book, body, at FROM note;
          |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the trigger runs for each row that is copied
          |
          = note: seen in the rehearsal: (id = 103, notes = 104) has `notes` = 105 after it
          = help: create the trigger after the copy; drop one that exists already, and create it again at the end
          = help: if it is meant, say why at the top of the file: `-- migratory: allow(side_effects): <reason>`
    "#]].assert_eq(&output_of(NOTE, COUNTED));
}
