//! `rehearse`: the pending migrations on a copy of a real database, up, down and up again.

use std::path::{Path, PathBuf};

use anstream::eprintln;
use clap::Args;
use migratory_runtime::Target;

use crate::context::Context;
use crate::database::{self, Access};
use crate::exit::Exit;
use crate::failure::Result;
use crate::progress::Progress;
use crate::project::Project;
use crate::real_copy::{Copies, Seen, course};
use crate::set::Set;
use crate::stop::Stop;
use crate::style::DIM;

/// Run the pending migrations on a copy of a database (up, down, up again), and compare every row and value
///
/// Two copies are made in the folder for temporary files (see `TMPDIR`); the original is opened read-only. After the up,
/// and after up and down, each row of each table is looked up by its key, and each value is compared, with its storage
/// class. Each difference is reported with the file that states it, by an UPDATE, a DELETE, a DROP or a directive. A
/// difference that no file states is a loss, and the exit code is 3. What can't be compared is reported too.
///
/// It needs disk space for both copies and for the migrations, which may write a rebuilt table once or twice more. Its
/// memory doesn't grow with the database.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo migratory rehearse --database prod.db")]
pub(crate) struct Rehearse {
    /// Keep the copy at this path, as it is after the last up
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Rehearse {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit> {
        let project = Project::find(context)?;
        let original = database::path(context, Some(&project))?;
        let set = Set::of(&project)?;
        let (stop, progress) = (Stop::listen()?, Progress::new());
        let keep = self.keep.as_deref();
        if keep.is_none() && is_up_to_date(&set, &original)? {
            self.show(&Seen::default());
            return Ok(Exit::Done);
        }
        let rehearsed = Copies::of(&original, keep, &stop, &progress)
            .and_then(|copies| Ok((course(&set, &copies, &stop, &progress)?, copies)));
        progress.clear();
        // After Ctrl-C, SQLite's error about an interrupted statement would be misleading.
        let (seen, mut copies): (Seen, Copies) = rehearsed.map_err(|failure| stop.or(failure))?;
        self.show(&seen);
        if let Some(kept) = keep {
            copies.keep();
            eprintln!("{DIM}the copy, after the last up: {}{DIM:#}", kept.display());
        }
        Ok(seen.exit())
    }

    fn show(&self, seen: &Seen) {
        if self.json {
            seen.print_json();
        } else {
            seen.print();
        }
    }
}

/// Returns whether nothing is pending, so that the copies would be wasted.
fn is_up_to_date(set: &Set, original: &Path) -> Result<bool> {
    let conn = database::open(original, Access::Read)?;
    Ok(set.runner().plan(&conn, Target::Latest)?.is_empty())
}
