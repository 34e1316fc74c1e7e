//! Takes a copy up, down and up again, and compares it with what it was.

use std::time::Instant;

use migratory_rehearsal::confine;
use migratory_rehearsal::real::{self, Comparison, Left, Scripts, Unmet, Way, harmless};
use migratory_runtime::rusqlite::config::DbConfig;
use migratory_runtime::rusqlite::{self, Connection};
use migratory_runtime::{Drift, Plan, Runner, Target, Version};

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

/// All that was seen.
#[derive(Default)]
pub(crate) struct Seen {
    pub(super) steps: Vec<Measured>,
    /// What the migrations assume of the rows, and is false.
    pub(super) unmet: Vec<Unmet>,
    /// After the up.
    pub(super) up: Compared,
    pub(super) back: Back,
    /// Why the scripts could not be asked what they say that they do.
    pub(super) unread: Option<String>,
    /// What SQLite's check says of the copy at the end, if it is not sound.
    pub(super) unsound: Option<String>,
}

/// What a comparison came to.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) rows: Comparison,
    /// Full-text indexes that do not match any more, each with SQLite's words.
    pub(super) stale: Vec<(String, String)>,
    /// What differs in the schema, where it should not.
    pub(super) schema: Vec<String>,
    /// How long it took.
    pub(super) seconds: f64,
}

/// What became of the copy on the way down.
#[derive(Default)]
pub(super) enum Back {
    /// Nothing was pending.
    #[default]
    Nothing,
    /// There is no way back, for this reason.
    OneWay(String),
    /// It went down, and up again.
    Down(Box<Compared>),
    /// It did not go down, or not up again.
    Failed(Failure),
}

impl Compared {
    /// Whether anything is not there that no script speaks of.
    pub(super) fn has_losses(&self) -> bool {
        self.rows.losses().next().is_some() || !self.stale.is_empty() || !self.schema.is_empty()
    }

    /// Whether everything was compared and is what it was.
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

/// What a course needs.
struct Course<'c> {
    copies: &'c Copies,
    stop: &'c Stop,
    progress: &'c Progress,
    scripts: Scripts,
    /// Full-text indexes that did not match before.
    was_stale: Vec<(String, String)>,
}

/// Takes the copy up, down and up again.
pub(crate) fn course(set: &Set, copies: &Copies, stop: &Stop, progress: &Progress) -> Result<Seen> {
    let mut conn = database::open(copies.copy(), Access::Write)?;
    stop.interrupts(&mut conn);
    // It is a copy so that nothing else is changed.
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

/// Applies what is pending, one migration after the other, and tests before each what it assumes.
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
    Failure::new("there is no room to compare a table whose rows come in another order")
        .because(error)
        .help("`TMPDIR` names another folder for temporary files")
}

fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

impl Course<'_> {
    /// Takes the copy down to where it was, compares, and takes it up again.
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
        let drift = Drift::of(&self.copies.before()?, conn)?;
        let differences = drift.differences().iter();
        compared.schema = differences
            .map(|it| format!("{} {}: another definition", it.object, harmless(&it.name)))
            .collect();
        match runner.up(conn) {
            Ok(_) => Ok(Back::Down(Box::new(compared))),
            Err(error) => self.failed(error.into()),
        }
    }

    fn failed(&self, failure: Failure) -> Result<Back> {
        self.stop.check()?;
        Ok(Back::Failed(failure))
    }

    /// Compares the copy with what it was.
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

    /// A connection that only reads. What the schema of the file calls by itself may do nothing but compute.
    fn reader(&self, mut conn: Connection) -> Result<Connection> {
        self.stop.interrupts(&mut conn);
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        Ok(conn)
    }
}
