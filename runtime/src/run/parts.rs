//! The parts of a run that only some sets, options and calls need.
//!
//! A program links what it names, even if it never runs it. So a run calls these parts by pointers.
//! The macro's runner is a constant: its pointers are chosen while the program compiles, and the
//! parts that none leads to are not linked. A runner that is created at run time links them all,
//! but has the same ones, so both act alike.

use std::fmt;

use migratory_core::{Goal, MigrationSet, Step};
use rusqlite::Connection;

use super::code_step::{self, CodeSteps};
use super::keys::{self, ForeignKeys};
use super::observed::{self, Observed};
use super::{Result, Run};
use crate::config::Config;
use crate::db::settings::Settings;
use crate::error::from_script;
use crate::history::read::History;
use crate::history::write::{self, DownText};
use crate::inspect::stale;
use crate::plan::Planner;
use crate::stored_down::{self, NoAttach};

/// The parts that a runner has, with the KiB that each adds to a release build of a program that
/// calls only `up`.
#[derive(Clone, Copy)]
pub(crate) struct Parts {
    /// Plans the steps of its runs.
    pub(super) planner: Planner,
    /// Looks for new files in the folder, in debug builds: 37 KiB.
    pub(crate) stale: Option<fn(&MigrationSet<'_>) -> Result<()>>,
    /// Tells an observer what happens: 28 KiB.
    pub(super) observed: Option<Observed>,
    /// Backs the database up before the first change: 106 KiB.
    pub(super) back_up: Option<BackUp>,
    /// Runs scripts with foreign keys off, and explains violated deferred keys: 228 KiB.
    pub(super) foreign_keys: Option<ForeignKeys>,
    /// Runs a script outside a transaction: 54 KiB, with the plan to continue one.
    pub(super) autocommit: Option<AutocommitSegment>,
    /// Returns the text that the history stores for a down, which says if it runs outside a
    /// transaction.
    pub(super) down_text: DownText,
    /// Runs steps in Rust: 15 KiB.
    pub(super) code: Option<CodeSteps>,
    /// Checks stored downs: 123 KiB. Only a call that may revert has it, so nothing that a file
    /// brings along runs in an `up` that refuses or tolerates newer migrations.
    pub(super) stored_downs: Option<StoredDowns>,
}

type BackUp = fn(&mut Run<'_>, &History) -> Result<()>;
type AutocommitSegment = fn(&mut Run<'_>, Goal, &[Step], Settings<'_>) -> Result<bool>;

/// What stored downs need: the checks of all before a run and of the schema after each, and a limit
/// while one runs.
#[derive(Clone, Copy)]
pub(super) struct StoredDowns {
    pub(super) check: fn(&Connection, &Config<'_>, &History, &[Step]) -> Result<()>,
    pub(super) check_schema: fn(&Connection, &Config<'_>, &History, &Step, bool) -> Result<()>,
    pub(super) no_attach: for<'c> fn(&'c Connection, &str) -> NoAttach<'c>,
}

const BACK_UP: BackUp = |run, history| run.back_up(history);
const AUTOCOMMIT: AutocommitSegment =
    |run, goal, segment, settings| run.autocommit_segment(goal, segment, settings);

impl Parts {
    /// Returns the parts that going up needs for this set.
    pub(crate) const fn of(set: &MigrationSet<'_>) -> Self {
        let needs = set.needs();
        let mut parts = Self {
            planner: Planner::UP,
            stale: None,
            observed: None,
            back_up: None,
            foreign_keys: None,
            autocommit: None,
            down_text: write::as_it_is,
            code: None,
            stored_downs: None,
        };
        if set.folder().is_some() {
            parts.stale = Some(stale::check);
        }
        if needs.foreign_keys {
            parts.foreign_keys = Some(keys::FOREIGN_KEYS);
        }
        if needs.no_transaction {
            parts.planner = parts.planner.resuming();
            parts.autocommit = Some(AUTOCOMMIT);
            parts.down_text = write::with_mode;
        }
        if needs.code {
            parts.code = Some(code_step::CODE_STEPS);
        }
        // Spans and events of `tracing` need no observer.
        if cfg!(feature = "tracing") { parts.observed() } else { parts }
    }

    pub(crate) const fn observed(self) -> Self {
        Self { observed: Some(observed::OBSERVED), ..self }
    }

    pub(crate) const fn back_up(self) -> Self {
        Self { back_up: Some(BACK_UP), ..self }
    }

    pub(crate) const fn code(self) -> Self {
        Self { code: Some(code_step::CODE_STEPS), ..self }
    }

    /// Adds what stored downs need, which may be scripts of any kind.
    pub(crate) const fn stored_downs(self) -> Self {
        Self {
            planner: Planner::ANY,
            foreign_keys: Some(keys::FOREIGN_KEYS),
            autocommit: Some(AUTOCOMMIT),
            code: Some(code_step::CODE_STEPS),
            stored_downs: Some(StoredDowns {
                check: stored_down::check,
                check_schema: stored_down::check_schema,
                no_attach: |conn, sql| NoAttach::during(conn, sql),
            }),
            ..self
        }
    }

    /// Removes the checks of stored downs, so that none runs.
    pub(crate) const fn no_stored_downs(self) -> Self {
        Self { stored_downs: None, ..self }
    }
}

impl<'r> Run<'r> {
    /// Returns the part for a stored down; `None` for another step.
    pub(super) fn stored_down(&self, step: &Step) -> Result<Option<StoredDowns>> {
        match self.parts.stored_downs {
            None if step.is_stored => Err(from_script::other_script(step)),
            stored => Ok(stored.filter(|_| step.is_stored)),
        }
    }

    /// Prevents attaching databases while a stored down runs.
    pub(super) fn no_attach(&self, step: &Step, sql: &str) -> Result<Option<NoAttach<'r>>> {
        Ok(self.stored_down(step)?.map(|stored| (stored.no_attach)(self.conn, sql)))
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}
