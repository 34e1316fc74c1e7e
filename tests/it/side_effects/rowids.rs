//! Stored rowids of a table without an INTEGER PRIMARY KEY.

use expect_test::expect;

use super::{Case, check, output_of};

const JOINED: &str =
    "CREATE TABLE word (text TEXT); CREATE TABLE mark (id INTEGER PRIMARY KEY, word INTEGER);
    CREATE VIEW marked AS SELECT mark.id, w.text FROM mark JOIN word AS w ON w.rowid = mark.word;";
const DELETED: &str =
    "CREATE TABLE word (text TEXT); CREATE TABLE mark (id INTEGER PRIMARY KEY, word INTEGER);
    CREATE TRIGGER gone AFTER DELETE ON word BEGIN DELETE FROM mark WHERE word = OLD.rowid; END;";
const INDEXED: &str =
    "CREATE TABLE word (text TEXT); CREATE VIRTUAL TABLE box USING rtree (id, low, high);
    CREATE TRIGGER come AFTER INSERT ON word BEGIN
        INSERT INTO box VALUES (NEW.rowid, length(NEW.text), length(NEW.text)); END;";
const FILLED: &str =
    "CREATE TABLE word (text TEXT); CREATE TABLE mark (id INTEGER PRIMARY KEY, word INTEGER);
    INSERT INTO word VALUES ('a'), ('b');
    INSERT INTO mark (word) WITH w AS (SELECT rowid AS number FROM word) SELECT number FROM w;";
const SEARCHED: &str = "CREATE TABLE word (text TEXT);
    CREATE VIRTUAL TABLE word_fts USING fts5 (text, content = 'word');";
const VACUUM: &str = "-- migratory: no-transaction\nVACUUM;";

#[test]
fn rowids_that_something_stores_must_stay() {
    const MARKED: &str = "CREATE VIEW marked AS SELECT mark.id, w.text FROM mark JOIN word AS w ON w.rowid = mark.word;";
    let rebuilt = |columns: &str, last: &str| {
        format!(
            "CREATE TABLE n (text TEXT, x); INSERT INTO n ({columns}) SELECT {columns} FROM word; \
             DROP TABLE word; ALTER TABLE n RENAME TO word; {last}"
        )
    };
    let gone = "CREATE TRIGGER gone AFTER DELETE ON word BEGIN DELETE FROM mark WHERE word = OLD.rowid; END;";
    let come = "CREATE TRIGGER come AFTER INSERT ON word BEGIN
        INSERT INTO box VALUES (NEW.rowid, length(NEW.text), length(NEW.text)); END;";
    for (name, before, last) in [
        ("a view", JOINED, MARKED),
        ("a trigger", DELETED, gone),
        ("an rtree", INDEXED, come),
        ("a column", FILLED, ""),
    ] {
        let drop = if before == JOINED { "DROP VIEW marked; " } else { "" };
        let script = drop.to_owned() + &rebuilt("text", last);
        check(&[Case { name, before, script: &script, found: &["M0507"] }]);
        let script = drop.to_owned() + &rebuilt("rowid, text", last);
        check(&[Case { name, before, script: &script, found: &[] }]);
    }
}

#[test]
fn a_vacuum_that_may_change_stored_rowids_is_reported() {
    for before in [JOINED, DELETED, INDEXED, FILLED, SEARCHED] {
        check(&[Case { name: before, before, script: VACUUM, found: &["M0507"] }]);
        for column in ["id INTEGER PRIMARY KEY, text TEXT", "text TEXT PRIMARY KEY"] {
            let before = before.replace("word (text TEXT)", &format!("word ({column})"));
            let before = before.replace("INTO word VALUES", "INTO word (text) VALUES");
            check(&[Case { name: column, before: &before, script: VACUUM, found: &[] }]);
        }
    }
    let stated =
        "-- migratory: no-transaction\n-- migratory: allow(values_move): nobody has marks\nVACUUM;";
    check(&[
        Case { name: "stated", before: JOINED, script: stated, found: &[] },
        Case {
            name: "nothing stored",
            before: "CREATE TABLE word (text TEXT);",
            script: VACUUM,
            found: &[],
        },
    ]);
}

#[test]
fn the_finding_reads_well() {
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0507]: VACUUM gives the rows of `word` other rowids
         --> migrations/2_script.up.sql:2:1
          |
        2 | VACUUM;
          | ^^^^^^^
          |
          = note: the table has no INTEGER PRIMARY KEY and no index: SQLite renumbers its rows where deleted ones have left gaps
          = note: the view `marked` finds rows of `word` by rowid: they will refer to other rows, or to none
          = help: before it, rebuild `word` with a column `id INTEGER PRIMARY KEY`, and copy `rowid` into it
          = help: if it is meant, say why at the top of the file: `-- migratory: allow(values_move): <reason>`
    "#]].assert_eq(&output_of(JOINED, VACUUM));
}
