//! `up`, `down`, `to` and `redo`: the plan first, a question before anything is lost, a backup, and progress.

use anstream::eprintln;
use clap::Args;
use migratory_runtime::rusqlite::Connection;
use migratory_runtime::{Backup, Direction, Plan, Report, Runner, Target};

use crate::ask::confirmed;
use crate::context::Context;
use crate::database::{Access, tables};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{DIM, DONE, say};
use crate::progress::Progress;
use crate::session::Session;
use crate::set::Set;
use crate::stop::Stop;

/// How a run is done.
#[derive(Args, Clone, Copy, Debug)]
struct How {
    /// Asks nothing.
    #[arg(long, short)]
    yes: bool,

    /// Makes no backup of the database beside it.
    #[arg(long)]
    no_backup: bool,
}

/// Applies all that is pending
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory up --database app.db")]
pub(crate) struct Up {
    #[command(flatten)]
    how: How,
}

/// Reverts the newest migrations
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo migratory down\n  cargo migratory down 3 --yes")]
pub(crate) struct Down {
    /// How many.
    #[arg(default_value_t = 1)]
    count: usize,

    #[command(flatten)]
    how: How,
}

/// Goes up or down to exactly this version
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo migratory to 7\n  cargo migratory to empty")]
pub(crate) struct To {
    /// The version, or `latest`, or `empty`.
    version: String,

    #[command(flatten)]
    how: How,
}

/// Reverts the newest migration and applies it again
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory redo --database dev.db")]
pub(crate) struct Redo {
    #[command(flatten)]
    how: How,
}

impl Up {
    #[allow(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's runner has one lifetime, not any"
    )]
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Create)?;
        let plan = session.runner().plan(&session.conn, Target::Latest)?;
        go(&mut session, self.how, Some(&plan), |runner, conn| runner.up(conn))
    }
}

impl To {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Create)?;
        let target = session.set.target(&self.version)?;
        let plan = session.runner().plan(&session.conn, target)?;
        go(&mut session, self.how, Some(&plan), |runner, conn| runner.to(conn, target))
    }
}

impl Down {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        let count = self.count;
        if session.runner().status(&session.conn)?.current().is_none() {
            say(format_args!("nothing to do"));
            return Ok(Exit::Done);
        }
        go(&mut session, self.how, None, |runner, conn| runner.down(conn, count))
    }
}

impl Redo {
    #[allow(
        clippy::redundant_closure_for_method_calls,
        reason = "the method's runner has one lifetime, not any"
    )]
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let mut session = Session::changing(context, Access::Write)?;
        go(&mut session, self.how, None, |runner, conn| runner.redo(conn))
    }
}

fn go(
    session: &mut Session,
    how: How,
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
            format!("this reverts, drops or deletes in {}; go on?", session.path.display());
        confirmed(&question, how.yes)?;
    }
    let stop = Stop::listen()?;
    let progress = Progress::new();
    let mut runner = session.runner().observer(|event| progress.tell(event, &stop));
    if !how.no_backup && has_rows {
        runner = runner.backup(Backup::beside());
    }
    let outcome = run(&runner, &mut session.conn);
    progress.clear();
    let report = outcome?;
    say(format_args!("{DONE}{report}{DONE:#}"));
    if let Some(backup) = report.backup() {
        eprintln!("{DIM}the database as it was before: {}{DIM:#}", backup.display());
    }
    Ok(Exit::Done)
}

/// Whether a plan reverts something, or applies what says that it drops or deletes.
fn is_destructive(set: &Set, plan: &Plan) -> bool {
    use migratory_analysis::{DirectiveKind, Rule};
    plan.steps().iter().any(|step| {
        let migration = set.checked.set().iter().find(|it| it.version == step.version);
        let deletes = migration.is_some_and(|migration| {
            migration.up.directives.iter().any(|directive| {
                use DirectiveKind::Allow;
                matches!(
                    directive.kind,
                    Allow(Rule::DropTable | Rule::DropColumn | Rule::DeleteAll)
                )
            })
        });
        step.direction == Direction::Down || deletes
    })
}

/// Whether there is anything in the database that could get lost.
fn has_rows(session: &Session) -> Result<bool> {
    for table in tables(&session.conn)?.iter().filter(|table| !table.is_virtual) {
        if table.ask(&session.conn, "SELECT EXISTS (SELECT 1 FROM {})")? {
            return Ok(true);
        }
    }
    Ok(false)
}
