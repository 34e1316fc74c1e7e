//! Runs a migration's script and its step in Rust.

use migratory_core::{Direction, Step};
use rusqlite::Transaction;

use super::code::Code;
use super::observed::Script;
use super::script::execute;
use super::{Result, Run};
use crate::db::header;
use crate::error::kind::{CodeFault, ErrorKind};
use crate::error::remains::Remains;
use crate::error::{Error, from_script};
use crate::observe::event::Event;
use crate::observe::heartbeat::Heartbeat;
use crate::run::perform::Trouble;
use crate::{MigrationSet, Mode};

/// What only a run of a set with steps in Rust does.
#[derive(Clone, Copy)]
pub(super) struct CodeSteps {
    pub(super) check: fn(&Code<'_>, &MigrationSet<'_>) -> Result<()>,
    pub(super) run: fn(&Run<'_>, &Transaction<'_>, &Step, &str, Mode, &Heartbeat) -> Result<()>,
}

pub(super) const CODE_STEPS: CodeSteps = CodeSteps {
    check: |code, set| code.check(set),
    run: |run, transaction, step, sql, mode, heartbeat| {
        run.with_code(transaction, step, sql, mode, heartbeat)
    },
};

impl Run<'_> {
    /// Runs the script and its step in Rust: an up's step after the SQL, a down's before it.
    fn with_code(
        &self,
        transaction: &Transaction<'_>,
        step: &Step,
        sql: &str,
        mode: Mode,
        heartbeat: &Heartbeat,
    ) -> Result<()> {
        let script = || {
            let mut outcome = Ok(());
            let script = Script { step, sql, heartbeat, own_changes: &|| 0 };
            // Foreign keys are checked around the script and its step.
            self.script(&script, &mut |watch| outcome = execute(self.conn, sql, watch));
            outcome.map_err(|it| from_script::rolled_back(step, sql, Trouble::Statement(it)))
        };
        let code = || self.code(transaction, step, heartbeat);
        let mut both = || match step.direction {
            Direction::Up => script().and_then(|()| code()),
            Direction::Down => code().and_then(|()| script()),
        };
        if mode != Mode::ForeignKeysOff {
            return both();
        }
        let keys = self.parts.foreign_keys.ok_or_else(|| from_script::other_script(step))?;
        (keys.around)(self.conn, &step.file, &mut both)
    }

    fn code(
        &self,
        transaction: &Transaction<'_>,
        step: &Step,
        heartbeat: &Heartbeat,
    ) -> Result<()> {
        let fault = |what: CodeFault| {
            Error::from(ErrorKind::Code {
                version: step.version,
                file: step.file.clone(),
                direction: step.direction,
                what,
            })
        };
        let Some(function) = self.config.code.get(step.version, step.direction) else {
            let steps = vec![(step.version, step.direction, step.file.clone())];
            return Err(ErrorKind::MissingCode { steps }.into());
        };
        if self.audience.emit(&Event::Code { step }).is_break() {
            return Err(from_script::cancelled(step, Remains::RolledBack));
        }
        let before = header::cookie(self.conn)?;
        // The savepoint disappears if the step ends the transaction and begins another.
        self.conn.execute_batch("SAVEPOINT migratory")?;
        let outcome = heartbeat.running(|| function(transaction));
        if self.conn.is_autocommit() {
            return Err(fault(CodeFault::EndedTransaction));
        }
        outcome.map_err(|error| fault(CodeFault::Failed(error)))?;
        if self.conn.execute_batch("RELEASE migratory").is_err() {
            return Err(fault(CodeFault::EndedTransaction));
        }
        if header::cookie(self.conn)? != before {
            return Err(fault(CodeFault::ChangedSchema));
        }
        Ok(())
    }
}
