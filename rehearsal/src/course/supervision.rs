//! Rehearses a set within its time limit, or returns the remembered result.

use std::panic::resume_unwind;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use super::findings::{deduplication, halted, untried};
use super::known::skipped::Skipped;
use super::runs::{Runs, Stopped};
use crate::memo::{self, Ran, Task};
use crate::sandbox::bounds::{Bounds, STACK, time_limit};
use crate::sandbox::context::{Context, Cut};
use crate::sandbox::limits::Lengths;
use migratory_analysis::{Checked, CheckedMigration};
use migratory_analysis::{Findings, Options, Rehearsal};

/// How long the build waits beyond the limit, since a rehearsal that stops by itself can say more
/// about where it was.
const GRACE: Duration = Duration::from_secs(2);

/// Rehearses a valid set, or returns the remembered result.
pub(super) fn recall_or_run(
    checked: &Checked,
    options: &Options,
    findings: &mut Findings,
) -> Rehearsal {
    let outcome = memo::recall(checked, options, |task| run(checked, options, task));
    findings.extend(outcome.found);
    for script in checked.set().iter().flat_map(CheckedMigration::scripts) {
        findings.keep(&script.file, &script.sql);
    }
    outcome.rehearsal
}

/// Rehearses the set.
///
/// It runs on a thread of its own, which the build abandons if it does not finish in time: within
/// one instruction SQLite checks no clock, and the compiler has to go on. The thread ends at its
/// next check.
fn run(checked: &Checked, options: &Options, task: Task) -> Ran {
    let limit = time_limit(checked, options);
    let deadline = Instant::now().checked_add(limit);
    let bounds = Arc::new(Bounds::new(deadline, Lengths::of(checked.set())));
    let work = {
        let (checked, options, bounds) = (checked.clone(), options.clone(), Arc::clone(&bounds));
        move || within(&checked, &options, &task, &bounds)
    };
    match supervise(work, limit.saturating_add(GRACE)) {
        Ok(ran) => ran,
        // A whole rehearsal comes to the same as one from an image.
        Err(Absent::NoThread) => within(checked, options, &Task::default(), &bounds),
        Err(Absent::Late) => {
            let mut ran = Ran::default();
            ran.outcome.found.push(halted::late(checked.folder(), limit, bounds.longest()));
            ran
        }
    }
}

/// Rehearses the set within the bounds.
fn within(checked: &Checked, options: &Options, task: &Task, bounds: &Arc<Bounds>) -> Ran {
    let cuts: Vec<_> = checked.set().iter().map(|_| Cut::default()).collect();
    let context = Context { set: checked.set(), cuts: &cuts, options, bounds };
    let resumed = task.image.as_ref().and_then(|image| Runs::resumed(context, image));
    let runs = resumed.unwrap_or_else(|| Runs::new(context, Skipped::elsewhere(&checked.unplaced)));
    #[cfg(test)]
    let behind = runs.behind();
    let (mut outcome, images, ended) = runs.migrate(&task.places);
    rusqlite::version().clone_into(&mut outcome.rehearsal.sqlite);
    if let Err(Stopped { halt, at, on_rows }) = ended {
        let limit = time_limit(checked, options);
        let error = halted::diagnostic(&halt, checked.folder(), limit, bounds);
        outcome.found.push(halted::with_rest(error, checked.set(), at, on_rows));
    }
    let mut warnings = untried::warnings(context, checked.folder(), &outcome.rehearsal);
    warnings.retain(|warning| !outcome.found.iter().any(|it| deduplication::overlap(it, warning)));
    outcome.found.extend(warnings);
    Ran {
        outcome,
        images,
        #[cfg(test)]
        behind,
    }
}

/// Why the thread returned nothing.
#[derive(Debug, PartialEq, Eq)]
enum Absent {
    /// It is still running.
    Late,
    /// The system could not start a thread.
    NoThread,
}

/// Does the work on another thread, and waits this long for the result.
fn supervise<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    patience: Duration,
) -> Result<T, Absent> {
    let (sender, receiver) = mpsc::channel();
    // If the wait is over, nobody receives the result.
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

#[cfg(test)]
mod tests {
    use super::*;
    use migratory_analysis::Code;

    /// A set without faults, whose views and triggers are checked after each script.
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

    /// Whether time runs out in a script, between two, or in a loop of ours: the rehearsal reports
    /// only that.
    #[test]
    fn a_rehearsal_out_of_time_reports_only_that() {
        let (checked, options) = (sound(), Options::default());
        let mut has_ended = false;
        for looks in (0..4_000).step_by(41) {
            let bounds = Arc::new(Bounds::after_looks(looks));
            let outcome = within(&checked, &options, &Task::default(), &bounds).outcome;
            let codes: Vec<_> = outcome.found.iter().map(|finding| finding.code).collect();
            has_ended = codes.is_empty();
            assert!(has_ended || codes == [Code::RehearsalHalted], "{looks}: {codes:?}");
        }
        assert!(has_ended, "the last one has time enough");
    }

    #[test]
    fn work_that_does_not_end_is_abandoned() {
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
