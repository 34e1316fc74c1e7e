//! `rehearse`: the pending migrations on a copy of a real database, up, down and up again.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anstream::eprintln;
use clap::Args;
use migratory_analysis::confine;
use migratory_runtime::rusqlite::backup::Backup;
use migratory_runtime::rusqlite::{self, Connection};
use migratory_runtime::{Drift, Target, Version};
use serde_json::json;

use crate::context::Context;
use crate::database::{self, Access, tables};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{DIM, DONE, ERROR, WARN, say};
use crate::project::Project;
use crate::set::Set;
use crate::table::Table;

/// How many pages are copied at once, and the wait after them: others get to write in between.
const PAGES: i32 = 1024;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(1);

/// Runs all that is pending on a copy of a database: up, down, and up again
///
/// The original is opened read-only. It is told what each migration takes in time and room, how many rows each
/// table has before and after, and what would be lost.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory rehearse --database prod.db")]
pub(crate) struct Rehearse {
    /// Keeps the copy, as it is after the last up, at this path.
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,

    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// What one migration did to the copy.
struct Measured {
    version: Version,
    name: String,
    seconds: f64,
    /// In bytes.
    growth: i64,
}

/// All that was seen.
struct Seen {
    steps: Vec<Measured>,
    before: BTreeMap<String, i64>,
    after: BTreeMap<String, i64>,
    /// What is not as it was after the way back; `None` if there is no way back.
    back: Option<Vec<String>>,
    /// Why there is no way back.
    one_way: Option<String>,
}

impl Rehearse {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let project = Project::find(context)?;
        let original = database::path(context, Some(&project))?;
        let set = Set::of(&project)?;
        let folder = tempfile::tempdir()
            .map_err(|error| Failure::new("there is no room for a copy").because(error))?;
        let copy = self.keep.clone().unwrap_or_else(|| folder.path().join("copy.db"));
        reserve(&copy)?;
        duplicate(&original, &copy)?;
        let seen = rehearse(&set, &original, &copy)?;
        if self.json {
            seen.print_json();
        } else {
            seen.print();
        }
        if let Some(kept) = &self.keep {
            eprintln!("{DIM}the copy, after the last up: {}{DIM:#}", kept.display());
        }
        let is_fine = seen.lost().is_empty() && seen.back.as_ref().is_none_or(Vec::is_empty);
        Ok(if is_fine { Exit::Done } else { Exit::Findings })
    }
}

/// Makes an empty file for the copy that nobody else can read, where nothing is yet.
fn reserve(copy: &Path) -> Result<()> {
    let name = copy.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    if ["-wal", "-shm", "-journal"].iter().any(|end| name.ends_with(end)) {
        let shown = copy.display();
        return Err(Failure::new(format!("{shown} is a name for a part of a database"))
            .because("SQLite would take the copy for the log or the journal of another database")
            .help("name another file"));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(copy) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Failure::new(format!("{} exists already", copy.display()))
                .help("name another file"))
        }
        Err(error) => Err(Failure::unwritable(copy.display(), &error)),
    }
}

/// Copies the database, and writes nothing to it.
fn duplicate(original: &Path, copy: &Path) -> Result<()> {
    let source = database::open(original, Access::Read)?;
    let mut target = database::open(copy, Access::Create)?;
    Backup::new(&source, &mut target)?.run_to_completion(PAGES, PAUSE, None)?;
    let verdict: String = target.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(Failure::new(format!("{} is damaged", original.display()))
        .because(verdict)
        .help("mend it first; `.recover` of SQLite's shell saves what can be read"))
}

fn rehearse(set: &Set, original: &Path, copy: &Path) -> Result<Seen> {
    let mut conn = database::open(copy, Access::Write)?;
    // It is a copy so that nothing else is changed.
    confine(&mut conn, set.options)?;
    let runner = set.runner();
    let start = runner.status(&conn)?.current();
    let plan = runner.plan(&conn, Target::Latest)?;
    let before = rows(&conn)?;
    let mut steps = Vec::new();
    for step in plan.steps() {
        let (room, begin) = (size(&conn)?, Instant::now());
        runner.to(&mut conn, step.version)?;
        let (name, seconds) = (step.name.clone(), begin.elapsed().as_secs_f64());
        steps.push(Measured { version: step.version, name, seconds, growth: size(&conn)? - room });
    }
    let after = rows(&conn)?;
    sound(&conn)?;
    let mut seen = Seen { steps, before, after, back: None, one_way: None };
    if plan.is_empty() {
        return Ok(seen);
    }
    let target = start.map_or(Target::Empty, Target::Version);
    match runner.to(&mut conn, target) {
        Ok(_) => {
            // The original is as the copy was; a second copy would need the room once more.
            let was = database::open(original, Access::Read)?;
            seen.back = Some(differences(&was, &conn, &seen.before)?);
            runner.up(&mut conn)?;
            sound(&conn)?;
        }
        Err(error) if error.is_irreversible() => {
            seen.one_way = error.to_string().lines().next().map(str::to_owned);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(seen)
}

fn differences(
    was: &Connection,
    now: &Connection,
    rows_before: &BTreeMap<String, i64>,
) -> Result<Vec<String>> {
    let drift = Drift::of(was, now)?;
    let mut told: Vec<_> = drift
        .differences()
        .iter()
        .map(|it| format!("{} {}: another definition", it.object, it.name))
        .collect();
    let rows_now = rows(now)?;
    for (table, count) in rows_before {
        let found = rows_now.get(table).copied().unwrap_or(0);
        if found != *count {
            told.push(format!("table {table}: {count} rows before, {found} after the way back"));
        }
    }
    Ok(told)
}

fn sound(conn: &Connection) -> Result<()> {
    let verdict: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(Failure::new("the copy is not sound after the migrations")
        .because(verdict)
        .exit(Exit::Findings))
}

fn size(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row(
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        [],
        |row| row.get(0),
    )
}

/// How many rows each table has.
fn rows(conn: &Connection) -> Result<BTreeMap<String, i64>> {
    let mut rows = BTreeMap::new();
    for table in tables(conn)? {
        let count = table.ask(conn, "SELECT count(*) FROM {}")?;
        rows.insert(table.name, count);
    }
    Ok(rows)
}

impl Seen {
    /// The tables with fewer rows than before.
    fn lost(&self) -> Vec<String> {
        let fewer = self.before.iter().filter_map(|(table, before)| match self.after.get(table) {
            None if *before > 0 => Some(format!("table {table} and its {before} rows")),
            Some(after) if after < before => {
                Some(format!("{} of {before} rows of {table}", before - after))
            }
            _ => None,
        });
        fewer.collect()
    }

    fn print(&self) {
        if self.steps.is_empty() {
            say(format_args!("nothing is pending"));
            return;
        }
        let mut table = Table::new(&["version", "name", "took", "growth"], &[0, 2, 3]);
        for step in &self.steps {
            let took = format!("{:.3} s", step.seconds);
            table.row([step.version.to_string(), step.name.clone(), took, kib(step.growth)]);
        }
        table.lines().iter().for_each(|line| say(format_args!("{line}")));
        say("");
        let mut table = Table::new(&["table", "rows before", "rows after"], &[1, 2]);
        let names: std::collections::BTreeSet<_> =
            self.before.keys().chain(self.after.keys()).collect();
        let count = |rows: &BTreeMap<String, i64>, name: &String| {
            rows.get(name).map_or("-".to_owned(), ToString::to_string)
        };
        for name in names {
            table.row([name.clone(), count(&self.before, name), count(&self.after, name)]);
        }
        table.lines().iter().for_each(|line| say(format_args!("{line}")));
        say("");
        for lost in self.lost() {
            say(format_args!("{WARN}lost{WARN:#}: {lost}"));
        }
        match (&self.back, &self.one_way) {
            (Some(back), _) if back.is_empty() => {
                say(format_args!(
                    "{DONE}up, down and up again{DONE:#}: the copy is sound, and came back as it was"
                ));
            }
            (Some(back), _) => {
                say(format_args!("{ERROR}the way back{ERROR:#} does not restore the copy:"));
                for line in back {
                    say(format_args!("    {line}"));
                }
            }
            (None, Some(why)) => say(format_args!("{DONE}up{DONE:#}: the copy is sound; {why}")),
            (None, None) => say(format_args!("{DONE}up{DONE:#}: the copy is sound")),
        }
    }

    fn print_json(&self) {
        let steps = self.steps.iter().map(|step| {
            json!({ "version": step.version.get(), "name": step.name, "seconds": step.seconds, "growth": step.growth })
        });
        let told = json!({
            "steps": steps.collect::<Vec<_>>(),
            "rows_before": self.before,
            "rows_after": self.after,
            "lost": self.lost(),
            "reversible": self.one_way.is_none(),
            "not_restored": self.back,
        });
        say(format_args!("{told:#}"));
    }
}

fn kib(bytes: i64) -> String {
    format!("{} KiB", bytes / 1024)
}
