//! A copy that names both the old and the new value is trusted for these values, and for no others.

use migratory_analysis::{Code, Options};

use crate::support::findings;

/// A rebuild of `t` whose copies compute the column `x` with these expressions.
struct Rebuild<'a> {
    /// The definition of the column before and after.
    columns: [&'a str; 2],
    /// The expressions of the up and of the down.
    copies: [&'a str; 2],
}

impl Rebuild<'_> {
    fn codes(&self) -> Vec<Code> {
        let [old, new] = self.columns;
        let script = |to: &str, value: &str| {
            format!(
                "CREATE TABLE n (id INTEGER PRIMARY KEY, x {to}, y TEXT);\n\
                 INSERT INTO n (id, x, y) SELECT id, {value}, y FROM t;\n\
                 DROP TABLE t;\nALTER TABLE n RENAME TO t;\n"
            )
        };
        let first = format!("CREATE TABLE t (id INTEGER PRIMARY KEY, x {old}, y TEXT);");
        let files = [
            ("1_a.up", first.as_str()),
            ("1_a.down", "DROP TABLE t;"),
            ("2_b.up", &script(new, self.copies[0])),
            ("2_b.down", &script(old, self.copies[1])),
        ];
        findings(&files, &Options::default()).iter().map(|each| each.code).collect()
    }
}

const STATES: [&str; 2] =
    ["TEXT NOT NULL CHECK (x IN ('new', 'done'))", "TEXT NOT NULL CHECK (x IN ('queued', 'done'))"];

#[test]
fn a_copy_may_replace_the_values_that_it_names() {
    for (columns, copies) in [
        (
            STATES,
            [
                "CASE x WHEN 'new' THEN 'queued' ELSE x END",
                "CASE x WHEN 'queued' THEN 'new' ELSE x END",
            ],
        ),
        (
            STATES,
            [
                "CASE WHEN t.x = 'new' THEN 'queued' ELSE x END AS x",
                "(CASE WHEN x IN ('queued') THEN 'new' ELSE x END)",
            ],
        ),
        (
            ["TEXT NOT NULL CHECK (x IN ('low', 'high'))", "INTEGER NOT NULL CHECK (x IN (1, 2))"],
            [
                "CASE x WHEN 'low' THEN 1 WHEN 'high' THEN 2 END",
                "CASE x WHEN 1 THEN 'low' WHEN 2 THEN 'high' END",
            ],
        ),
        (
            ["TEXT NOT NULL CHECK (x IN ('yes', 'no'))", "INTEGER NOT NULL CHECK (x IN (0, 1))"],
            ["CASE x WHEN 'yes' THEN 1 ELSE 0 END", "iif(x = 1, 'yes', 'no')"],
        ),
        (
            ["INTEGER NOT NULL CHECK (x = 0 OR x > 1900)", "INTEGER CHECK (x > 1900)"],
            ["nullif(x, 0)", "coalesce(x, 0)"],
        ),
        (["TEXT", "TEXT NOT NULL"], ["coalesce(x, '')", "nullif(x, '')"]),
        (["TEXT", "TEXT NOT NULL"], ["ifnull(nullif(x, 'none'), '')", "nullif(x, '')"]),
    ] {
        assert_eq!(Rebuild { columns, copies }.codes(), [], "{copies:?}");
    }
}

#[test]
fn a_copy_that_changes_other_values_is_a_loss() {
    for (columns, copies) in [
        // The rest becomes NULL, or the same value.
        (["TEXT", "TEXT"], ["CASE x WHEN 'a' THEN 'b' END", "x"]),
        (["TEXT", "TEXT"], ["CASE x WHEN 'a' THEN 'b' ELSE 'c' END", "x"]),
        (
            ["TEXT NOT NULL CHECK (x IN ('a', 'b', 'c'))", "INTEGER NOT NULL CHECK (x IN (0, 1))"],
            ["CASE x WHEN 'a' THEN 1 ELSE 0 END", "CASE x WHEN 1 THEN 'a' ELSE 'b' END"],
        ),
        // The rest is converted.
        (["TEXT", "TEXT"], ["CASE x WHEN 'a' THEN 'b' ELSE lower(x) END", "x"]),
        (["TEXT", "INTEGER"], ["nullif(x, '')", "x"]),
        (["INTEGER", "INTEGER"], ["nullif(x / 100, 0)", "x"]),
        // The copy names no value.
        (["TEXT", "TEXT"], ["CASE WHEN x IS NOT NULL THEN 'b' END", "x"]),
        (["TEXT", "TEXT"], ["CASE WHEN x <> 'a' THEN 'b' ELSE x END", "x"]),
        // The copy names the values of another column.
        (["TEXT", "TEXT"], ["CASE y WHEN 'a' THEN 'b' ELSE y END", "x"]),
        // The down restores another value than there was.
        (
            STATES,
            [
                "CASE x WHEN 'new' THEN 'queued' ELSE x END",
                "CASE x WHEN 'queued' THEN 'done' ELSE x END",
            ],
        ),
    ] {
        let codes = Rebuild { columns, copies }.codes();
        assert!(codes.contains(&Code::ValuesMove), "{copies:?}: {codes:?}");
    }
}
