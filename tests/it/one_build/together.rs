//! Independent defects in one file: its findings are those of each defect in a file of its own.

use std::fmt::Write as _;

use migratory_analysis::Options;

use crate::support::findings;

/// A defect of a file, in tables of its own: `@` stands for the prefix of their names.
struct Defect {
    name: &'static str,
    /// The schema before the file.
    before: &'static str,
    up: &'static str,
    /// The codes of its findings.
    codes: &'static [&'static str],
}

/// The prefixes of the tables' names, by the place of the defect in the file.
const LETTERS: [&str; 4] = ["a_", "b_", "c_", "d_"];

const T: &str = "CREATE TABLE @t (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL);";

const DEFECTS: [Defect; 20] = [
    Defect {
        name: "an index that duplicates break",
        before: T,
        up: "CREATE UNIQUE INDEX @name ON @t (name);",
        codes: &["M0510"],
    },
    Defect {
        name: "an index that texts break which differ only in case",
        before: "CREATE TABLE @t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);",
        up: "CREATE UNIQUE INDEX @name ON @t (lower(name));",
        codes: &["M0510"],
    },
    Defect {
        name: "a copy that a NULL breaks",
        before: T,
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, name TEXT NOT NULL, pos INTEGER NOT NULL);
             INSERT INTO @n (id, name, pos) SELECT id, name, pos FROM @t;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0510"],
    },
    Defect {
        name: "a copy that a CHECK refuses",
        before: T,
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL CHECK (pos >= 0));
             INSERT INTO @n (id, name, pos) SELECT id, name, pos FROM @t;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0510"],
    },
    Defect {
        name: "a copy that STRICT refuses",
        before: T,
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL) STRICT;
             INSERT INTO @n (id, name, pos) SELECT id, name, pos FROM @t;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0510"],
    },
    Defect {
        name: "a copy that filters",
        before: T,
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL);
             INSERT INTO @n (id, name, pos) SELECT id, name, pos FROM @t WHERE pos > 0;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0506"],
    },
    Defect {
        name: "a copy that omits NULLs",
        before: T,
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL);
             INSERT INTO @n (id, name, pos) SELECT id, name, pos FROM @t WHERE name IS NOT NULL;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0506"],
    },
    Defect {
        name: "a copy that forgets a column",
        before: T,
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, name TEXT, pos INTEGER NOT NULL);
             INSERT INTO @n (id, pos) SELECT id, pos FROM @t;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0507"],
    },
    Defect {
        name: "a copy that converts",
        before: T,
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, name INTEGER, pos INTEGER NOT NULL);
             INSERT INTO @n (id, name, pos) SELECT id, name, pos FROM @t;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0507"],
    },
    Defect {
        name: "a copy that repeats rows",
        before: "CREATE TABLE @t (code TEXT, name TEXT); CREATE TABLE @o (code TEXT);",
        up: "CREATE TABLE @n (code TEXT, name TEXT);
             INSERT INTO @n (code, name) SELECT @t.code, @t.name FROM @t LEFT JOIN @o ON true;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0513"],
    },
    Defect {
        name: "a new required column without a value",
        before: T,
        up: "ALTER TABLE @t ADD COLUMN more TEXT NOT NULL;",
        codes: &["M0505"],
    },
    Defect {
        name: "numbers incremented by one",
        before: "CREATE TABLE @t (id INTEGER PRIMARY KEY, pos INTEGER NOT NULL UNIQUE);",
        up: "UPDATE @t SET pos = pos + 1;",
        codes: &["M0510"],
    },
    Defect {
        name: "a seed of a fixed key",
        before: T,
        up: "INSERT INTO @t (id, name, pos) VALUES (1, 'first', 1);",
        codes: &["M0510"],
    },
    Defect {
        name: "a key that some values lack",
        before: "CREATE TABLE @p (id INTEGER PRIMARY KEY); CREATE TABLE @t (id INTEGER PRIMARY KEY, p INTEGER);",
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, p INTEGER REFERENCES @p (id));
             INSERT INTO @n (id, p) SELECT id, p FROM @t;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0510"],
    },
    Defect {
        name: "a dropped table",
        before: T,
        up: "DROP TABLE @t;",
        codes: &["M0605"],
    },
    Defect {
        name: "children that are deleted with their parent",
        before: "CREATE TABLE @t (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TABLE @c (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES @t (id) ON DELETE CASCADE);",
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '');
             INSERT INTO @n (id, name) SELECT id, coalesce(name, '') FROM @t;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0506"],
    },
    Defect {
        name: "a replaced parent",
        before: "CREATE TABLE @t (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TABLE @c (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES @t (id) ON DELETE CASCADE);",
        up: "INSERT OR REPLACE INTO @t (id, name) SELECT id, upper(name) FROM @t;",
        codes: &["M0610"],
    },
    Defect {
        name: "a positional copy",
        before: T,
        up: "CREATE TABLE @n (id INTEGER PRIMARY KEY, pos INTEGER NOT NULL, name TEXT);
             INSERT INTO @n SELECT * FROM @t;
             DROP TABLE @t; ALTER TABLE @n RENAME TO @t;",
        codes: &["M0604"],
    },
    Defect {
        name: "a table renamed to make room",
        before: "CREATE TABLE @t (id INTEGER PRIMARY KEY, name TEXT);
             CREATE TABLE @c (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES @t (id));",
        up: "ALTER TABLE @t RENAME TO @old; CREATE TABLE @t (id INTEGER PRIMARY KEY, name TEXT);
             INSERT INTO @t (id, name) SELECT id, name FROM @old;",
        codes: &["M0603"],
    },
    Defect {
        name: "an UPDATE that sets NULL where nothing matches",
        before: "CREATE TABLE @t (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE @o (t INTEGER, name TEXT);",
        up: "UPDATE @t SET name = (SELECT name FROM @o WHERE @o.t = @t.id);",
        codes: &["M0620"],
    },
];

/// Returns the code and message of each finding about a file with these defects and prefixes.
fn found(defects: &[(&Defect, &str)]) -> Vec<String> {
    let text = |of: fn(&Defect) -> &str| {
        let texts = defects.iter().map(|(defect, letter)| of(defect).replace('@', letter));
        texts.collect::<Vec<_>>().join("\n")
    };
    let before = text(|it| it.before);
    let up = format!("-- migratory: irreversible: for a test\n{}", text(|it| it.up));
    let options = Options::default().up_only(true);
    let findings = findings(&[("1_a.up", &before), ("2_b.up", &up)], &options);
    let mut found: Vec<_> =
        findings.iter().map(|each| format!("{} {}", each.code, uncounted(&each.message))).collect();
    found.sort();
    found
}

/// Removes the counts of rows from a message: they depend on the rows of other tables.
fn uncounted(message: &str) -> String {
    message.replace(|letter: char| letter.is_ascii_digit(), "")
}

/// Compares the findings about files with these defects, given by number, with those of each defect alone; returns
/// how many were tried, and the differences.
fn wrong(alone: &[[Vec<String>; 4]], files: impl Iterator<Item = Vec<usize>>) -> (usize, String) {
    let (mut tried, mut wrong) = (0, String::new());
    for file in files {
        let places = || file.iter().zip(0..);
        let defects: Vec<_> =
            places().map(|(number, place)| (&DEFECTS[*number], LETTERS[place])).collect();
        let expected = places().flat_map(|(number, place)| alone[*number][place].clone());
        let mut expected: Vec<_> = expected.collect();
        expected.sort();
        let found = found(&defects);
        tried += 1;
        if found != expected {
            let names: Vec<_> = defects.iter().map(|(defect, _)| defect.name).collect();
            let _ = writeln!(wrong, "{}\n  {expected:?}\n  {found:?}", names.join(" | "));
        }
    }
    (tried, wrong)
}

/// The first defect must not hide the others.
#[test]
fn every_defect_of_a_file_is_found_once() {
    let alone: Vec<_> = DEFECTS.iter().map(alone).collect();
    let count = DEFECTS.len();
    let all = std::env::var_os("MIGRATORY_TEST_SETS").is_some();
    let steps = if all { 0..count } else { 7..8 };
    let pairs = steps.flat_map(|step| (0..count).map(move |it| vec![it, (it + step) % count]));
    let fours = (0..count / 4).map(|it| (0..4).map(|nth| (it + nth * 5) % count).collect());
    let (tried, wrong) = wrong(&alone, pairs.chain(fours));
    assert!(wrong.is_empty(), "of {tried} files {}:\n{wrong}", wrong.lines().count() / 3);
}

/// Returns the findings about a defect that is alone in its file, for each prefix.
fn alone(defect: &Defect) -> [Vec<String>; 4] {
    let found = found(&[(defect, LETTERS[0])]);
    let codes: Vec<_> = found.iter().map(|it| &it[..5]).collect();
    assert_eq!(codes, defect.codes, "{}: {found:#?}", defect.name);
    LETTERS.map(|letter| found.iter().map(|it| it.replace(LETTERS[0], letter)).collect())
}
