//! One build names every defect of a set, and no mere consequence of one.

use std::collections::BTreeSet;

use migratory_analysis::Options;

use crate::support::findings;

mod bounds;
mod injected;
mod tangled;
mod together;

/// Checks a set of these files, named without `.sql`, and returns each code with its file.
fn found(files: &[(&str, &str)], options: &Options) -> BTreeSet<String> {
    let findings = findings(files, options);
    let codes = findings.iter().map(|each| {
        let file = each.labels.first().map_or("", |label| label.file.as_str());
        let name = file.trim_start_matches("migrations/").trim_end_matches(".sql");
        format!("{} {name}", each.code)
    });
    codes.collect()
}

/// A set of migrations and its findings.
struct Case {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    found: &'static [&'static str],
}

const NOTE: (&str, &str) = (
    "1_note.up",
    "CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT NOT NULL, place INTEGER NOT NULL);",
);
const NO_NOTE: (&str, &str) = ("1_note.down", "DROP TABLE note;");

const CASES: &[Case] = &[
    Case {
        name: "two statements of an up, and their consequences",
        files: &[
            NOTE,
            NO_NOTE,
            (
                "2_more.up",
                "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NUL UNIQE (name);
                 CREATE INDEX tag_by_name ON tag (name);
                 CREATE INDEX note_by_titel ON note (titel);
                 CREATE INDEX note_by_place ON note (place);",
            ),
            ("2_more.down", "DROP INDEX note_by_place; DROP INDEX note_by_titel; DROP TABLE tag;"),
            ("3_last.up", "INSERT INTO tag (name) VALUES ('a'); CREATE VIEW tags AS SELECT name FROM tag;"),
            ("3_last.down", "DROP VIEW tags; DELETE FROM tag WHERE name = 'a';"),
        ],
        found: &["M0501 2_more.up"],
    },
    Case {
        name: "ups of several migrations, and downs after them",
        files: &[
            NOTE,
            ("1_note.down", "DROP TABLE notes;"),
            ("2_tag.up", "CREATE TABLE tag (id INTEGER PRIMARY KEY, note INTEGER REFERENCES note (id));"),
            ("2_tag.down", "SELECT 1;"),
            ("3_a.up", "ALTER TABLE note ADD COLUMN title TEXT;"),
            ("3_a.down", "ALTER TABLE note DROP COLUMN title;"),
            ("4_b.up", "ALTER TABLE note RENAME COLUMN plaec TO spot;"),
            ("4_b.down", "ALTER TABLE note RENAME COLUMN spot TO place;"),
            ("5_c.up", "CREATE INDEX note_by_spot ON note (spot); CREATE TABLE c (x);"),
            ("5_c.down", "DROP TABLE c; DROP INDEX note_by_spot; DROP INDEX gone;"),
        ],
        found: &[
            "M0501 3_a.up",
            "M0501 4_b.up",
            "M0502 1_note.down",
            "M0503 2_tag.down",
            "M0617 2_tag.down",
        ],
    },
    Case {
        name: "a down that leaves another schema, and loses rows",
        files: &[
            (
                "1_a.up",
                "CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT);
                 CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES p (id) ON DELETE CASCADE);",
            ),
            ("1_a.down", "DROP TABLE c; DROP TABLE p;"),
            ("2_b.up", "ALTER TABLE p ADD COLUMN b TEXT;"),
            (
                "2_b.down",
                "CREATE TABLE p2 (id INTEGER PRIMARY KEY, a VARCHAR);
                 INSERT INTO p2 (id, a) SELECT id, a FROM p; DROP TABLE p; ALTER TABLE p2 RENAME TO p;",
            ),
        ],
        found: &["M0503 2_b.down", "M0506 2_b.down"],
    },
    Case {
        name: "names and directives, and SQL in other files",
        files: &[
            NOTE,
            NO_NOTE,
            ("2_tag.up", "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT);"),
            ("2_label.down", "DROP TABLE tag;"),
            ("3_a.up", "-- migratory: alow(drop_column): nobody reads it\nALTER TABLE note DROP COLUMN place;"),
            ("3_a.down", "ALTER TABLE note ADD COLUMN place INTEGER NOT NULL DEFAULT 0;"),
            ("4-b.up", "CREATE TABLE b (id INTEGER PRIMARY KEY);"),
            ("4-b.down", "DROP TABLE b;"),
            ("5_c.up", "ALTER TABLE b ADD COLUMN x INTEGER NOT NULL;"),
            ("5_c.down", "ALTER TABLE b DROP COLUMN x;"),
            ("7_d.up", "CREATE TABLE d (id INTEGER PRIMARY KEY); INSERT INTO lost (x) VALUES (1);"),
            ("7_d.down", "DELETE FROM lost; DROP TABLE dd;"),
        ],
        found: &[
            "M0101 4-b.down",
            "M0101 4-b.up",
            "M0202 7_d.up",
            "M0211 2_label.down",
            "M0401 3_a.up",
            "M0502 7_d.down",
            "M0503 3_a.down",
            "M0505 5_c.up",
        ],
    },
    Case {
        name: "texts that can't be run, and later statements",
        files: &[
            NOTE,
            NO_NOTE,
            ("2_a.up", "/* what is to come\nCREATE TABLE a (id INTEGER PRIMARY KEY);"),
            ("2_a.down", "DROP TABLE a;"),
            ("3_b.up", "BEGIN; CREATE TABLE b (a INTEGER REFERENCES a (id)); COMMIT;"),
            ("3_b.down", "DROP TABLE b;"),
            ("4_c.up", ""),
            ("4_c.down", "DROP TABLE c;"),
            ("5_d.up", "INSERT INTO note (title, place) VALUES (?, 1); CREATE TABLE d (x);"),
            ("5_d.down", ""),
            ("6_e.up", "INSERT INTO a DEFAULT VALUES; CREATE TABLE e (x); SELECT lenght(x) FROM e;"),
            ("6_e.down", "DROP TABLE e;"),
        ],
        found: &[
            "M0304 2_a.up",
            "M0305 4_c.up",
            "M0305 5_d.down",
            "M0306 3_b.up",
            "M0307 5_d.up",
            "M0501 6_e.up",
        ],
    },
    Case {
        name: "a rebuild whose copy fails, and another table",
        files: &[
            NOTE,
            NO_NOTE,
            (
                "2_a.up",
                "CREATE TABLE note_new (id INTEGER PRIMARY KEY, title TEXT NOT NULL, place INTEGER);
                 INSERT INTO note_new (id, titel, place) SELECT id, title, place FROM note;
                 DROP TABLE note; ALTER TABLE note_new RENAME TO note;",
            ),
            (
                "2_a.down",
                "CREATE TABLE note_new (id INTEGER PRIMARY KEY, title TEXT NOT NULL, place INTEGER NOT NULL);
                 INSERT INTO note_new (id, title, place) SELECT id, title, coalesce(place, 0) FROM note;
                 DROP TABLE note; ALTER TABLE note_new RENAME TO note;",
            ),
            ("3_b.up", "CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER);"),
            ("3_b.down", "DROP TABLE b;"),
            ("4_c.up", "CREATE UNIQUE INDEX b_n ON b (n);"),
            ("4_c.down", "DROP INDEX b_n;"),
            ("5_d.up", "DROP TABLE b;"),
            ("5_d.down", "CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER);"),
        ],
        found: &["M0501 2_a.up", "M0503 5_d.down", "M0510 4_c.up", "M0605 5_d.up"],
    },
    Case {
        name: "migrations after a gap",
        files: &[
            NOTE,
            NO_NOTE,
            ("3_a.up", "ALTER TABLE label ADD COLUMN x; CREATE INDEX label_y ON label (y);"),
            ("3_a.down", "DROP INDEX label_y; ALTER TABLE label DROP COLUMN x;"),
            ("4_b.up", "UPDATE notes SET title = 'x';"),
            ("4_b.down", "-- migratory: nothing-to-undo: a title is a title"),
        ],
        found: &["M0202 3_a.up", "M0501 4_b.up"],
    },
    Case {
        name: "two files of one version, one of which also exists under a new version",
        files: &[
            NOTE,
            NO_NOTE,
            ("2_a.up", "CREATE TABLE tag (id INTEGER PRIMARY KEY); CREATE INDEX tag_id ON tag (id);"),
            ("2_a.down", "DROP TABLE tag;"),
            ("2_b.up", "CREATE TABLE label (id INTEGER PRIMARY KEY);"),
            ("2_b.down", "DROP TABLE label;"),
            ("3_a.up", "CREATE TABLE tag (id INTEGER PRIMARY KEY); CREATE INDEX tag_id ON tag (id);"),
            ("3_a.down", "DROP TABLE tag;"),
            ("4_c.up", "CREATE TABLE note (id INTEGER PRIMARY KEY);"),
            ("4_c.down", "DROP TABLE nota;"),
        ],
        found: &["M0201 2_a.up", "M0501 4_c.up", "M0502 4_c.down"],
    },
    Case {
        name: "a rule, and rows of another table",
        files: &[
            NOTE,
            NO_NOTE,
            ("2_tag.up", "CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"),
            ("2_tag.down", "DROP TABLE tag;"),
            (
                "3_a.up",
                "CREATE TABLE IF NOT EXISTS note (id INTEGER);
                 CREATE UNIQUE INDEX tag_name ON tag (lower(name));",
            ),
            ("3_a.down", "DROP INDEX tag_name;"),
        ],
        found: &["M0510 3_a.up", "M0608 3_a.up"],
    },
];

#[test]
fn one_build_names_every_defect_and_no_consequence() {
    for Case { name, files, found: expected } in CASES {
        let expected: BTreeSet<_> = expected.iter().map(ToString::to_string).collect();
        assert_eq!(found(files, &Options::default()), expected, "{name}");
    }
}

/// The cost of checking broken migrations must grow with their number, not with its square.
#[test]
fn a_completely_broken_set_is_checked_to_its_end() {
    let mut files =
        vec![(NOTE.0.to_owned(), NOTE.1.to_owned()), (NO_NOTE.0.to_owned(), NO_NOTE.1.to_owned())];
    for number in 2..=60 {
        let up = format!(
            "CREATE TABLE t{number} (x); CREATE INDEX i{number} ON t{number} (missing{number});"
        );
        files.push((format!("{number}_a.up"), up));
        files.push((
            format!("{number}_a.down"),
            format!("DROP TABLE t{number}; DROP TABLE u{number};"),
        ));
    }
    let files: Vec<_> = files.iter().map(|(name, sql)| (name.as_str(), sql.as_str())).collect();
    let found = found(&files, &Options::default());
    let count = |code| found.iter().filter(|it| it.starts_with(code)).count();
    assert_eq!([count("M0501"), count("M0502"), found.len()], [59, 59, 118], "{found:?}");
}
