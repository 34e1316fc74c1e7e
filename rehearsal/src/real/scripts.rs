//! Reads what the pending scripts intend, by running them on empty tables.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use migratory_runtime::__private::Trouble;
use migratory_runtime::Version;

use super::followed_table::Way;
use super::script_intent::ScriptIntent;
use crate::rows::literals_in;
use crate::sandbox::bounds::{Bounds, STACK, time_limit};
use crate::sandbox::context::Context;
use crate::sandbox::halt::Halt;
use crate::sandbox::limits::Lengths;
use crate::sandbox::{Performance, Sandbox, is_vacuum};
use crate::schema::Name;
use crate::script::intent::Intent;
use crate::script::succession::Succession;
use migratory_analysis::DirectiveKind;
use migratory_analysis::{Checked, Options};
use migratory_analysis::{CheckedMigration, CheckedScript};

/// What the pending migrations of a set intend to do to tables and columns.
#[derive(Default)]
pub struct Scripts {
    ups: Vec<ScriptIntent>,
    /// The newest comes first.
    downs: Vec<ScriptIntent>,
    unread: Option<String>,
}

impl Scripts {
    /// Runs the migrations after `version` on empty tables, and then their downs.
    ///
    /// It touches no database but one in memory.
    pub fn after(checked: &Checked, options: &Options, version: Option<Version>) -> Self {
        let run = || {
            let mut scripts = Self::default();
            if let Err(why) = scripts.run(checked, options, version) {
                scripts.unread = Some(why);
            }
            scripts
        };
        // SQLite allows deeply nested expressions, for which a default stack may be too small.
        thread::scope(|scope| {
            match thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run) {
                Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
                // If no thread could be started, the scripts run on this one.
                Err(_) => run(),
            }
        })
    }

    /// Returns why a script could not be read; then its effects and those of later scripts are
    /// unknown.
    pub fn unread(&self) -> Option<&str> {
        self.unread.as_deref()
    }

    /// Returns what the scripts do to a database on the way up.
    pub fn up(&self) -> Way<'_> {
        Way::new(self.ups.iter().collect(), false)
    }

    /// Returns what the scripts do to a database that goes up and then down again.
    pub fn up_and_down(&self) -> Way<'_> {
        Way::new(self.ups.iter().chain(&self.downs).collect(), true)
    }

    fn run(
        &mut self,
        checked: &Checked,
        options: &Options,
        version: Option<Version>,
    ) -> Result<(), String> {
        let set = checked.set();
        let deadline = Instant::now().checked_add(time_limit(checked, options));
        let bounds = Arc::new(Bounds::new(deadline, Lengths::of(set)));
        let context = Context { set, cuts: &[], options, bounds: &bounds };
        let mut sandbox = Sandbox::new(context).map_err(|error| error.to_string())?;
        let is_applied =
            |migration: &&CheckedMigration| version.is_some_and(|it| migration.version <= it);
        for migration in set.iter().take_while(is_applied) {
            let outcome = sandbox.run(&migration.up);
            outcome.map_err(|trouble| unread(&migration.up, trouble))?;
        }
        let pending: Vec<_> = set.iter().skip_while(is_applied).collect();
        for migration in &pending {
            self.ups.push(read_script(&mut sandbox, &migration.up, false)?);
        }
        let downs = pending.iter().rev().map_while(|migration| migration.down.script());
        for down in downs {
            self.downs.push(read_script(&mut sandbox, down, true)?);
        }
        Ok(())
    }
}

fn read_script(
    sandbox: &mut Sandbox,
    script: &CheckedScript,
    is_down: bool,
) -> Result<ScriptIntent, String> {
    let performed = sandbox.perform(script, &mut |_, _| ());
    let performance = performed.map_err(|error| format!("{}: {error}", script.file))?;
    let Performance { statements, schemas, outcome, .. } = performance;
    outcome.map_err(|trouble| unread(script, trouble))?;
    let allowed = script.directives.iter().filter_map(|directive| match directive.kind {
        DirectiveKind::Allow(rule) => Some(rule),
        _ => None,
    });
    let columns = script
        .allowed_columns()
        .map(|(named, _)| (Name::new(&named.table), Name::new(&named.column)));
    let text = |range: &std::ops::Range<usize>| script.sql.get(range.clone()).unwrap_or_default();
    let intent = Intent::new(script, &statements);
    let inserted = intent.inserted().cloned().collect();
    Ok(ScriptIntent {
        file: script.file.clone(),
        is_down,
        succession: Succession::new(&statements, &schemas),
        before: schemas.first().cloned().unwrap_or_default(),
        after: schemas.last().cloned().unwrap_or_default(),
        allowed: allowed.collect(),
        columns: columns.collect(),
        literals: script.texts().flat_map(literals_in).collect(),
        renumbers: statements.iter().any(|statement| is_vacuum(text(&statement.range))),
        intent,
        inserted,
    })
}

fn unread(script: &CheckedScript, trouble: Trouble) -> String {
    let file = &script.file;
    match Halt::check(script, trouble) {
        Ok(Trouble::Statement(failure)) => {
            format!("{file} fails on empty tables: {}", failure.message)
        }
        Ok(Trouble::Refusal(_)) => format!("{file} is refused on empty tables"),
        Err(halt) => format!("{file} does not end on empty tables: {halt}"),
    }
}
