//! Runs a set on SQLite while the program compiles: on empty tables, on populated ones, and every down.
//!
//! Each migration goes up, down, and up again on databases in memory: one whose tables are empty, which tells
//! what a script does and whether its down restores the schema; and one with all rows that the schema
//! allows. Where something fails or gets lost on these, a third one with clean rows tells whether that
//! is wrong, or rests on a fact that the schema does not hold.
//!
//! A step in Rust is not run: its program does not exist yet. What its migration does to rows is held
//! against the SQL only where no step could have had a hand in it.

mod assumption;
mod by_value;
mod contents;
mod dialect;
mod edges;
mod empty;
mod explained;
pub(crate) mod fault;
mod halted;
pub(crate) mod intent;
mod left_out;
mod loss_messages;
mod mapping;
pub(crate) mod measure;
pub(crate) mod messages;
mod parts;
mod populated;
mod preserved;
pub(crate) mod quotes;
pub(crate) mod record;
mod refine;
mod replay;
mod rowids;
mod script_run;
pub(crate) mod search_index;
mod shown;
pub(crate) mod succession;
pub(crate) mod suggestions;
pub(crate) mod track;
mod unrehearsed_code;
mod untried;
mod vacuum;
mod writes;

use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use self::empty::Empty;
use self::fault::Halt;
use self::left_out::LeftOut;
use self::populated::Populated;
use crate::context::{Context, Cut};
use crate::course::shown::Told;
use crate::memo::{self, Outcome};
use crate::sandbox::bounds::Bounds;
use crate::sandbox::limits::Lengths;
use migratory_analysis::{Checked, CheckedMigration};
use migratory_analysis::{Findings, Options, Rehearsal};

/// As much stack as a program's first thread has, and more: SQLite, not optimised, goes as deep as an expression is nested.
pub(crate) const STACK: usize = 16 << 20;
/// How much longer a rehearsal may take for each migration.
const EACH: Duration = Duration::from_millis(100);
/// How much longer than it may take a rehearsal is waited for: it says more of where it was stopped.
const GRACE: Duration = Duration::from_secs(2);

/// Rehearses a valid set, or remembers what it came to.
pub(crate) fn rehearse(checked: &Checked, options: &Options, findings: &mut Findings) -> Rehearsal {
    let outcome = memo::recall(checked, options, |passed| run(checked, options, passed));
    findings.extend(outcome.found);
    for script in checked.set().iter().flat_map(CheckedMigration::scripts) {
        findings.keep(&script.file, &script.sql);
    }
    outcome.rehearsal
}

/// Rehearses the set, of which so many migrations have passed before: they are only taken up.
///
/// It runs on a thread of its own, which is left behind where it does not come back in time: SQLite asks nobody in the
/// middle of an instruction, and the compiler has to go on. The thread ends itself at its next look at the clock.
fn run(checked: &Checked, options: &Options, passed: usize) -> Outcome {
    let limit = limit(checked, options);
    let deadline = Instant::now().checked_add(limit);
    let bounds = Arc::new(Bounds::new(deadline, Lengths::of(checked.set())));
    let work = {
        let (checked, options, bounds) = (checked.clone(), options.clone(), Arc::clone(&bounds));
        move || within(&checked, &options, passed, &bounds)
    };
    match supervise(work, limit.saturating_add(GRACE)) {
        Ok(outcome) => outcome,
        Err(Absent::NoThread) => within(checked, options, passed, &bounds),
        Err(Absent::Late) => {
            let mut outcome = Outcome::default();
            outcome.found.push(halted::late(checked.folder(), limit, bounds.longest()));
            outcome
        }
    }
}

/// The rehearsal itself, within its bounds.
fn within(checked: &Checked, options: &Options, passed: usize, bounds: &Arc<Bounds>) -> Outcome {
    let cuts: Vec<_> = checked.set().iter().map(|_| Cut::default()).collect();
    let context = Context { set: checked.set(), cuts: &cuts, options, passed, bounds };
    let mut outcome = Outcome::default();
    rusqlite::version().clone_into(&mut outcome.rehearsal.sqlite);
    let left_out = LeftOut::elsewhere(&checked.unplaced);
    if let Err(Stopped { halt, at, on_rows }) = migrate(context, left_out, &mut outcome) {
        let limit = limit(checked, options);
        let error = halted::diagnostic(&halt, checked.folder(), limit, bounds);
        outcome.found.push(halted::with_rest(error, checked.set(), at, on_rows));
    }
    let mut warnings = untried::warnings(context, checked.folder(), &outcome.rehearsal);
    warnings.retain(|warning| !outcome.found.iter().any(|it| refine::overlap(it, warning)));
    outcome.found.extend(warnings);
    outcome
}

/// Where the rehearsal was stopped.
struct Stopped {
    halt: Halt,
    /// At which migration, by its place.
    at: usize,
    /// Whether it was tried on rows then.
    on_rows: bool,
}

/// Why nothing came back from the thread.
#[derive(Debug, PartialEq, Eq)]
enum Absent {
    /// It still works.
    Late,
    /// The system has no thread to give.
    NoThread,
}

/// Does the work on another thread, and waits for so long.
fn supervise<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    patience: Duration,
) -> Result<T, Absent> {
    let (sender, receiver) = mpsc::channel();
    // Nobody may be there any more to receive it.
    let send = move || drop(sender.send(work()));
    let thread = thread::Builder::new().stack_size(STACK).spawn(send);
    let thread = thread.map_err(|_| Absent::NoThread)?;
    match receiver.recv_timeout(patience) {
        Ok(done) => Ok(done),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Absent::Late),
        Err(mpsc::RecvTimeoutError::Disconnected) => match thread.join() {
            Ok(()) => Err(Absent::NoThread),
            Err(panic) => resume_unwind(panic),
        },
    }
}

/// Takes the set over empty tables, and a step behind, on a thread of its own, over populated ones.
fn migrate(context: Context<'_>, left_out: LeftOut, outcome: &mut Outcome) -> Result<(), Stopped> {
    let (teller, hearer) = mpsc::channel();
    let hearer = Mutex::new(hearer);
    let populated = || {
        let mut rows = Outcome::default();
        let hearer = hearer.lock().unwrap_or_else(PoisonError::into_inner);
        let followed = follow(context, &hearer, &mut rows);
        (rows, followed)
    };
    let (went, (rows, followed)) = thread::scope(|scope| {
        let beside = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, populated);
        let went = lead(Empty::new(context, left_out), &teller, outcome);
        drop(teller);
        let populated = match beside {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            // Without a thread to be had, it is the same afterwards.
            Err(_) => populated(),
        };
        (went, populated)
    });
    outcome.add(rows);
    let found = std::mem::take(&mut outcome.found);
    outcome.found = refine::refined(found, context.set);
    went.and(followed)
}

fn lead(
    empty: Result<Empty<'_>, Halt>,
    teller: &mpsc::Sender<Told>,
    outcome: &mut Outcome,
) -> Result<(), Stopped> {
    let stopped = |at| move |halt| Stopped { halt, at, on_rows: false };
    let mut empty = empty.map_err(stopped(0))?;
    for at in 0..empty.len() {
        let mut told = empty.migrate(at, outcome).map_err(stopped(at))?;
        outcome.rehearsal.schemas.push(told.fingerprint);
        outcome.rehearsal.writes.push(std::mem::take(&mut told.writes));
        outcome.pass(at + 1);
        // Who has come to an end before its time says why itself.
        let _ = teller.send(told);
    }
    Ok(())
}

fn follow(
    context: Context<'_>,
    hearer: &mpsc::Receiver<Told>,
    outcome: &mut Outcome,
) -> Result<(), Stopped> {
    let mut populated = Populated::new(context);
    for (at, told) in hearer.iter().enumerate() {
        let from = outcome.found.len();
        let told = Arc::new(told);
        let is_tried = context.options.populated && context.is_judged(at);
        let untried = outcome.rehearsal.untried.len();
        let tried = populated.migrate(&told, is_tried, outcome);
        tried.map_err(|halt| Stopped { halt, at, on_rows: true })?;
        if !told.left_out.is_empty() {
            // It may be tried once what was left out is there.
            outcome.rehearsal.untried.truncate(untried);
        }
        explained::take(context, at, &told, (from, &mut outcome.found));
        refine::take_allowed(&context.set[at], &mut outcome.found);
        outcome.pass(at + 1);
    }
    Ok(())
}

/// How long the rehearsal may take: a large set is given more.
pub(crate) fn limit(checked: &Checked, options: &Options) -> Duration {
    let count = u32::try_from(checked.set().len()).unwrap_or(u32::MAX);
    options.time_limit.saturating_add(EACH.saturating_mul(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use migratory_analysis::Code;

    /// A sound set, with views and triggers that are looked at after each script.
    fn sound() -> Checked {
        let package = tempfile::tempdir().expect("a folder");
        let folder = package.path().join("migrations");
        std::fs::create_dir(&folder).expect("a folder");
        for version in 1..5 {
            let up = format!(
                "CREATE TABLE t{version} (id INTEGER PRIMARY KEY, x TEXT UNIQUE, y REFERENCES t{version});
                 CREATE VIEW v{version} AS SELECT x FROM t{version};
                 CREATE TRIGGER g{version} AFTER INSERT ON t{version} BEGIN SELECT 1; END;"
            );
            let down = format!("DROP VIEW v{version}; DROP TABLE t{version};");
            for (direction, sql) in [("up", up), ("down", down)] {
                let file = folder.join(format!("{version}_a.{direction}.sql"));
                std::fs::write(file, sql).expect("a file");
            }
        }
        migratory_analysis::check(package.path(), "migrations", &Options::default())
            .expect("a sound set")
    }

    /// Wherever time is up, in a script or between, in a loop of ours: that is told, and nothing is made up.
    #[test]
    fn a_rehearsal_that_is_out_of_time_says_so_and_nothing_else() {
        let (checked, options) = (sound(), Options::default());
        let mut has_ended = false;
        for looks in (0..4_000).step_by(41) {
            let bounds = Arc::new(Bounds::after_looks(looks));
            let outcome = within(&checked, &options, 0, &bounds);
            let codes: Vec<_> = outcome.found.iter().map(|finding| finding.code).collect();
            has_ended = codes.is_empty();
            assert!(has_ended || codes == [Code::RehearsalHalted], "{looks}: {codes:?}");
        }
        assert!(has_ended, "the last one has time enough");
    }

    #[test]
    fn work_that_does_not_end_is_left_behind() {
        let (release, blocked) = mpsc::channel::<()>();
        let late = supervise(move || blocked.recv().is_ok(), Duration::from_millis(1));
        assert_eq!(late, Err(Absent::Late));
        drop(release);
        assert_eq!(supervise(|| 7, Duration::from_secs(600)), Ok(7));
    }

    #[test]
    #[should_panic(expected = "a fault of ours")]
    fn a_panic_is_handed_on() {
        let fails = || assert!(std::hint::black_box(false), "a fault of ours");
        let _ = supervise(fails, Duration::from_secs(600));
    }
}
