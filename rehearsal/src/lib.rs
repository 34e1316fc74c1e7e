//! The rehearsal of [`migratory`](https://docs.rs/migratory): runs a folder of SQLite migrations on
//! databases in memory, and finds what fails on them or loses rows.
//!
//! `migratory` runs it while an application compiles, and `cargo migratory check` on the command
//! line; applications depend on `migratory`. This crate is for other tools on the same checks: a
//! plain library that returns its findings, and prints nothing.
//!
//! # How a rehearsal works
//!
//! [`check`] is the entry point: it reads the folder with [`migratory_analysis`], and rehearses
//! whatever in it can run. `course/supervision` asks `memo` which migrations passed before, and
//! rehearses the others on a thread with a time limit. `course/runs` has two followers of the set:
//! `course/empty` runs each script on empty tables, where the rules judge it, and
//! `course/populated`, one migration behind, on rows.
//!
//! Each folder imports only from those below it:
//!
//! | folder | contents |
//! |---|---|
//! | [`real`] | the rehearsal on the copy of a real database |
//! | `course` | the rehearsal of a set: the runs, their findings, and what is known between them |
//! | `memo` | which migrations passed, from build to build, and the images to continue from |
//! | `comparison` | rows and values before a script compared with those after it |
//! | `script` | what a script does and intends, read from SQLite's reports and its text |
//! | `sandbox` | the database in which a script can do no harm, and the bounds of a rehearsal |
//! | `rows` | sample rows: ordinary ones, and edge rows |
//! | `rules` | one file per rule, which judges a script by what it does on empty tables |
//! | `remedy` | what to write instead of what SQLite does not know, or the rehearsal refuses |
//! | `mention` | a text for people, together with the names of the schema in it |
//! | `pack` | values as bytes, and read back, for images |
//! | [`schema`] | what a database holds, read, compared and quoted |
//! | `act` | what SQLite's authorizer reports of a statement |
//!
//! `continued` is for tests: it compares rehearsals that continue from an image with whole ones.

mod act;
mod comparison;
#[cfg(test)]
mod continued;
mod course;
mod memo;
mod mention;
mod pack;
pub mod real;
mod remedy;
mod rows;
mod rules;
mod sandbox;
pub mod schema;
mod script;

use std::path::Path;

use migratory_analysis::{Checked, Findings, Options, analyse};

pub use memo::identity;
pub use sandbox::scratch::{confine, scratch};

/// Reads the migrations in `folder`, checks them, and rehearses them unless the options turn that
/// off.
///
/// The arguments are those of [`migratory_analysis::check`]. A set with an error in a name or a
/// text is rehearsed as far as possible, so that one build reports every problem.
///
/// The same folder gives the same result, byte for byte: it depends neither on the machine nor on
/// the clock, nor on the order in which the file system lists entries.
///
/// # Errors
///
/// Returns every problem of the set, each once.
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
            let rehearsal = course::rehearse(&set, &analysis.options, &mut analysis.findings);
            set.with_rehearsal(rehearsal)
        });
    }
    analysis.conclude(|options| check(package, folder, options))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_schema_is_proven_after_an_up_that_was_not_rehearsed() {
        let package = tempfile::tempdir().expect("a folder");
        let folder = package.path().join("migrations");
        std::fs::create_dir(&folder).expect("a folder");
        for version in 1..=3 {
            let up = match version {
                2 => "-- migratory: no-rehearsal: calls a function of the application\nSELECT f();"
                    .to_owned(),
                _ => format!("CREATE TABLE t{version} (a);"),
            };
            std::fs::write(folder.join(format!("{version}_a.sql")), up).expect("a file");
        }
        let mut options = Options::default();
        options.up_only = true;
        let checked = check(package.path(), "migrations", &options).expect("a sound set");
        let proven: Vec<_> = checked.proven_schemas().map(|schema| schema.is_some()).collect();
        assert_eq!(proven, [true, false, false]);
    }
}
