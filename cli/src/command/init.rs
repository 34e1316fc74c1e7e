//! `init`: what a package needs before its first migration.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Component, Path, PathBuf};

use clap::Args;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{DIM, DONE, HELP, WARN, say};
use crate::project::{self, Project};
use crate::setup::Setup;

const EXAMPLES: &str = "\
Nothing is overwritten, and what is there already stays as it is.

Examples:
  cargo migratory init
  cargo migratory init --yes --dir db/migrations";

/// Sets migrations up in a package: the folder, the build script, the dependency lines.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Init {
    /// Makes the changes without asking.
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
        if !setup.changes.is_empty() && !self.yes && !asked()? {
            say("nothing was changed");
            return Ok(Exit::Declined);
        }
        for change in &setup.changes {
            change.make()?;
            say(format_args!("{DONE}{}{DONE:#} {}", change.verb(), change.path()));
        }
        tell(&setup, &package, &folder, context);
        Ok(Exit::Done)
    }
}

/// What there is to know and to do afterwards.
fn tell(setup: &Setup, package: &Path, folder: &str, context: &Context) {
    for kept in &setup.kept {
        say(format_args!("{DIM}as it was: {kept}{DIM:#}"));
    }
    for todo in &setup.by_hand {
        say(format_args!(" {WARN}note{WARN:#} {todo}"));
    }
    if embeds(context, package) {
        if setup.changes.is_empty() {
            say("everything is set up, and nothing was changed");
        }
        return;
    }
    let argument = if folder == "migrations" { String::new() } else { format!("\"{folder}\"") };
    say(format_args!(" {HELP}next{HELP:#} these two lines, in src/main.rs for instance:"));
    say(format_args!("        migratory::embed_migrations!({argument});"));
    say("        migrations::runner().up(&mut conn)?;");
}

/// Whether the sources call the macro.
fn embeds(context: &Context, package: &Path) -> bool {
    let context =
        Context { manifest_path: Some(package.join("Cargo.toml")), dir: None, ..context.clone() };
    Project::find(&context).is_ok_and(|project| project.is_embedded)
}

/// The folder of migrations: as it is said, as the sources have it, or `migrations`.
fn folder(context: &Context, package: &Path) -> Result<String> {
    let Some(dir) = &context.dir else {
        let found = Project::find(context).ok();
        return Ok(found.map_or_else(|| "migrations".to_owned(), |project| project.folder));
    };
    let here = std::env::current_dir()
        .map_err(|error| Failure::new("the current folder can't be read").because(error))?;
    let (path, package) = (plain(&here.join(dir)), plain(&here.join(package)));
    let below = path.strip_prefix(&package).ok().filter(|below| !below.as_os_str().is_empty());
    let below = below.ok_or_else(|| {
        Failure::new(format!(
            "the folder {} is not in the package {}",
            dir.display(),
            package.display()
        ))
        .help("name a folder below the one of the Cargo.toml")
        .exit(Exit::Usage)
    })?;
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    Ok(parts.join("/"))
}

/// The path without `.` and `..`; the folder need not exist.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

fn asked() -> Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::new("nobody can be asked whether these changes are to be made")
            .because("the standard input is no terminal; nothing was changed")
            .help("`cargo migratory init --yes` makes them")
            .exit(Exit::Declined));
    }
    let mut stdout = anstream::stdout();
    let prompted = write!(stdout, "Make these changes? [y/N] ").and_then(|()| stdout.flush());
    let mut answer = String::new();
    let read = prompted.and_then(|()| stdin.lock().read_line(&mut answer));
    read.map_err(|error| Failure::new("the answer can't be read").because(error))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
