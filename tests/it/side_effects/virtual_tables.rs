//! Copies of virtual tables that keep rows of their own.

use super::{Case, check};

const TEXTS: &str = "CREATE VIRTUAL TABLE page USING fts5 (title, body);";
const NUMBERED: &str = "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE VIRTUAL TABLE page USING fts5 (body);
    CREATE TRIGGER come AFTER INSERT ON note BEGIN INSERT INTO page (rowid, body) VALUES (NEW.id, NEW.body); END;";
const BOXES: &str = "CREATE VIRTUAL TABLE page USING rtree (id, low, high);";
const REALS: &str = "CREATE TABLE page (id INTEGER PRIMARY KEY, low REAL NOT NULL, high REAL NOT NULL, CHECK (low <= high));";

/// A virtual table in the place of `page`, and how it is filled.
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
fn what_a_virtual_table_keeps_is_copied() {
    check(&[
        Case {
            name: "all of it",
            before: TEXTS,
            script: replaced!("fts5 (title, body, tag)", "(rowid, title, body) SELECT rowid, title, body FROM page"),
            found: &[],
        },
        Case {
            name: "other rowids, which nothing holds",
            before: TEXTS,
            script: replaced!("fts5 (title, body, tag)", "(title, body) SELECT title, body FROM page"),
            found: &[],
        },
        Case {
            name: "a constant in the place of a column",
            before: TEXTS,
            script: replaced!("fts5 (title, body, tag)", "(rowid, title, body) SELECT rowid, title, '' FROM page"),
            found: &["M0507"],
        },
        Case {
            name: "columns that change places",
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
            name: "boxes without what is after the point",
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

/// An index that is made anew from the table that it is about is no copy of itself.
#[test]
fn an_index_may_be_made_anew() {
    check(&[
        Case {
            name: "from its source, which nothing told of",
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
