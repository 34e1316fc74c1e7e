//! Compares the rows before an up with those after its down.

use migratory_core::sql::lexer;

use super::Track;
use crate::comparison::contents::Contents;
use crate::comparison::preserved::{self, Intentions, Loss};
use crate::course::known::script_run::ScriptRun;
use crate::sandbox::halt::Halt;
use crate::schema::Name;
use crate::script::intent::Intent;

/// The rows at one moment.
pub(super) struct Mark {
    contents: Contents,
    /// Whether rows have been inserted since: triggers may have changed others then.
    pub(super) has_new_rows: bool,
}

impl Track {
    /// Fills the tables, and remembers the rows of those that a script touches.
    pub(crate) fn mark(&mut self, intent: &Intent) -> Result<(), Halt> {
        self.fill()?;
        let scope = intent.scope(&self.schema);
        let contents = Contents::read(self.sandbox.conn(), &self.schema, &scope)?;
        self.mark = Some(Mark { contents, has_new_rows: false });
        Ok(())
    }

    /// Returns what has changed since the mark without the up or the down saying so; `None` if there is no mark.
    pub(crate) fn since_mark(
        &mut self,
        scripts: [ScriptRun<'_>; 2],
    ) -> Result<Option<Vec<Loss>>, Halt> {
        let Some(mark) = self.mark.take() else { return Ok(None) };
        let scope = scripts[0].intent.scope(&self.schema);
        let now = Contents::read(self.sandbox.conn(), &self.schema, &scope)?;
        let said = Intentions {
            deletes: &|_| true,
            updates: &|table, column| {
                ScriptRun::update(scripts, table, column)
                    || (mark.has_new_rows && self.is_maintained(table, column))
            },
            merges: &|table| scripts[0].merges(&self.schema, table),
            maps: &|table, [column, _], values| {
                ScriptRun::map_back(scripts, (table, column), values)
            },
        };
        Ok(Some(preserved::not_restored(&mark.contents, &now, &said)))
    }

    /// Whether a trigger may maintain this column, such as a count or the time of the last change.
    fn is_maintained(&self, table: &Name, column: &Name) -> bool {
        self.schema.triggers.values().any(|trigger| {
            let mentions = |name: &Name| {
                lexer::meaningful(&trigger.sql).any(|token| *name == *token.unquoted())
            };
            mentions(table) && mentions(column)
        })
    }
}
