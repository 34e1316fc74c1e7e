//! Tables and columns that a file without a down drops after copying their values to other names: each kind of loss
//! is found, a directive excuses it, and a script that keeps everything has no finding.

use migratory_analysis::{Findings, Options};

use crate::support::findings;

const PERSON: &str =
    "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT, bio TEXT);";

const PET: &str = "CREATE TABLE pet (id INTEGER PRIMARY KEY, kind TEXT);";

const PEOPLE: &str =
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT, bio TEXT);";

/// Broken ups (`PEOPLE` runs before them), with the code, and the exception that passes.
const WRONG: [(&str, &str, &str); 15] = [
    (
        "INSERT INTO people SELECT * FROM person WHERE 0; DROP TABLE person;",
        "M0506",
        "partial_copy",
    ),
    (
        "INSERT INTO people SELECT * FROM person LIMIT 1; DROP TABLE person;",
        "M0506",
        "partial_copy",
    ),
    (
        "INSERT INTO people SELECT * FROM person WHERE kind = 'human'; DROP TABLE person;",
        "M0506",
        "drop_table",
    ),
    (
        "INSERT INTO people SELECT * FROM person WHERE bio <> ''; DROP TABLE person;",
        "M0506",
        "partial_copy",
    ),
    (
        "INSERT INTO people SELECT * FROM person WHERE kind = 'a'; CREATE TABLE other AS SELECT * FROM person \
         WHERE kind <> 'a'; DROP TABLE person;",
        "M0506",
        "partial_copy",
    ),
    (
        "CREATE UNIQUE INDEX one ON people (name); INSERT OR IGNORE INTO people SELECT * FROM person; \
         DROP TABLE person;",
        "M0506",
        "partial_copy",
    ),
    (
        "CREATE TABLE tally (n INT); INSERT INTO tally SELECT count(bio) FROM person; DROP TABLE person;",
        "M0605",
        "drop_table",
    ),
    (
        "UPDATE pet SET kind = 'x' WHERE id IN (SELECT id FROM person); DROP TABLE person;",
        "M0605",
        "drop_table",
    ),
    (
        "UPDATE pet SET kind = EXISTS (SELECT 1 FROM person WHERE person.id = pet.id); DROP TABLE person;",
        "M0605",
        "drop_table",
    ),
    (
        "CREATE TABLE number (id INTEGER PRIMARY KEY, name INTEGER NOT NULL, kind, bio); \
         INSERT INTO number SELECT * FROM person; DROP TABLE person;",
        "M0507",
        "values_move: person.name",
    ),
    (
        "INSERT INTO people (id, name, kind, bio) SELECT id, name, bio, kind FROM person; DROP TABLE person;",
        "M0507",
        "values_move: person.kind, person.bio",
    ),
    (
        "INSERT INTO people (id, name, bio) SELECT id, name, bio FROM person WHERE 0; \
         ALTER TABLE person DROP COLUMN bio;",
        "M0507",
        "values_move: person.bio",
    ),
    (
        "INSERT INTO people (id, name, bio) SELECT id, name, bio FROM person WHERE bio <> ''; \
         ALTER TABLE person DROP COLUMN bio;",
        "M0507",
        "drop_column",
    ),
    (
        "UPDATE person SET kind = 'x' WHERE bio = 'y'; ALTER TABLE person DROP COLUMN bio;",
        "M0606",
        "drop_column",
    ),
    (
        "CREATE TABLE tally AS SELECT kind, sum(bio) AS n FROM person GROUP BY kind; \
         ALTER TABLE person DROP COLUMN bio;",
        "M0606",
        "drop_column",
    ),
];

/// Correct ups.
const RIGHT: [&str; 12] = [
    "INSERT INTO people SELECT * FROM person; DROP TABLE person;",
    "CREATE TABLE other AS SELECT * FROM person; DROP TABLE person;",
    "INSERT INTO people SELECT * FROM person WHERE kind = 'a'; CREATE TABLE other AS SELECT * FROM person \
     WHERE kind IS NOT 'a'; DROP TABLE person;",
    "CREATE TABLE named AS SELECT id, name FROM person; INSERT INTO people SELECT * FROM person WHERE kind \
     IS NOT NULL OR bio IS NOT NULL; DROP TABLE person;",
    "UPDATE person SET name = trim(name); INSERT INTO people SELECT * FROM person; DROP TABLE person;",
    "CREATE TABLE note (id INTEGER PRIMARY KEY REFERENCES person (id), body TEXT NOT NULL); \
     INSERT INTO note SELECT id, bio FROM person WHERE bio IS NOT NULL; ALTER TABLE person DROP COLUMN bio;",
    "CREATE TABLE fact (person INT NOT NULL, what TEXT NOT NULL, value TEXT NOT NULL); \
     INSERT INTO fact SELECT id, 'kind', kind FROM person WHERE kind IS NOT NULL; \
     INSERT INTO fact SELECT id, 'bio', bio FROM person WHERE bio IS NOT NULL; \
     ALTER TABLE person DROP COLUMN kind; ALTER TABLE person DROP COLUMN bio;",
    "CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); \
     INSERT INTO kinds (name) SELECT DISTINCT kind FROM person WHERE kind IS NOT NULL; \
     ALTER TABLE person ADD COLUMN kind_id INTEGER REFERENCES kinds (id); \
     UPDATE person SET kind_id = (SELECT id FROM kinds WHERE kinds.name = person.kind); \
     ALTER TABLE person DROP COLUMN kind;",
    "CREATE TABLE kept AS SELECT id, kind, bio FROM person; UPDATE person SET name = kind || ' ' || bio \
     WHERE kind IS NOT NULL AND bio IS NOT NULL; ALTER TABLE person DROP COLUMN kind; \
     ALTER TABLE person DROP COLUMN bio;",
    "ALTER TABLE person ADD COLUMN about TEXT; UPDATE person SET about = bio; \
     ALTER TABLE person DROP COLUMN bio;",
    "CREATE TABLE names (name TEXT PRIMARY KEY); INSERT OR IGNORE INTO names SELECT name FROM person; \
     INSERT INTO people SELECT * FROM person; DROP TABLE person;",
    "ALTER TABLE person ADD COLUMN seen TEXT; ALTER TABLE person ADD COLUMN is_seen INT NOT NULL DEFAULT 0; \
     UPDATE person SET seen = 'x' WHERE is_seen = 1; ALTER TABLE person DROP COLUMN is_seen;",
];

#[test]
fn losses_of_a_copy_to_another_name_are_found() {
    for (up, code, exception) in WRONG {
        let found = of_up("", up);
        let codes: Vec<_> = found.iter().map(|finding| finding.code.to_string()).collect();
        assert_eq!(codes, [code], "{up}\n{found}");
        let past = of_up(&format!("-- migratory: allow({exception}): for a test\n"), up);
        assert!(past.is_empty(), "{exception}\n{past}");
    }
}

#[test]
fn a_complete_copy_to_another_name_has_no_finding() {
    for up in RIGHT {
        let found = of_up("", up);
        assert!(found.is_empty(), "{up}\n{found}");
    }
}

/// A column gets another name in the replacement of its table: the new column, the copied expression, and the code.
const RENAMED: [(&str, &str, &str); 7] = [
    ("about TEXT", "bio", ""),
    ("about TEXT", "coalesce(bio, '')", ""),
    ("about TEXT", "CASE bio WHEN 'x' THEN 'y' ELSE bio END", ""),
    ("about INTEGER", "bio", "M0507"),
    ("about TEXT", "lower(bio)", "M0507"),
    ("about INTEGER", "CAST(bio AS INTEGER)", "M0507"),
    ("about TEXT", "CASE bio WHEN 'x' THEN 'y' END", "M0507"),
];

#[test]
fn values_lost_while_a_copy_renames_a_column_are_found() {
    for (column, value, code) in RENAMED {
        let up = format!(
            "DROP TABLE people; CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT, {column}); \
             INSERT INTO n (id, name, kind, about) SELECT id, name, kind, {value} FROM person; \
             DROP TABLE person; ALTER TABLE n RENAME TO person;"
        );
        let found = of_up("", &up);
        let codes: Vec<_> = found.iter().map(|finding| finding.code.to_string()).collect();
        assert_eq!(codes.concat(), code, "{up}\n{found}");
        let past = of_up("-- migratory: allow(values_move: person.bio): for a test\n", &up);
        assert!(past.is_empty(), "{up}\n{past}");
    }
}

fn of_up(stated: &str, up: &str) -> Findings {
    let before = format!("{PERSON}\n{PET}");
    let up = format!("-- migratory: irreversible: for a test\n{stated}{PEOPLE}\n{up}");
    findings(&[("1_a.up", &before), ("2_b.up", &up)], &Options::default().up_only(true))
}
