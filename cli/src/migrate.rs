//! Runs migrations on the database: shows the plan, asks before data can be lost, makes a backup, shows the progress.

use anstream::eprintln;
use clap::Args;
use migratory_analysis::{DirectiveKind, Rule};
use migratory_runtime::rusqlite::Connection;
use migratory_runtime::{Backup, Direction, Plan, Report, Runner};

use crate::ask::confirmed;
use crate::database::tables;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::say;
use crate::progress::Progress;
use crate::session::Session;
use crate::set::Set;
use crate::stop::Stop;
use crate::style::{DIM, DONE};

/// The options of all commands that run migrations.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Don't ask for confirmation
    #[arg(long, short)]
    yes: bool,

    /// Don't back up the database first
    #[arg(long)]
    no_backup: bool,
}

/// Runs migrations with a method of the runner; `plan` is what the method will do, if that is known
/// beforehand.
pub(crate) fn run(
    session: &mut Session,
    options: Options,
    plan: Option<&Plan>,
    run: impl FnOnce(&Runner<'_>, &mut Connection) -> migratory_runtime::Result<Report>,
) -> Result<Exit> {
    if plan.is_some_and(Plan::is_empty) {
        say(format_args!("nothing to do"));
        return Ok(Exit::Done);
    }
    if let Some(plan) = plan {
        eprintln!("{plan}");
    }
    let has_rows = has_rows(session)?;
    if has_rows && plan.is_none_or(|plan| is_destructive(&session.set, plan)) {
        let question =
            format!("this rolls back or deletes data in {}; continue?", session.path.display());
        confirmed(&question, options.yes)?;
    }
    let stop = Stop::listen()?;
    let progress = Progress::new();
    let mut runner = session.runner().observer(|event| progress.show(event, &stop));
    if !options.no_backup && has_rows {
        runner = runner.backup(Backup::beside());
    }
    let outcome = run(&runner, &mut session.conn);
    progress.clear();
    let report = outcome?;
    say(format_args!("{DONE}{report}{DONE:#}"));
    if let Some(backup) = report.backup() {
        eprintln!("{DIM}backup: {}{DIM:#}", backup.display());
    }
    Ok(Exit::Done)
}

/// Whether a plan rolls something back, or applies a migration that is allowed to drop or delete.
fn is_destructive(set: &Set, plan: &Plan) -> bool {
    let is_allowed = |kind: &DirectiveKind| {
        use DirectiveKind::Allow;
        matches!(kind, Allow(Rule::DropTable | Rule::DropColumn | Rule::DeleteAll))
    };
    plan.steps().iter().any(|step| {
        let migration = set.checked.set().iter().find(|it| it.version == step.version);
        let deletes =
            migration.is_some_and(|it| it.up.directives.iter().any(|it| is_allowed(&it.kind)));
        step.direction == Direction::Down || deletes
    })
}

/// Returns whether the database has any rows.
fn has_rows(session: &Session) -> Result<bool> {
    for table in tables(&session.conn)?.iter().filter(|table| !table.is_virtual) {
        if table.ask(&session.conn, "SELECT EXISTS (SELECT 1 FROM {})")? {
            return Ok(true);
        }
    }
    Ok(false)
}
