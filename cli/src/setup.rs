//! Prepares a package for its first migration, and shows the changes before it makes them.

mod attributes;
mod build_script;
mod diff;
mod folder;
mod manifest;
mod rusqlite_version;

use std::fs;
use std::path::{Path, PathBuf};

use migratory_analysis::file;

use crate::failure::{Failure, Result};
use crate::path::shown;

/// A new or changed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    path: PathBuf,
    /// `None` if the file is new.
    before: Option<String>,
    after: String,
}

/// All changes.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    pub(crate) changes: Vec<Change>,
    /// What the author has to do by hand, because it can't be done safely.
    pub(crate) by_hand: Vec<String>,
    /// What is already set up.
    pub(crate) kept: Vec<String>,
}

impl Setup {
    /// Finds what the package lacks; `folder` is relative to it, with `/`.
    pub(crate) fn of(package: &Path, folder: &str) -> Result<Self> {
        let mut setup = Self::default();
        folder::add(&mut setup, package, folder);
        build_script::add(&mut setup, package, folder)?;
        manifest::add(&mut setup, package)?;
        attributes::add(&mut setup, package)?;
        setup.leave_out_links(package);
        Ok(setup)
    }

    /// Leaves changes through a link out of the package to the author: the package's content shouldn't decide where
    /// `init` writes.
    fn leave_out_links(&mut self, package: &Path) {
        let changes = std::mem::take(&mut self.changes).into_iter();
        let (inside, outside): (Vec<_>, Vec<_>) =
            changes.partition(|change| leads_inside(&change.path, package));
        self.changes = inside;
        let remark = |change: &Change| {
            let path = shown(&change.path);
            format!(
                "{path} leads out of the package through a link, so it was not changed; it needs\n{}",
                change.diff()
            )
        };
        self.by_hand.extend(outside.iter().map(remark));
    }

    fn change(&mut self, path: PathBuf, before: Option<String>, after: String) {
        self.changes.push(Change { path, before, after });
    }
}

impl Change {
    /// The change as a diff.
    pub(crate) fn diff(&self) -> String {
        diff::diff(&shown(&self.path), self.before.as_deref(), &self.after)
    }

    /// Makes the change, unless the file has changed since it was read.
    pub(crate) fn make(&self) -> Result<()> {
        let path = shown(&self.path);
        let failed = |error: std::io::Error| Failure::unwritable(&path, &error);
        if read(&self.path)? != self.before {
            return Err(Failure::new(format!("{path} has changed in the meantime")).help(
                "run `cargo migratory init` again; it makes only the changes that are missing",
            ));
        }
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&self.path, &self.after).map_err(failed)
    }

    /// The verb for the report.
    pub(crate) fn verb(&self) -> &'static str {
        if self.before.is_some() { "changed" } else { "wrote" }
    }

    pub(crate) fn path(&self) -> String {
        shown(&self.path)
    }
}

/// Whether this path is inside of the folder once links are resolved.
fn leads_inside(path: &Path, folder: &Path) -> bool {
    // A dangling link counts as outside: what it would create is unknown.
    let there = path.ancestors().find(|each| fs::symlink_metadata(each).is_ok());
    match (there.map(fs::canonicalize), fs::canonicalize(folder)) {
        (Some(Ok(there)), Ok(folder)) => there.starts_with(folder),
        _ => false,
    }
}

/// The text of a file; `None` if it doesn't exist.
fn read(path: &Path) -> Result<Option<String>> {
    let unreadable = || Failure::new(format!("can't read {}", shown(path)));
    match file::read(path) {
        Ok(bytes) => {
            String::from_utf8(bytes).map(Some).map_err(|error| unreadable().because(error))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable().because(error)),
    }
}
