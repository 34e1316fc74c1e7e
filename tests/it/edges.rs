//! Edge rows are tried whatever other findings a migration has; only the same fact is not reported twice.

use migratory_analysis::{Code, Options};

use crate::support::findings;

const TABLES: &str =
    "CREATE TABLE item (id INTEGER PRIMARY KEY, title TEXT, price INTEGER NOT NULL);
    CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE INDEX note_body ON note (body);";
/// Fails if a title is not JSON, as in edge rows.
const FAILS: &str = "UPDATE item SET price = 1 WHERE json_extract(title, '$') = 'sold';";
/// Keeps the titles of clean rows, which are numbers, but turns '007' into 7.
const CHANGES: &str =
    "CREATE TABLE n (id INTEGER PRIMARY KEY, title INTEGER, price INTEGER NOT NULL);
    INSERT INTO n (id, title, price) SELECT id, title, price FROM item;
    DROP TABLE item; ALTER TABLE n RENAME TO item;";

/// Returns the codes found in an up without a down, after these tables and sample rows.
fn of_up(tables: &str, rows: &str, up: &str) -> Vec<Code> {
    let up = format!("-- migratory: irreversible: for a test\n{up}");
    let mut files = vec![("1_a.up", tables), ("2_b.up", &*up)];
    files.extend((!rows.is_empty()).then_some(("rehearsal/1", rows)));
    let found = findings(&files, &Options::default().up_only(true));
    found.iter().map(|finding| finding.code).collect()
}

/// Returns the codes and files found in a pair after the tables.
fn of_pair(up: &str, down: &str) -> Vec<(Code, String)> {
    let no_tables = "DROP TABLE note; DROP TABLE item;";
    let files = [("1_a.up", TABLES), ("1_a.down", no_tables), ("2_b.up", up), ("2_b.down", down)];
    let found = findings(&files, &Options::default());
    let place = |labels: &[migratory_analysis::Label]| labels[0].file.clone();
    found.iter().map(|finding| (finding.code, place(&finding.labels))).collect()
}

#[test]
fn a_rules_finding_hides_no_other_fact() {
    let quoted = "CREATE VIEW v AS SELECT id FROM note WHERE body = \"draft\";";
    let rebuilt = "CREATE TABLE m (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
        INSERT INTO m (id, body) SELECT id, body FROM note;
        DROP TABLE note; ALTER TABLE m RENAME TO note;";
    let allowed = "-- migratory: allow(lossy_rebuild): it is meant\n";
    let dropped = "-- migratory: allow(drop_table): it is meant\nDROP TABLE note;";
    for (up, expected) in [
        (rebuilt.to_owned(), &[Code::LossyRebuild][..]),
        (FAILS.to_owned(), &[Code::Assumes][..]),
        (CHANGES.to_owned(), &[Code::ValuesMove]),
        (format!("{quoted} {FAILS}"), &[Code::Assumes, Code::QuotedText]),
        (format!("{quoted} {CHANGES}"), &[Code::ValuesMove, Code::QuotedText]),
        (format!("{allowed}{rebuilt} {FAILS}"), &[Code::Assumes]),
        (format!("{allowed}{rebuilt} {CHANGES}"), &[Code::ValuesMove]),
        (format!("{dropped} {FAILS}"), &[Code::Assumes]),
        // An error is about another table or another fact.
        (format!("{rebuilt} {FAILS}"), &[Code::LossyRebuild, Code::Assumes]),
        (format!("{rebuilt} {CHANGES}"), &[Code::LossyRebuild, Code::ValuesMove]),
    ] {
        let mut found = of_up(TABLES, "", &up);
        let mut expected = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{up}");
    }
}

#[test]
fn a_fact_that_a_rule_reports_is_not_repeated() {
    for (up, expected) in [
        (
            "UPDATE item SET price = (SELECT max(id) FROM note WHERE body = title);",
            Code::FailsOnRows,
        ),
        (
            "UPDATE item SET title = (SELECT max(body) FROM note WHERE body = title);",
            Code::UnmatchedUpdate,
        ),
        ("DROP TABLE item;", Code::DropTable),
        ("DELETE FROM item;", Code::DeleteAll),
    ] {
        assert_eq!(of_up(TABLES, "", up), [expected], "{up}");
    }
}

/// A table with the user's sample rows has only these; the other tables still get edge rows.
#[test]
fn sample_rows_replace_edge_rows_only_in_their_own_tables() {
    let note = "INSERT INTO note (id, body) VALUES (7, 'given');";
    let item = "INSERT INTO item (id, title, price) VALUES (7, '\"sold\"', 9);";
    for (rows, up, expected) in [
        (note, FAILS, &[Code::Assumes][..]),
        (note, CHANGES, &[Code::ValuesMove]),
        (item, FAILS, &[]),
        (
            item,
            "UPDATE note SET body = 'x' WHERE json_extract(body, '$') = 'sold';",
            &[Code::Assumes],
        ),
    ] {
        assert_eq!(of_up(TABLES, rows, up), expected, "{rows} {up}");
    }
}

/// A step of an up runs after its SQL, which can fail without it. What the step does to rows is unknown.
#[test]
fn the_sql_before_a_step_is_tried_on_edge_rows() {
    let step = "-- migratory: code\n";
    for (up, down, expected) in [
        (format!("{step}{FAILS}"), String::new(), &["2_b.up"][..]),
        (format!("{step}{CHANGES}"), String::new(), &[]),
        (FAILS.to_owned(), step.to_owned(), &["2_b.up"]),
        (CHANGES.to_owned(), step.to_owned(), &["2_b.up"]),
    ] {
        let found = if down.is_empty() {
            let up = format!("{up}\n-- and no way back");
            let up = up.replacen("code\n", "code\n-- migratory: irreversible: for a test\n", 1);
            let files = [("1_a.up", TABLES), ("2_b.up", &*up)];
            findings(&files, &Options::default().up_only(true))
        } else {
            let files = [
                ("1_a.up", TABLES),
                ("1_a.down", "DROP TABLE note; DROP TABLE item;"),
                ("2_b.up", &up),
                ("2_b.down", &down),
            ];
            findings(&files, &Options::default())
        };
        let files: Vec<_> = found
            .iter()
            .filter(|finding| matches!(finding.code, Code::Assumes | Code::ValuesMove))
            .map(|finding| {
                finding.labels[0]
                    .file
                    .trim_start_matches("migrations/")
                    .trim_end_matches(".sql")
                    .to_owned()
            })
            .collect();
        assert_eq!(files, expected, "{up} / {down}\n{found}");
    }
}

#[test]
fn temporary_objects_hide_no_finding() {
    let tables = format!("{TABLES} CREATE TEMP TABLE kept (x);");
    assert_eq!(of_up(&tables, "", FAILS), [Code::Assumes]);
    assert_eq!(of_up(&tables, "", CHANGES), [Code::ValuesMove]);
}

#[test]
fn a_down_is_tried_even_if_its_up_fails_or_touches_other_tables() {
    let note = "UPDATE note SET body = 'x' WHERE json_extract(body, '$') = 'sold';";
    for (up, down, expected) in [
        ("CREATE TABLE log (x);", format!("DROP TABLE log; {FAILS}"), &["2_b.down"][..]),
        (note, FAILS.to_owned(), &["2_b.up", "2_b.down"]),
        ("ALTER TABLE item ADD COLUMN size;", "ALTER TABLE item DROP COLUMN size;".to_owned(), &[]),
    ] {
        let found = of_pair(up, &down);
        let files: Vec<_> = found.iter().map(|(code, file)| (*code, file.as_str())).collect();
        let paths: Vec<_> = expected.iter().map(|it| format!("migrations/{it}.sql")).collect();
        let expected: Vec<_> = paths.iter().map(|path| (Code::Assumes, path.as_str())).collect();
        assert_eq!(files, expected, "{up} / {down}");
    }
}

/// A CHECK that allows few values in one column must not keep values out of another.
#[test]
fn every_column_gets_its_edge_values_whatever_the_others_allow() {
    let rebuilt = |check: &str| {
        let table = |name: &str, zip: &str| {
            format!("CREATE TABLE {name} (id INTEGER PRIMARY KEY, flag {check}, zip {zip});")
        };
        let up = "INSERT INTO j (id, flag, zip) SELECT id, flag, zip FROM job;
            DROP TABLE job; ALTER TABLE j RENAME TO job;";
        (table("job", "TEXT"), table("j", "INTEGER") + up, table("j", "TEXT") + up)
    };
    for check in [
        "INTEGER NOT NULL CHECK (flag IN (0, 1))",
        "INTEGER NOT NULL CHECK (flag = 0 OR flag = 1)",
        "TEXT CHECK (flag GLOB 'a[bc]')",
        "TEXT NOT NULL CHECK (flag IN ('new', 'done'))",
    ] {
        let (before, loses, keeps) = rebuilt(check);
        assert_eq!(of_up(&before, "", &loses), [Code::ValuesMove], "{check}");
        assert_eq!(of_up(&before, "", &keeps), [], "{check}");
    }
}

/// Rows agree in one part of a composite key, whichever part it is.
#[test]
fn rows_share_any_part_of_a_composite_key() {
    let table =
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL, c INTEGER,
        UNIQUE (a, b), UNIQUE (b, c));";
    for (index, fails) in [
        ("UNIQUE INDEX i ON t (a)", true),
        ("UNIQUE INDEX i ON t (b)", true),
        ("UNIQUE INDEX i ON t (b) WHERE c IS NULL", true),
        ("UNIQUE INDEX i ON t (b, ifnull(c, -1))", true),
        ("UNIQUE INDEX i ON t (b, a)", false),
        ("UNIQUE INDEX i ON t (b, c) WHERE a > ''", false),
        ("INDEX i ON t (b)", false),
    ] {
        let expected: &[Code] = if fails { &[Code::Assumes] } else { &[] };
        assert_eq!(of_up(table, "", &format!("CREATE {index};")), expected, "{index}");
    }
}

/// A script that only reads old tables depends on their values just like one that changes them.
#[test]
fn copies_into_new_tables_are_tried_on_edge_rows() {
    let copied = |column: &str, selected: &str| {
        format!(
            "CREATE TABLE g (item INTEGER NOT NULL, v {column}); INSERT INTO g (item, v) SELECT id, {selected} FROM item;"
        )
    };
    for (column, selected, fails) in [
        ("INTEGER NOT NULL CHECK (v > 0)", "price", true),
        ("TEXT", "json_extract(title, '$.x')", true),
        ("TEXT UNIQUE", "lower(title)", true),
        ("TEXT", "lower(title)", false),
        ("INTEGER NOT NULL", "price", false),
    ] {
        let expected: &[Code] = if fails { &[Code::Assumes] } else { &[] };
        assert_eq!(of_up(TABLES, "", &copied(column, selected)), expected, "{column}, {selected}");
    }
}
