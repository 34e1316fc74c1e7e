//! The time to rebuild a table of a million rows, and whether its children survive.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::process;
use crate::program::Program;
use crate::rounds::{self, Contender, Reading};
use crate::section::{Column, compared, written};
use crate::{sets, sql};

const ITEMS: usize = 1_000_000;
const NOTES: usize = 200_000;
const ROUNDS: usize = 5;

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let folder = place.empty("rebuild")?;
    let rows = folder.join("rows.sql");
    fs::write(&rows, sql::rows(ITEMS, NOTES))?;
    let mut contenders = Vec::new();
    let mut labels = Vec::new();
    for peer in &peer::ALL {
        let template = template(place, peer, &folder, &rows)?;
        let program = Program::build(place, peer, "rebuild")?;
        labels.push(vec![peer.name.to_owned(), peer.foreign_keys.to_owned()]);
        let sample = folder.join("sample.db");
        contenders.push(Contender::new(peer.name, move || {
            copy(&template, &sample)?;
            let took = program.median("rebuild", &sample, &[])?;
            judge(&program, &sample, took)
        }));
    }
    if let Some(version) = shell_version() {
        labels.push(vec![
            format!("the shell `sqlite3` {version}"),
            "off before the transaction; touched tables checked inside".into(),
        ]);
        contenders.push(shell(place, &folder)?);
    }
    let values = rounds::run(&mut contenders, rounds)?;
    drop(contenders);
    fs::remove_dir_all(&folder)?;
    let column = Column { title: "a million rows".into(), values };
    Ok(written(
        "A table rebuilt",
        "How long does SQLite's recommended rebuild (create, copy, drop, rename, index) take for a table of 1,000,000 \
         rows with an index, to which 200,000 rows of another table refer `ON DELETE CASCADE`? `bare` runs the same \
         SQL.",
        &compared(&labels, &["library", "foreign keys"], &[column]),
        &format!(
            "{rounds} rounds of one sample, each on a new copy that was synced before. The time includes opening it, \
             but not copying it. After each run the driver counts the rows of both tables, and would report a run \
             that lost rows instead of its time. All libraries but migratory leave foreign keys to the caller; with \
             enforcement on, the rebuild deletes all 200,000 rows, and the libraries report success."
        ),
    ))
}

/// Creates the database before the rebuild, with all rows.
fn template(place: &Place, peer: &Peer, folder: &Path, rows: &Path) -> Outcome<PathBuf> {
    let template = folder.join(format!("{}.db", peer.name));
    let program = Program::build(place, peer, "base")?;
    program.text("prepare", &template, &[rows.to_str().ok_or("a path that is no text")?])?;
    Ok(template)
}

/// Copies the template, and syncs the copy to disk.
fn copy(template: &Path, sample: &Path) -> Outcome {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", sample.display()));
    }
    fs::copy(template, sample)?;
    Ok(File::open(sample)?.sync_all()?)
}

/// Counts the rows afterwards, and checks that the table is the new one.
fn judge(program: &Program, sample: &Path, took: f64) -> Outcome<Reading> {
    let count = |sql: &str| program.median("number", sample, &[sql]);
    let items = count("SELECT count(*) FROM item")?;
    let notes = count("SELECT count(*) FROM note")?;
    let forced = count("SELECT \"notnull\" FROM pragma_table_info('item') WHERE name = 'amount'")?;
    Ok(verdict(took, [items, notes], forced > 0.0))
}

#[allow(clippy::cast_precision_loss, reason = "counts are below 2^52")]
fn verdict(took: f64, [items, notes]: [f64; 2], is_old: bool) -> Reading {
    if is_old {
        Reading::Wrong("did not rebuild the table".into())
    } else if (items, notes) == (ITEMS as f64, NOTES as f64) {
        Reading::Value(took)
    } else {
        let lost = [ITEMS as f64 - items, NOTES as f64 - notes].map(crate::unit::thousands);
        Reading::Wrong(format!("lost {} rows, and {} that refer to them", lost[0], lost[1]))
    }
}

/// Runs the same SQL in SQLite's shell, which has a different version and starts anew each time.
fn shell<'a>(place: &Place, folder: &Path) -> Outcome<Contender<'a>> {
    let script = folder.join("shell.sql");
    fs::write(&script, shell_script())?;
    let template = folder.join("bare.db");
    let sample = folder.join("sample.db");
    let counter = Program::build(place, &peer::ALL[0], "rebuild")?;
    Ok(Contender::new("sqlite3", move || {
        copy(&template, &sample)?;
        let mut command = Command::new("sqlite3");
        command.arg("-bail").arg(&sample).stdin(File::open(&script)?);
        let took = process::timed("sqlite3", &mut command)?.wall.as_secs_f64() * 1e9;
        judge(&counter, &sample, took)
    }))
}

fn shell_script() -> String {
    let recipe = sets::script("rebuild", &sets::named("rebuild"));
    format!(
        "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n{recipe}PRAGMA foreign_key_check(item);\n\
         PRAGMA foreign_key_check(note);\nCOMMIT;\n"
    )
}

fn shell_version() -> Option<String> {
    let version = process::output("sqlite3", Command::new("sqlite3").arg("--version")).ok()?;
    version.split_whitespace().next().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_loses_rows_is_not_timed() {
        let text = |counts, is_old| match verdict(1.0, counts, is_old) {
            Reading::Value(_) => "fine".to_owned(),
            Reading::Wrong(why) => why,
        };
        assert_eq!(text([1e6, 2e5], false), "fine");
        assert_eq!(text([1e6, 0.0], false), "lost 0 rows, and 200,000 that refer to them");
        assert_eq!(text([1e6, 2e5], true), "did not rebuild the table");
    }
}
