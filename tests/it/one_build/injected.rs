//! Known kinds of defects in random places of sound sets: the first build names nine of ten, and reports nothing
//! about a file without a defect.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use migratory_analysis::Options;
use rusqlite::Connection;

use super::found;

/// The number of defects per set.
const DEFECTS: usize = 4;
/// The folders, and how many broken sets each of them yields unless `MIGRATORY_TEST_SETS` sets another number.
const FOLDERS: [(&str, u64); 2] = [("migrations", 4), ("tests/ordinary/migrations", 2)];

/// Xorshift: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// The files of a migration, and the tables before and after it.
#[derive(Clone)]
struct Migration {
    stem: String,
    up: String,
    down: String,
    tables: Vec<String>,
}

/// Breaks a migration, and returns the code and the file of the expected finding; `None` if this kind doesn't fit.
type Break = fn(&mut Migration, &mut Random, usize) -> Option<(&'static str, &'static str)>;

const KINDS: [Break; 11] = [
    |it, random, number| {
        let table = random.one_of(&it.tables);
        append(&mut it.up, &format!("\nUPDATE \"{table}\" SET nothing_{number} = 1;\n"));
        Some(("M0501", "up"))
    },
    |it, _, _| {
        let (before, after) = it.up.split_once("\nCREATE TABLE ")?;
        let (name, rest) = after.split_once(" (")?;
        it.up = format!("{before}\nCREATE TABLE {name} (({rest}");
        Some(("M0501", "up"))
    },
    |it, _, number| {
        append(&mut it.up, &format!("\nINSERT INTO lost_{number} (x) VALUES (unixepohc());\n"));
        Some(("M0501", "up"))
    },
    |it, _, number| {
        append(&mut it.down, &format!("\nDROP INDEX nowhere_{number};\n"));
        Some(("M0502", "down"))
    },
    |it, _, _| {
        let (before, after) = it.down.split_once("\nDROP TABLE ")?;
        let (name, rest) = after.split_once(';')?;
        it.down = format!("{before}\nDROP TABLE {name}z;{rest}");
        Some(("M0502", "down"))
    },
    |it, _, _| {
        let at = it.down.find("\nDROP TABLE ")?;
        let end = at + it.down[at..].find(';')? + 1;
        it.down.replace_range(at..end, "\nDELETE FROM sqlite_sequence WHERE 0;");
        Some(("M0503", "down")).filter(|_| it.up.contains("AUTOINCREMENT"))
    },
    |it, random, number| {
        let table = random.one_of(&it.tables);
        append(
            &mut it.up,
            &format!(
                "\nCREATE INDEX left_{number} ON \"{table}\" (1);\nDROP INDEX left_{number};\nCREATE VIEW left_{number} AS SELECT 1;\n"
            ),
        );
        Some(("M0503", "down"))
    },
    |it, random, _| {
        let table = random.one_of(&it.tables);
        append(&mut it.up, &format!("\nDELETE FROM \"{table}\" WHERE rowid = ?;\n"));
        Some(("M0307", "up"))
    },
    |it, _, _| {
        it.up = format!("-- migratory: irreversble: why\n{}", it.up);
        Some(("M0401", "up"))
    },
    |it, random, _| {
        let table = random.one_of(&it.tables);
        append(&mut it.up, &format!("\nCREATE TABLE IF NOT EXISTS \"{table}\" (other);\n"));
        Some(("M0608", "up"))
    },
    |it, random, number| {
        let table = random.one_of(&it.tables);
        // Two rows always share the value 1.
        append(
            &mut it.up,
            &format!(
                "\nCREATE UNIQUE INDEX one_{number} ON \"{table}\" ((1));\nDROP INDEX one_{number};\n"
            ),
        );
        Some(("M0505", "up"))
    },
];

fn append(script: &mut String, more: &str) {
    script.push_str(more);
}

/// Returns the migrations of a folder after the first, so that there are tables to break.
fn migrations(folder: &str) -> Vec<Migration> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let names = fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    let conn = Connection::open_in_memory().unwrap();
    let mut before: BTreeSet<String> = BTreeSet::new();
    let mut migrations = Vec::new();
    for stem in names.iter().filter_map(|name| name.strip_suffix(".up.sql")) {
        let read = |direction| {
            fs::read_to_string(folder.join(format!("{stem}.{direction}.sql"))).unwrap_or_default()
        };
        let (up, down) = (read("up"), read("down"));
        conn.execute_batch(&up).unwrap();
        let after = tables(&conn);
        let kept = before.intersection(&after).cloned().collect();
        let stem = stem.to_owned();
        migrations.push(Migration { stem, up, down, tables: kept });
        before = after;
    }
    migrations
}

fn tables(conn: &Connection) -> BTreeSet<String> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
        AND name NOT LIKE 'sqlite%' AND NOT wr";
    let mut statement = conn.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.map(Result::unwrap).collect()
}

/// Returns the expected and the actual findings of a set with defects.
fn broken(sound: &[Migration], seed: u64) -> [BTreeSet<String>; 2] {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut set = sound.to_vec();
    let mut expected = BTreeSet::new();
    let mut places = BTreeSet::new();
    while expected.len() < DEFECTS {
        let at = random.below(set.len());
        let is_fit = !set[at].tables.is_empty() && !set[at].down.is_empty();
        if !is_fit || places.contains(&at) {
            continue;
        }
        let mut migration = set[at].clone();
        let number = expected.len();
        let kind = random.one_of(&KINDS);
        let Some((code, direction)) = kind(&mut migration, &mut random, number) else { continue };
        places.insert(at);
        expected.insert(format!("{code} {}.{direction}", migration.stem));
        set[at] = migration;
    }
    let mut files = Vec::new();
    for Migration { stem, up, down, .. } in &set {
        files.push((format!("{stem}.up"), up.as_str()));
        if !down.is_empty() {
            files.push((format!("{stem}.down"), down.as_str()));
        }
    }
    let files: Vec<_> = files.iter().map(|(name, sql)| (name.as_str(), *sql)).collect();
    [expected, found(&files, &Options::default())]
}

#[test]
fn the_first_build_names_nine_of_ten_defects_and_nothing_else() {
    let wanted = std::env::var("MIGRATORY_TEST_SETS").ok().and_then(|it| it.parse().ok());
    let (mut put, mut named, mut missed, mut wrong) = (0, 0, Vec::new(), Vec::new());
    for (folder, sets) in FOLDERS {
        let sound = migrations(folder);
        for seed in 1..=wanted.unwrap_or(sets) {
            let [expected, found] = broken(&sound, seed);
            put += expected.len();
            named += expected.intersection(&found).count();
            missed.extend(expected.difference(&found).map(|it| format!("{folder} {seed}: {it}")));
            let file = |it: &String| it.split_once(' ').unwrap().1.to_owned();
            let files: BTreeSet<_> = expected.iter().map(file).collect();
            let others = found.iter().filter(|it| !files.contains(&file(it)));
            wrong.extend(others.map(|it| format!("{folder} {seed}: {it} beside {expected:?}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(named * 10 >= put * 9, "{named} of {put} are named\n{}", missed.join("\n"));
}
