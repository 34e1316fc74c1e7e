//! The foreign keys of a segment: scripts that run with them off, and violations that only the
//! COMMIT finds.

use migratory_core::Step;
use rusqlite::Connection;

use super::commit::{Uncommitted, dropped, uncommitted};
use super::perform::{Refusal, Trouble, checked, without_keys};
use super::script::Watch;
use super::step_script;
use super::{Result, Run};
use crate::db::foreign_keys::{Added, Links, Scope, Touched};
use crate::error::{Error, from_script};
use crate::history::read::History;

/// Performs a script.
type Perform = fn(&Connection, Scope<'_>, &mut Watch<'_>) -> std::result::Result<(), Trouble>;

/// A script and its step in Rust.
type Work<'w> = dyn FnMut() -> Result<()> + 'w;

/// What only a run of a set does that turns foreign keys off, or may defer one.
#[derive(Clone, Copy)]
pub(super) struct ForeignKeys {
    /// Reads what [`explain`](Self::explain) needs from before the scripts.
    pub(super) links: fn(&Connection) -> rusqlite::Result<Links>,
    /// Performs a script with foreign keys off.
    pub(super) perform: Perform,
    /// Does some work that may touch any table, with foreign keys off.
    pub(super) around: fn(&Connection, &str, &mut Work<'_>) -> Result<()>,
    /// Rolls back, and explains why SQLite refused the COMMIT.
    pub(super) explain: fn(&Run<'_>, &History, &[Step], Links, rusqlite::Error) -> Error,
}

pub(super) const FOREIGN_KEYS: ForeignKeys = ForeignKeys {
    links: Links::read,
    perform: without_keys,
    around,
    explain: |run, history, segment, links, error| run.explain(history, segment, links, error),
};

fn around(conn: &Connection, file: &str, work: &mut Work<'_>) -> Result<()> {
    checked(conn, &Touched::all(), work, &|refusal| from_script::refused(Some(file), refusal))
}

impl Run<'_> {
    fn explain(
        &self,
        history: &History,
        segment: &[Step],
        links: Links,
        error: rusqlite::Error,
    ) -> Error {
        let scope = |step: &Step| step_script::scope(self.config.set, history, step);
        let links = match links.with_actions(self.conn) {
            Ok(links) => links,
            Err(error) => return error.into(),
        };
        let apart: Vec<_> =
            segment.iter().map(|step| touched_by(&links, &[step], &scope)).collect();
        let all = touched_by(&links, &segment.iter().collect::<Vec<_>>(), &scope);
        match uncommitted(self.conn, &all, error) {
            Uncommitted::Dangling(added) => {
                let file = culprit(segment, &apart, &added).map(|step| step.file.as_str());
                from_script::refused(file, Refusal::Dangling(added))
            }
            Uncommitted::Counted { parents, error } => {
                let scripts: Vec<_> = segment.iter().map(|step| scope(step).sql).collect();
                match dropped(&scripts, &parents) {
                    Some((nth, at)) => from_script::counted(&segment[nth], scripts[nth], at, error),
                    None => error.into(),
                }
            }
            Uncommitted::Sqlite(error) => error.into(),
        }
    }
}

/// Returns the tables that the steps can have touched; a step in Rust can touch any.
fn touched_by<'a>(links: &Links, steps: &[&Step], scope: &dyn Fn(&Step) -> Scope<'a>) -> Touched {
    if steps.iter().any(|step| step.has_code) {
        return Touched::all();
    }
    Touched::by(links, steps.iter().map(|step| scope(step)))
}

/// Returns the only step that can have made these rows dangle, by the tables that each can have
/// touched.
fn culprit<'s>(segment: &'s [Step], touched: &[Touched], added: &Added) -> Option<&'s Step> {
    let has_touched = |touched: &Touched| {
        added.keys.iter().any(|(table, parent)| touched.has(table) || touched.has(parent))
    };
    let mut suspects = segment.iter().zip(touched).filter(|(_, it)| has_touched(it));
    let (first, others) = (suspects.next(), suspects.next());
    first.filter(|_| others.is_none()).map(|(step, _)| step)
}
