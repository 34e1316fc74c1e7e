//! A directive silences one fact; other defects of the file are still reported.

use migratory_analysis::{Code, Findings, Options, Rule};
use migratory_runtime::Version;

use crate::support::findings;

const TABLES: &str = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT, price INTEGER NOT NULL); \
    CREATE TABLE note (id INTEGER PRIMARY KEY, item INTEGER REFERENCES item (id));";
const NO_TABLES: &str = "DROP TABLE note; DROP TABLE item;";

fn codes(files: &[(&str, &str)]) -> Vec<Code> {
    findings(files, &Options::default()).iter().map(|each| each.code).collect()
}

/// Returns the findings about an up after one that creates these tables. It has no down.
fn after(tables: &str, up: &str) -> Findings {
    let up = format!("-- migratory: irreversible: for a test\n{up}");
    let options = Options::default().up_only(true);
    findings(&[("1_a.up", tables), ("2_b.up", &up)], &options)
}

fn codes_after(tables: &str, up: &str) -> Vec<Code> {
    after(tables, up).iter().map(|each| each.code).collect()
}

/// Returns a rebuild of `item` with foreign keys off, which copies only some rows.
fn partial(rows: &str, then: &str) -> String {
    format!(
        "-- migratory: allow(partial_copy): the others are old\n\
         PRAGMA foreign_keys = OFF;\n\
         CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT, price INTEGER NOT NULL);\n\
         INSERT INTO n (id, title, price) SELECT id, title, price FROM item {rows};\n\
         DROP TABLE item;\nALTER TABLE n RENAME TO item;\n{then}\nPRAGMA foreign_keys = ON;\n"
    )
}

#[test]
fn partial_copy_excuses_missing_rows_but_no_dangling_references() {
    for rows in [
        "WHERE title IS NOT NULL",
        "WHERE title <> 'x'",
        "GROUP BY title",
        "LIMIT 1",
        "WHERE 0",
        "WHERE id IN (SELECT min(id) FROM item GROUP BY title)",
    ] {
        assert_eq!(codes_after(TABLES, &partial(rows, "")), [Code::Dangles], "{rows}");
    }
    let referred = "WHERE id IN (SELECT item FROM note)";
    assert_eq!(codes_after(TABLES, &partial(referred, "")), [], "those that others refer to stay");
    let alone = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT, price INTEGER NOT NULL);";
    assert_eq!(
        codes_after(alone, &partial("WHERE title IS NOT NULL", "")),
        [],
        "nothing refers to it"
    );
}

#[test]
fn a_deletion_with_foreign_keys_off_must_delete_the_children() {
    let off = |sql: &str| format!("PRAGMA foreign_keys = OFF; {sql} PRAGMA foreign_keys = ON;");
    for (sql, expected) in [
        ("DELETE FROM item WHERE title IS NULL;", &[Code::Dangles][..]),
        // Items may have this price, and notes.
        ("DELETE FROM item WHERE price = 1;", &[Code::Dangles]),
        (
            "DELETE FROM note WHERE item IN (SELECT id FROM item WHERE title IS NULL); DELETE FROM item WHERE title IS NULL;",
            &[],
        ),
        (
            "UPDATE note SET item = NULL WHERE item IN (SELECT id FROM item WHERE title IS NULL); DELETE FROM item WHERE title IS NULL;",
            &[],
        ),
    ] {
        assert_eq!(codes_after(TABLES, &off(sql)), expected, "{sql}");
    }
}

/// The file passes with the suggested statement.
#[test]
fn the_suggested_deletion_passes() {
    let pair = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT, price INTEGER NOT NULL, UNIQUE (id, price)); \
        CREATE TABLE \"my note\" (a INTEGER, \"the price\" INTEGER, FOREIGN KEY (a, \"the price\") REFERENCES item (id, price));";
    let two = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT, price INTEGER NOT NULL); \
        CREATE TABLE note (one INTEGER NOT NULL REFERENCES item, other INTEGER REFERENCES item); \
        CREATE TABLE tag (item INTEGER PRIMARY KEY REFERENCES item) WITHOUT ROWID;";
    for (tables, unique) in
        [(TABLES, ""), (pair, "CREATE UNIQUE INDEX u ON item (id, price);"), (two, "")]
    {
        for rows in ["WHERE title IS NOT NULL", "GROUP BY title", "WHERE 0"] {
            let found = after(tables, &partial(rows, unique));
            let [dangles] = found.iter().collect::<Vec<_>>()[..] else { panic!("{found}") };
            let suggested = dangles.help.iter().filter_map(|help| help.split('`').nth(3));
            let suggested: Vec<_> = suggested.filter(|sql| sql.starts_with("DELETE")).collect();
            assert!(!suggested.is_empty(), "{found}");
            let then = format!("{unique}{}", suggested.join("\n"));
            let found = after(tables, &partial(rows, &then));
            assert!(found.is_empty(), "{rows} {then}: {found}");
        }
    }
}

#[test]
fn partial_copy_does_not_excuse_cascading_deletions() {
    let tables = "CREATE TABLE item (id INTEGER PRIMARY KEY); \
        CREATE TABLE note (id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE);";
    let up = "-- migratory: allow(partial_copy): for a test\n\
        CREATE TABLE m (id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES item ON DELETE CASCADE);
        INSERT INTO m (id, item) SELECT id, item FROM note;
        CREATE TABLE n (id INTEGER PRIMARY KEY); INSERT INTO n (id) SELECT id FROM item;
        DROP TABLE note; DROP TABLE item; ALTER TABLE n RENAME TO item; ALTER TABLE m RENAME TO note;";
    assert_eq!(codes_after(tables, up), [Code::RowsVanish]);
}

#[test]
fn a_dropped_column_excuses_no_other() {
    let sets = |directive: &str, up: &str, down: &str| {
        let up = format!("{directive}{up}");
        codes(&[("1_a.up", TABLES), ("1_a.down", NO_TABLES), ("2_b.up", &up), ("2_b.down", down)])
    };
    let allow = "-- migratory: allow(drop_column): for a test\n";
    let drop = "ALTER TABLE item DROP COLUMN title;";
    let back = "ALTER TABLE item ADD COLUMN title TEXT;";
    assert_eq!(sets(allow, drop, back), []);
    let renamed =
        "ALTER TABLE item DROP COLUMN title; ALTER TABLE note RENAME COLUMN item TO of_item;";
    let lost = "ALTER TABLE item ADD COLUMN title TEXT; ALTER TABLE note DROP COLUMN of_item; \
        ALTER TABLE note ADD COLUMN item INTEGER REFERENCES item (id);";
    assert_eq!(sets(allow, renamed, lost), [Code::ValuesMove]);
    // A rebuilt table that omits the column counts too; one that keeps it under another name doesn't.
    let rebuilt = |columns: &str, copied: &str| {
        format!(
            "PRAGMA foreign_keys = OFF; CREATE TABLE n (id INTEGER PRIMARY KEY, {columns}); \
             INSERT INTO n SELECT id, {copied} FROM item; DROP TABLE item; \
             ALTER TABLE n RENAME TO item; PRAGMA foreign_keys = ON;"
        )
    };
    let left_out = rebuilt("price INTEGER NOT NULL", "price");
    assert_eq!(sets(allow, &left_out, back), []);
    let again = rebuilt("title TEXT, price INTEGER NOT NULL", "NULL, price");
    assert_eq!(sets(allow, &left_out, &again), []);
    let wrong = rebuilt("title TEXT, price INTEGER NOT NULL", "NULL, -price");
    assert_eq!(sets(allow, &left_out, &wrong), [Code::ValuesMove]);
    let carried = rebuilt("heading TEXT, price INTEGER NOT NULL", "title, price");
    assert_eq!(sets(allow, &carried, &again), [Code::ValuesMove]);
}

#[test]
fn one_assumption_does_not_imply_another() {
    let tables = "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT, price INTEGER);";
    let needs_both = "CREATE TABLE n (id INTEGER PRIMARY KEY, title TEXT NOT NULL, price INTEGER UNIQUE); \
        INSERT INTO n (id, title, price) SELECT id, title, price FROM item; DROP TABLE item; ALTER TABLE n RENAME TO item;";
    for (stated, expected) in [
        (&[][..], 2),
        (&["no_nulls"], 1),
        (&["no_duplicates"], 1),
        (&["no_nulls", "no_duplicates"], 0),
    ] {
        let heads = stated.iter().map(|it| format!("-- migratory: assumes({it}): for a test\n"));
        let up = format!("{}{needs_both}", heads.collect::<String>());
        let found = codes_after(tables, &up);
        assert_eq!(found, vec![Code::Assumes; expected], "{stated:?}");
    }
}

/// A key without its row, a row that others refer to, and a subquery without a result are three different facts.
#[test]
fn an_assumption_excuses_only_the_failure_that_it_rules_out() {
    let keys = "CREATE TABLE l (code TEXT PRIMARY KEY NOT NULL, name TEXT); \
        CREATE TABLE c (id INTEGER PRIMARY KEY, l TEXT NOT NULL REFERENCES l (code));";
    let sums = "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 0); \
        CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a, n INTEGER);";
    let (renamed, deleted) =
        ("UPDATE l SET code = code || '-x';", "DELETE FROM l WHERE name = 'test';");
    let moved = "UPDATE c SET l = 'x';";
    let summed = "UPDATE a SET n = (SELECT sum(n) FROM b WHERE b.a = a.id);";
    for (tables, stated, up, expected) in [
        (keys, "", renamed, &[Code::FailsOnRows][..]),
        (keys, "no_orphans", renamed, &[Code::FailsOnRows]),
        (keys, "no_children", renamed, &[Code::Untried]),
        (keys, "", deleted, &[Code::Assumes]),
        (keys, "no_orphans", deleted, &[Code::Assumes]),
        (keys, "no_children", deleted, &[]),
        (
            keys,
            "no_orphans",
            "DROP TABLE l;",
            &[Code::FailsOnRows, Code::DropTable, Code::ForeignKeyTarget],
        ),
        (keys, "no_orphans", moved, &[Code::Untried]),
        (keys, "no_children", moved, &[Code::FailsOnRows]),
        (sums, "", summed, &[Code::Assumes]),
        (sums, "no_duplicates", summed, &[Code::Assumes]),
        (sums, "no_nulls", summed, &[Code::Assumes]),
    ] {
        let head = if stated.is_empty() {
            String::new()
        } else {
            format!("-- migratory: assumes({stated}): for a test\n")
        };
        let found = after(tables, &format!("{head}{up}"));
        let codes: Vec<_> = found.iter().map(|each| each.code).collect();
        assert_eq!(codes, expected, "{stated} {up}\n{found}");
    }
    for (tables, up) in [
        (
            keys,
            "PRAGMA defer_foreign_keys = ON; UPDATE l SET code = code || '-x'; UPDATE c SET l = l || '-x';",
        ),
        (
            keys,
            "DELETE FROM c WHERE l IN (SELECT code FROM l WHERE name = 'test'); DELETE FROM l WHERE name = 'test';",
        ),
        (keys, "DELETE FROM l WHERE name = 'test' AND code NOT IN (SELECT l FROM c);"),
        (sums, "UPDATE a SET n = coalesce((SELECT sum(n) FROM b WHERE b.a = a.id), 0);"),
        (
            sums,
            "UPDATE a SET n = (SELECT count(n) FROM b WHERE b.a = a.id) WHERE EXISTS (SELECT 1 FROM b WHERE b.a = a.id);",
        ),
    ] {
        assert_eq!(codes_after(tables, up), [], "{up}");
    }
}

#[test]
fn accepted_and_unrehearsed_files_do_not_excuse_bad_sample_rows() {
    let rows = [("rehearsal/1", "INSERT INTO item (id, nothing) VALUES (1, 2);")];
    let set = |up: &str, options: &Options| {
        let files = [("1_a.up", up), ("1_a.down", NO_TABLES), rows[0]];
        findings(&files, options).iter().map(|each| each.code).collect::<Vec<_>>()
    };
    let options = Options::default();
    assert_eq!(set(TABLES, &options), [Code::GivenRows]);
    assert_eq!(set(TABLES, &options.clone().accept_through(Version::new(1))), [Code::GivenRows]);
    let alone = format!("-- migratory: no-rehearsal: for a test\n{TABLES}");
    let files = [
        ("1_a.up", &*alone),
        ("1_a.down", "-- migratory: no-rehearsal: for a test\nDROP TABLE note; DROP TABLE item;"),
        rows[0],
    ];
    let found: Vec<_> = findings(&files, &options).iter().map(|each| each.code).collect();
    assert_eq!(found, [Code::GivenRows]);
}

/// A file that isn't rehearsed excuses neither the next one, nor a down its up.
#[test]
fn no_rehearsal_excuses_only_its_own_file() {
    let alone = "-- migratory: no-rehearsal: for a test\n";
    let down = format!("{alone}DROP TABLE nothing;");
    let fails = "ALTER TABLE nothing ADD COLUMN x;";
    for (files, expected) in [
        (&[("1_a.up", TABLES), ("1_a.down", &*down)][..], &[][..]),
        (&[("1_a.up", fails), ("1_a.down", &down)], &[Code::UpFails]),
        (
            &[
                ("1_a.up", &*format!("{alone}SELECT 1;")),
                ("1_a.down", &down),
                ("2_b.up", TABLES),
                ("2_b.down", "DROP TABLE item;"),
            ],
            &[Code::DownDiffers],
        ),
    ] {
        assert_eq!(codes(files), expected, "{files:?}");
    }
}

/// Scripts that each violate one of the rules with an exception.
const BROKEN: [(Rule, &str); 9] = [
    (Rule::DropTable, "DROP TABLE note;"),
    (Rule::DropColumn, "ALTER TABLE item DROP COLUMN title;"),
    (Rule::DeleteAll, "DELETE FROM note;"),
    (
        Rule::PositionalCopy,
        "CREATE TABLE m (price, title); INSERT INTO m SELECT title, price FROM item;",
    ),
    (
        Rule::PartialCopy,
        "CREATE TABLE m (id INTEGER PRIMARY KEY, item INTEGER REFERENCES item (id)); \
         INSERT INTO m (id, item) SELECT id, item FROM note LIMIT 1; DROP TABLE note; ALTER TABLE m RENAME TO note;",
    ),
    (
        Rule::LossyRebuild,
        "CREATE TABLE m (id INTEGER PRIMARY KEY, item INTEGER); \
         INSERT INTO m (id, item) SELECT id, item FROM note; DROP TABLE note; ALTER TABLE m RENAME TO note;",
    ),
    (
        Rule::RenameFirst,
        "PRAGMA foreign_keys = OFF; ALTER TABLE item RENAME TO old; \
         CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT, price INTEGER NOT NULL); \
         INSERT INTO item (id, title, price) SELECT id, title, price FROM old; DROP TABLE old; PRAGMA foreign_keys = ON;",
    ),
    (Rule::IfExists, "DROP INDEX IF EXISTS item_title;"),
    (Rule::ReturnsRows, "SELECT title FROM item;"),
];

#[test]
fn an_exception_to_one_rule_does_not_silence_another() {
    for (broken, up) in BROKEN {
        let plain = codes_after(TABLES, up);
        assert!(!plain.is_empty(), "{broken:?}");
        for &allowed in Rule::ALL {
            let head = format!("-- migratory: allow({}): for a test\n", allowed.word());
            let found = codes_after(TABLES, &format!("{head}{up}"));
            if allowed == broken {
                assert_ne!(found, plain, "{broken:?}");
            } else {
                assert_eq!(found, plain, "{broken:?} with allow({})", allowed.word());
            }
        }
    }
}
