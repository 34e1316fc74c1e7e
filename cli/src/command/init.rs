//! `init`.

use std::path::Path;

use clap::Args;

use crate::ask::confirmed;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::say;
use crate::path::{outside, relative, resolved};
use crate::project::{self, Project};
use crate::setup::Setup;
use crate::style::{DIM, DONE, HELP, WARN};

const EXAMPLES: &str = "\
Existing content stays; nothing is overwritten.

Examples:
  cargo migratory init
  cargo migratory init --yes --dir db/migrations";

/// Set up migrations in a package: folder, build script, dependencies
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// Don't ask for confirmation
    #[arg(long, short)]
    yes: bool,
}

impl Init {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let manifest = project::manifest(context.manifest_path.as_deref())?;
        let package = manifest.parent().unwrap_or(Path::new("")).to_owned();
        let folder = folder(context, &package)?;
        let setup = Setup::of(&package, &folder)?;
        for change in &setup.changes {
            say(change.diff());
        }
        if !setup.changes.is_empty() {
            confirmed("make these changes?", self.yes)?;
        }
        for change in &setup.changes {
            change.make()?;
            say(format_args!("{DONE}{}{DONE:#} {}", change.verb(), change.path()));
        }
        report(&setup, &package, &folder, context);
        Ok(Exit::Done)
    }
}

/// Prints the files that stayed unchanged, and the next steps.
fn report(setup: &Setup, package: &Path, folder: &str, context: &Context) {
    for kept in &setup.kept {
        say(format_args!("{DIM}unchanged: {kept}{DIM:#}"));
    }
    for todo in &setup.by_hand {
        say(format_args!(" {WARN}note{WARN:#} {todo}"));
    }
    if embeds(context, package) {
        if setup.changes.is_empty() {
            say("everything is set up already");
        }
        return;
    }
    let argument = if folder == "migrations" { String::new() } else { format!("\"{folder}\"") };
    say(format_args!(" {HELP}next{HELP:#} add these two lines, for instance to src/main.rs:"));
    say(format_args!("        migratory::embed_migrations!({argument});"));
    say("        migrations::runner().up(&mut conn)?;");
}

/// Whether the sources call the macro.
fn embeds(context: &Context, package: &Path) -> bool {
    let context =
        Context { manifest_path: Some(package.join("Cargo.toml")), dir: None, ..context.clone() };
    Project::find(&context).is_ok_and(|project| project.is_embedded)
}

/// The folder of migrations: as given, as the sources have it, or `migrations`.
fn folder(context: &Context, package: &Path) -> Result<String> {
    let Some(dir) = &context.dir else {
        let found = Project::find(context).ok();
        return Ok(found.map_or_else(|| "migrations".to_owned(), |project| project.folder));
    };
    let here = std::env::current_dir()
        .map_err(|error| Failure::new("can't read the current folder").because(error))?;
    let (path, root) = (resolved(&here.join(dir)), resolved(&here.join(package)));
    let below = relative(&root, &path).filter(|below| !below.is_empty());
    below.ok_or_else(|| outside(&root, dir).exit(Exit::Usage))
}
