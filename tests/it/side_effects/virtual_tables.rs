//! Copies of virtual tables that store rows themselves.

use super::{Case, check};

const TEXTS: &str = "CREATE VIRTUAL TABLE page USING fts5 (title, body);";
const NUMBERED: &str = "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE VIRTUAL TABLE page USING fts5 (body);
    CREATE TRIGGER come AFTER INSERT ON note BEGIN INSERT INTO page (rowid, body) VALUES (NEW.id, NEW.body); END;";
const BOXES: &str = "CREATE VIRTUAL TABLE page USING rtree (id, low, high);";
const REALS: &str = "CREATE TABLE page (id INTEGER PRIMARY KEY, low REAL NOT NULL, high REAL NOT NULL, CHECK (low <= high));";

/// A virtual table in the place of `page`, and its content.
macro_rules! replaced {
    ($using:literal, $fill:literal) => {
        concat!(
            "CREATE VIRTUAL TABLE n USING ",
            $using,
            "; INSERT INTO n ",
            $fill,
            "; DROP TABLE page; ALTER TABLE n RENAME TO page;"
        )
    };
}

#[test]
fn a_copy_must_keep_the_rows_of_a_virtual_table() {
    check(&[
        Case {
            name: "all of it",
            before: TEXTS,
            script: replaced!("fts5 (title, body, tag)", "(rowid, title, body) SELECT rowid, title, body FROM page"),
            found: &[],
        },
        Case {
            name: "other rowids, which nothing stores",
            before: TEXTS,
            script: replaced!("fts5 (title, body, tag)", "(title, body) SELECT title, body FROM page"),
            found: &[],
        },
        Case {
            name: "a constant instead of a column",
            before: TEXTS,
            script: replaced!("fts5 (title, body, tag)", "(rowid, title, body) SELECT rowid, title, '' FROM page"),
            found: &["M0507"],
        },
        Case {
            name: "swapped columns",
            before: TEXTS,
            script: replaced!("fts5 (title, body, tag)", "(rowid, title, body) SELECT rowid, body, title FROM page"),
            found: &["M0507"],
        },
        Case {
            name: "some rows",
            before: TEXTS,
            script: replaced!("fts5 (title, body, tag)", "(rowid, title, body)
                SELECT rowid, title, body FROM page WHERE rowid > (SELECT min(rowid) FROM page)"),
            found: &["M0506"],
        },
        Case {
            name: "some rows, stated",
            before: TEXTS,
            script: concat!(
                "-- migratory: allow(partial_copy): the first is a draft\n",
                replaced!("fts5 (title, body, tag)", "(rowid, title, body)
                    SELECT rowid, title, body FROM page WHERE rowid > (SELECT min(rowid) FROM page)")
            ),
            found: &[],
        },
        Case {
            name: "boxes",
            before: BOXES,
            script: replaced!("rtree (id, low, high, left, right)", "SELECT id, low, high, 0, 0 FROM page"),
            found: &[],
        },
        Case {
            name: "some boxes",
            before: BOXES,
            script: replaced!("rtree (id, low, high)", "SELECT * FROM page WHERE id > (SELECT min(id) FROM page)"),
            found: &["M0506"],
        },
        Case {
            name: "boxes without their fractions",
            before: BOXES,
            script: replaced!("rtree_i32 (id, low, high)", "SELECT id, low, high FROM page"),
            found: &["M0507"],
        },
        Case {
            name: "reals in 32 bits",
            before: REALS,
            script: replaced!("rtree (id, low, high)", "SELECT id, low, high FROM page"),
            found: &["M0507"],
        },
    ]);
}

/// An index that is created again from its source table is not a copy of itself.
#[test]
fn an_index_may_be_rebuilt_from_its_content() {
    check(&[
        Case {
            name: "from its source, which no trigger updates",
            before: "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL); CREATE VIRTUAL TABLE page USING fts5 (body);",
            script:
                "DROP TABLE page; CREATE VIRTUAL TABLE page USING fts5 (body, tokenize = 'porter');
                INSERT INTO page (rowid, body) SELECT id, body FROM note;",
            found: &[],
        },
        Case {
            name: "from itself, with the rowids that a trigger writes",
            before: NUMBERED,
            script: replaced!(
                "fts5 (body, tokenize = 'porter')",
                "(rowid, body) SELECT rowid, body FROM page; DROP TRIGGER come"
            ),
            found: &[],
        },
        Case {
            name: "from itself, with other rowids",
            before: NUMBERED,
            script: replaced!(
                "fts5 (body, tokenize = 'porter')",
                "(body) SELECT body FROM page; DROP TRIGGER come"
            ),
            found: &["M0507"],
        },
    ]);
}
