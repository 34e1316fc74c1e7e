//! Rows that a down doesn't restore, because the up moved only some of them, or gave them a value that others share.

use migratory_analysis::Options;

use crate::support::findings;

/// A table, an up and a down that lose something, and the differences of a correct pair.
struct Pair {
    table: &'static str,
    up: &'static str,
    down: &'static str,
    wrong: &'static str,
    right: &'static str,
}

const PAIRS: [Pair; 2] = [
    Pair {
        table: "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);",
        up: "CREATE TABLE k (id INTEGER PRIMARY KEY, b TEXT); INSERT INTO k SELECT id, b FROM t WHERE a IS NOT NULL; ALTER TABLE t DROP COLUMN b;",
        down: "ALTER TABLE t ADD COLUMN b TEXT; UPDATE t SET b = (SELECT b FROM k WHERE k.id = t.id); DROP TABLE k;",
        wrong: "WHERE a IS",
        right: "WHERE b IS",
    },
    Pair {
        table: "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, c TEXT);",
        up: "CREATE TABLE k (a TEXT NOT NULL, c TEXT); INSERT INTO k SELECT t.a, c FROM t; ALTER TABLE t DROP COLUMN c;",
        down: "ALTER TABLE t ADD COLUMN c TEXT; UPDATE t SET c = (SELECT c FROM k WHERE k.a = t.a); DROP TABLE k;",
        wrong: "t.a",
        right: "t.id",
    },
];

#[test]
fn a_down_that_does_not_restore_what_the_up_moved_is_refused() {
    for Pair { table, up, down, wrong, right } in PAIRS {
        let codes = |change: &dyn Fn(&str) -> String| {
            let (up, down) = (change(up), change(down));
            let files = [
                ("1_a.up", table),
                ("1_a.down", "DROP TABLE t;"),
                ("2_b.up", up.as_str()),
                ("2_b.down", down.as_str()),
            ];
            let found = findings(&files, &Options::default());
            found.iter().map(|finding| finding.code.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(codes(&str::to_owned), ["M0507"], "{up} {down}");
        let of_right = codes(&|text| text.replace(wrong, right));
        assert!(of_right.is_empty(), "{of_right:?} {up} {down}");
    }
}
