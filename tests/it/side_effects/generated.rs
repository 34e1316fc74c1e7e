//! Generated columns that fail for the values of a row: the script succeeds, and reading the table afterwards fails.

use expect_test::expect;

use super::{Case, check, output_of};

const TEXT: &str = "CREATE TABLE doc (id INTEGER PRIMARY KEY, d TEXT NOT NULL, n INTEGER);";
const JSON: &str =
    "CREATE TABLE doc (id INTEGER PRIMARY KEY, d TEXT NOT NULL CHECK (json_valid(d)), n INTEGER);";
const COMPUTED: &str = "CREATE TABLE doc (id INTEGER PRIMARY KEY, d TEXT NOT NULL, n INTEGER,
    k AS (json_extract(d, '$.k')));";
const ADDED: &str = "ALTER TABLE doc ADD COLUMN k AS (json_extract(d, '$.k'));";

#[test]
fn a_script_after_which_a_table_can_not_be_read_is_refused() {
    check(&[
        Case { name: "added over texts", before: TEXT, script: ADDED, found: &["M0510"] },
        Case { name: "added over JSON", before: JSON, script: ADDED, found: &[] },
        Case {
            name: "added over values stated to be JSON",
            before: TEXT,
            script: "-- migratory: assumes(doc: json_valid(d)): the program writes it\n\
                ALTER TABLE doc ADD COLUMN k AS (json_extract(d, '$.k'));",
            found: &[],
        },
        Case {
            name: "added over any value",
            before: TEXT,
            script: "ALTER TABLE doc ADD COLUMN k AS (iif(json_valid(d), json_extract(d, '$.k'), NULL));",
            found: &[],
        },
        Case {
            name: "in a replacement table",
            before: TEXT,
            script: "CREATE TABLE n (id INTEGER PRIMARY KEY, d TEXT NOT NULL, n INTEGER, k AS (json_extract(d, '$.k')));
                INSERT INTO n (id, d, n) SELECT id, d, n FROM doc; DROP TABLE doc; ALTER TABLE n RENAME TO doc;",
            found: &["M0510"],
        },
        Case {
            name: "over values that an UPDATE writes",
            before: COMPUTED,
            script: "UPDATE doc SET d = 'x' || d;",
            found: &["M0505"],
        },
        Case {
            name: "over values that an UPDATE leaves valid",
            before: COMPUTED,
            script: "UPDATE doc SET n = 0; ALTER TABLE doc ADD COLUMN m; UPDATE doc SET m = n + 1;",
            found: &[],
        },
    ]);
}

#[test]
fn the_finding_reads_well() {
    expect![[r#"
        1 finding in the migrations of `migrations/`

        error[M0510]: reading `k` of `doc` fails after this statement: malformed JSON
         --> migrations/2_script.up.sql:1:1
          |
        1 | ALTER TABLE doc ADD COLUMN k AS (json_extract(d, '$.k'));
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: the schema allows this row, and on it the migration would fail: (id = 166, d = 'plain words', n = 165) of `doc`
          = help: if no database can hold such a row, say why at the top of the file: `-- migratory: assumes(doc: json_valid(d)): <reason>`
    "#]].assert_eq(&output_of(TEXT, ADDED));
}
