//! The rehearsal of [`migratory`](https://docs.rs/migratory): runs a folder of SQLite migrations on databases in memory,
//! and finds what fails on them or loses rows.
//!
//! This is a plain library; the macro and the command line print its findings. [`check`] is the entry point: it reads
//! the folder with [`migratory_analysis`], and rehearses what can be run of it.
//!
//! `course` drives: it takes the set over empty tables and over populated ones and compares. `sandbox` is the database
//! in which a script can do no harm, `act` what SQLite's authorizer hears of a statement, `schema` what a database
//! holds, `rows` makes rows up, `rules` judge a script by what it does, and `memo` remembers what passed. [`real`] does
//! it on the copy of a real database.

mod act;
mod context;
mod course;
mod memo;
pub mod real;
mod rows;
mod rules;
mod sandbox;
pub mod schema;
mod unenforced;

use std::path::Path;

use migratory_analysis::{Checked, Findings, Options, analyse};

pub use sandbox::scratch::{confine, scratch};

/// Reads the migrations in `folder`, checks them, and rehearses them, unless the options say otherwise.
///
/// The arguments are those of [`migratory_analysis::check`]. A set with an error in a name or a text is rehearsed as
/// far as it can be, so that one build shows all that is wrong.
///
/// The same folder gives the same result, byte for byte: nothing depends on the machine, the clock, or the order in
/// which the file system lists entries.
///
/// # Errors
///
/// Returns every problem of the set, once each.
///
/// ```
/// use migratory_analysis::Options;
///
/// let package = tempfile::tempdir()?;
/// let folder = package.path().join("migrations");
/// std::fs::create_dir(&folder)?;
/// std::fs::write(folder.join("000001_note.up.sql"), "CREATE TABLE note (id INTEGER PRIMARY KEY);")?;
/// std::fs::write(folder.join("000001_note.down.sql"), "DROP TABLE notes;")?;
///
/// let findings = migratory_rehearsal::check(package.path(), "migrations", &Options::default());
/// let findings = findings.expect_err("the down fails");
/// assert!(findings.to_string().contains("no such table: notes"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn check(package: &Path, folder: &str, options: &Options) -> Result<Checked, Findings> {
    let mut analysis = analyse(package, folder, options);
    if analysis.options.rehearsal {
        analysis.set = analysis.set.map(|set| {
            let rehearsal = unenforced::rehearse(&set, &analysis.options, &mut analysis.findings);
            set.with_rehearsal(rehearsal)
        });
    }
    analysis.conclude(|options| check(package, folder, options))
}
