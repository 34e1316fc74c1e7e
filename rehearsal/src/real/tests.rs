//! Migrations on databases with rows, and the results of the comparison.

use std::fs;
use std::path::Path;

use migratory_runtime::{MigrationSet, Runner, Target, Version};
use rusqlite::Connection;

use super::*;
use migratory_analysis::Options;

mod fine;
mod hostile;
mod losses;

/// A set of two migrations, the second of which is pending, and the rows of a database at the
/// first.
pub(super) struct Case<'a> {
    pub(super) first: &'a str,
    pub(super) rows: &'a str,
    pub(super) up: &'a str,
    pub(super) down: &'a str,
}

/// Describes the result of a comparison in lines.
pub(super) fn described(comparison: &Comparison) -> String {
    let mut lines: Vec<_> = comparison.differences.iter().map(line).collect();
    lines.extend(comparison.left.iter().map(|left| format!("left {}: {}", left.table, left.why)));
    lines.join("; ")
}

fn line(difference: &Difference) -> String {
    let Difference { table, what, rows, samples, standing } = difference;
    let standing = match standing {
        Standing::Lost => "lost",
        Standing::Intended(file) if file.contains("up") => "up says",
        Standing::Intended(_) => "down says",
        Standing::Improved => "improved",
    };
    let what = match what {
        What::Gone => "rows of".to_owned(),
        What::Repeated => "again of".to_owned(),
        What::Added => "more of".to_owned(),
        What::Value(column) => format!("{column} of"),
        What::Counter => "counter of".to_owned(),
    };
    let sample = |it: &Sample| match (&it.before, &it.after) {
        (Some(before), Some(after)) => format!("{} {before}>{after}", it.row),
        _ => it.row.clone(),
    };
    let samples: Vec<_> = samples.iter().map(sample).collect();
    format!("{standing} {rows} {what} {table} ({})", samples.join(" | "))
}

/// Compares after the up, and after up and down; an error takes the place of the result.
pub(super) fn rehearse(case: &Case<'_>, memory: usize) -> [Result<Comparison, String>; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join("migrations").join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("1_a.up.sql", case.first);
    write("1_a.down.sql", "-- migratory: nothing-to-undo: it is not asked for");
    write("2_b.up.sql", case.up);
    write("2_b.down.sql", case.down);
    let checked = migratory_analysis::check(folder.path(), "migrations", &Options::default())
        .expect("a sound set");
    let scripts = Scripts::after(&checked, &Options::default(), Some(Version::new(1)));
    assert_eq!(scripts.unread(), None, "{}", case.up);
    let migrations = checked.migrations();
    let set = MigrationSet::new(&migrations);
    let runner = Runner::new(&set);
    let file = |name: &str| folder.path().join(name);
    let mut conn = Connection::open(file("copy.db")).expect("a database");
    conn.execute_batch("PRAGMA synchronous = OFF").expect("no sync");
    runner.to(&mut conn, Version::new(1)).expect("the first version");
    conn.execute_batch(case.rows).expect(case.rows);
    fs::copy(file("copy.db"), file("before.db")).expect("a copy");
    let mut go = |target: Target, way: Way<'_>| {
        runner.to(&mut conn, target).map_err(|error| error.to_string())?;
        Ok(compared(folder.path(), &way, memory))
    };
    let up = go(Target::Latest, scripts.up());
    let back = go(Target::Version(Version::new(1)), scripts.up_and_down());
    [up, back]
}

fn compared(folder: &Path, way: &Way<'_>, memory: usize) -> Comparison {
    let open = |name: &str| Connection::open(folder.join(name)).expect(name);
    let room = Room { folder: folder.to_owned(), memory };
    compare(&open("before.db"), &open("copy.db"), way, &room, &mut |_, _| ()).expect("it is read")
}
