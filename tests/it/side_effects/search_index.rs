//! Full-text indexes over another table without triggers: the application writes to both, and scripts must do so
//! too.

use expect_test::expect;

use super::{Case, check, output_of};

const NOTE: &str = "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL, n INTEGER);
    CREATE VIRTUAL TABLE note_fts USING fts5 (body, content = 'note', content_rowid = 'id');";
const NOTE_4: &str = "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE VIRTUAL TABLE note_fts USING fts4 (body, content=\"note\");";
const KEPT: &str = "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE VIRTUAL TABLE note_fts USING fts5 (body, content = 'note', content_rowid = 'id');
    CREATE TRIGGER ai AFTER INSERT ON note BEGIN INSERT INTO note_fts (rowid, body) VALUES (NEW.id, NEW.body); END;
    CREATE TRIGGER ad AFTER DELETE ON note BEGIN
        INSERT INTO note_fts (note_fts, rowid, body) VALUES ('delete', OLD.id, OLD.body); END;
    CREATE TRIGGER au AFTER UPDATE ON note BEGIN
        INSERT INTO note_fts (note_fts, rowid, body) VALUES ('delete', OLD.id, OLD.body);
        INSERT INTO note_fts (rowid, body) VALUES (NEW.id, NEW.body); END;";

#[test]
fn an_index_must_match_its_content_after_a_script() {
    check(&[
        Case {
            name: "UPDATE",
            before: NOTE,
            script: "UPDATE note SET body = 'new ' || body;",
            found: &["M0514"],
        },
        Case {
            name: "INSERT",
            before: NOTE,
            script: "INSERT INTO note (body) VALUES ('welcome');",
            found: &["M0514"],
        },
        Case {
            name: "DELETE",
            before: NOTE,
            script: "DELETE FROM note WHERE id > 1;",
            found: &["M0514"],
        },
        Case {
            name: "FTS4",
            before: NOTE_4,
            script: "UPDATE note SET body = 'new ' || body;",
            found: &["M0514"],
        },
        Case {
            name: "rebuilt",
            before: NOTE,
            script: "UPDATE note SET body = 'new ' || body; INSERT INTO note_fts (note_fts) VALUES ('rebuild');",
            found: &[],
        },
        Case {
            name: "both written",
            before: NOTE,
            script: "INSERT INTO note (id, body) SELECT max(id) + 1, 'welcome' FROM note;
                INSERT INTO note_fts (rowid, body) SELECT id, body FROM note ORDER BY id DESC LIMIT 1;",
            found: &[],
        },
        Case {
            name: "a column that is not in the index",
            before: NOTE,
            script: "UPDATE note SET n = 0; ALTER TABLE note ADD COLUMN m;",
            found: &[],
        },
        Case {
            name: "kept by triggers",
            before: KEPT,
            script: "UPDATE note SET body = 'new ' || body; INSERT INTO note (body) VALUES ('welcome');",
            found: &[],
        },
    ]);
}

#[test]
fn the_finding_reads_well() {
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0514]: after this file, the full-text index `note_fts` does not match its content
         --> migrations/2_script.up.sql
          = note: it finds rows by rowid in a table that it knows by name: searches miss rows or find others, and a later UPDATE or DELETE may fail
          = note: SQLite reports for `note_fts`: database disk image is malformed
          = help: add at the end, if the content table and its columns still have their names: `INSERT INTO note_fts (note_fts) VALUES ('rebuild');`
          = help: if one of them has another name now, or is gone, drop the index and create it anew; give the content table an INTEGER PRIMARY KEY, so that rowids stay as they are
    "#]].assert_eq(&output_of(NOTE, "UPDATE note SET body = 'new ' || body;"));
}
