//! Runs up, down and up again on a copy, and compares it with its original state.

use std::time::Instant;

use migratory_rehearsal::confine;
use migratory_rehearsal::real::{self, Comparison, Left, Scripts, Unmet, Way, harmless};
use migratory_rehearsal::schema::{self, Schema};
use migratory_runtime::rusqlite::config::DbConfig;
use migratory_runtime::rusqlite::{self, Connection};
use migratory_runtime::{Difference, Drift, Plan, Runner, Target, Version};

use super::copies::{Copies, is_full, size, unsound};
use super::text::falsified;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::progress::Progress;
use crate::set::Set;
use crate::stop::Stop;

/// What one migration did to the copy.
pub(super) struct Measured {
    pub(super) version: Version,
    pub(super) name: String,
    pub(super) seconds: f64,
    /// In bytes.
    pub(super) growth: i64,
}

/// The result of a rehearsal.
#[derive(Default)]
pub(crate) struct Seen {
    pub(super) steps: Vec<Measured>,
    /// The migrations' assumptions that are false for these rows.
    pub(super) unmet: Vec<Unmet>,
    /// The comparison after the up.
    pub(super) up: Compared,
    pub(super) back: Back,
    /// Why it is unknown what the scripts change on purpose.
    pub(super) unread: Option<String>,
    /// The problems that SQLite's check finds in the copy at the end.
    pub(super) unsound: Option<String>,
}

/// The result of a comparison.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) rows: Comparison,
    /// Full-text indexes that no longer match their content, each with SQLite's message.
    pub(super) stale: Vec<(String, String)>,
    /// Unexpected differences of the schema.
    pub(super) schema: Vec<String>,
    /// The duration of the comparison.
    pub(super) seconds: f64,
}

/// The result of rolling back.
#[derive(Default)]
pub(super) enum Back {
    /// Nothing was pending.
    #[default]
    Nothing,
    /// It can't be rolled back, for this reason.
    OneWay(String),
    /// It was rolled back and applied again.
    Down(Box<Compared>),
    /// Rolling back failed, or applying again did.
    Failed(Failure),
}

impl Compared {
    /// Returns whether anything is missing that no script mentions.
    pub(super) fn has_losses(&self) -> bool {
        self.rows.losses().next().is_some() || !self.stale.is_empty() || !self.schema.is_empty()
    }

    /// Returns whether everything was compared and is unchanged.
    pub(super) fn is_same(&self) -> bool {
        self.rows.is_same() && self.stale.is_empty() && self.schema.is_empty()
    }
}

impl Seen {
    pub(crate) fn exit(&self) -> Exit {
        match &self.back {
            Back::Failed(failure) if !self.up.has_losses() => failure.exit,
            Back::Down(back) if back.has_losses() => Exit::Findings,
            _ if self.up.has_losses() || self.unsound.is_some() => Exit::Findings,
            _ if !self.unmet.is_empty() => Exit::Findings,
            _ => Exit::Done,
        }
    }
}

/// The inputs of a rehearsal.
struct Course<'c> {
    copies: &'c Copies,
    stop: &'c Stop,
    progress: &'c Progress,
    scripts: Scripts,
    /// Full-text indexes that didn't match before.
    was_stale: Vec<(String, String)>,
}

/// Rehearses the pending migrations on the copy: up, down and up again.
pub(crate) fn course(set: &Set, copies: &Copies, stop: &Stop, progress: &Progress) -> Result<Seen> {
    let mut conn = database::open(copies.copy(), Access::Write)?;
    stop.interrupts(&mut conn);
    // Confine the scripts, so that they can change only the copy.
    confine(&mut conn, set.options)?;
    let runner = set.runner();
    let runner = runner.observer(|event| progress.show(event, stop));
    let start = runner.status(&conn)?.current();
    let plan = runner.plan(&conn, Target::Latest)?;
    if plan.is_empty() {
        return Ok(Seen::default());
    }
    progress.stage("asking the full-text indexes");
    let was_stale = real::stale_indexes(&conn)?;
    let (steps, unmet) = up(set, &runner, &mut conn, &plan)?;
    progress.stage("reading the scripts");
    let scripts = Scripts::after(set.checked, set.options, start);
    let unread = scripts.unread().map(harmless);
    let course = Course { copies, stop, progress, scripts, was_stale };
    let up = course.compared(&conn, &course.scripts.up())?;
    let mut seen = Seen { steps, unmet, up, back: Back::Nothing, unread, unsound: None };
    let target = start.map_or(Target::Empty, Target::Version);
    seen.back = course.back(&runner, &mut conn, target)?;
    progress.stage("checking the copy");
    seen.unsound = unsound(&conn)?;
    Ok(seen)
}

/// Applies the pending migrations one after the other, and tests the assumptions of each before it
/// runs.
fn up(
    set: &Set,
    runner: &Runner<'_>,
    conn: &mut Connection,
    plan: &Plan,
) -> Result<(Vec<Measured>, Vec<Unmet>)> {
    let (mut measured, mut all) = (Vec::new(), Vec::new());
    for step in plan.steps() {
        let migration = set.checked.set().iter().find(|it| it.version == step.version);
        if let Some(migration) = migration {
            all.extend(real::unmet(conn, migration)?);
        }
        let (room, begin) = (signed(size(conn)?), Instant::now());
        if let Err(error) = runner.to(conn, step.version) {
            let failure = Failure::from(error);
            return Err(all.iter().fold(failure, |failure, unmet| failure.help(falsified(unmet))));
        }
        let seconds = begin.elapsed().as_secs_f64();
        let growth = signed(size(conn)?) - room;
        let name = step.name.clone();
        measured.push(Measured { version: step.version, name, seconds, growth });
    }
    Ok((measured, all))
}

fn full(error: rusqlite::Error) -> Failure {
    Failure::new("there isn't enough disk space to compare a table whose rows changed their order")
        .because(error)
        .help("to use another folder for temporary files, set `TMPDIR`")
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// Returns what the downs do not restore of the schema. As in `check`, a table whose columns come in
/// another order counts as restored.
fn not_restored(before: &Connection, after: &Connection) -> Result<Vec<String>> {
    let drift = Drift::of(before, after)?;
    if drift.is_empty() {
        return Ok(Vec::new());
    }
    let differences = schema::differences(&Schema::read(before)?, &Schema::read(after)?);
    let is_reordered = |name: &str| {
        let mut of_table = differences.iter().filter(|it| it.name == *name).peekable();
        of_table.peek().is_some() && of_table.all(schema::Difference::is_order_only)
    };
    let others = drift.differences().iter().filter(|it| !is_reordered(&it.name));
    let line =
        |it: &Difference| format!("{} {}: the definition differs", it.object, harmless(&it.name));
    Ok(others.map(line).collect())
}

impl Course<'_> {
    /// Rolls the copy back, compares it, and applies the migrations again.
    fn back(&self, runner: &Runner<'_>, conn: &mut Connection, target: Target) -> Result<Back> {
        match runner.to(conn, target) {
            Ok(_) => {}
            Err(error) if error.is_irreversible() => {
                let why = error.to_string().lines().next().unwrap_or_default().to_owned();
                return Ok(Back::OneWay(why));
            }
            Err(error) => return self.failed(error.into()),
        }
        let mut compared = self.compared(conn, &self.scripts.up_and_down())?;
        compared.schema = not_restored(&self.copies.before()?, conn)?;
        match runner.up(conn) {
            Ok(_) => Ok(Back::Down(Box::new(compared))),
            Err(error) => self.failed(error.into()),
        }
    }

    fn failed(&self, failure: Failure) -> Result<Back> {
        self.stop.check()?;
        Ok(Back::Failed(failure))
    }

    /// Compares the copy with the original state.
    fn compared(&self, conn: &Connection, way: &Way<'_>) -> Result<Compared> {
        let begin = Instant::now();
        let before = self.reader(self.copies.before()?)?;
        let after = self.reader(database::open(self.copies.copy(), Access::Read)?)?;
        let mut progress = |table: &str, rows: u64| {
            self.progress.stage(&format!("comparing {table}: {rows} rows"));
        };
        let room = self.copies.room();
        let rows = real::compare(&before, &after, way, &room, &mut progress);
        let mut rows =
            rows.map_err(|error| if is_full(&error) { full(error) } else { error.into() })?;
        let mut stale = real::stale_indexes(conn)?;
        stale.retain(|(index, _)| self.was_stale.iter().all(|(before, _)| before != index));
        let why = "its index did not match its rows before".to_owned();
        let was_stale = self.was_stale.iter().map(|(table, _)| (table.clone(), why.clone()));
        rows.left.extend(was_stale.map(|(table, why)| Left { table, why }));
        let seconds = begin.elapsed().as_secs_f64();
        Ok(Compared { rows, stale, schema: Vec::new(), seconds })
    }

    /// Makes a connection read-only. Functions that the file's schema calls may only compute.
    fn reader(&self, mut conn: Connection) -> Result<Connection> {
        self.stop.interrupts(&mut conn);
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        Ok(conn)
    }
}
