//! What a package needs before its first migration, as changes to files that are shown before they are made.

mod attributes;
mod build_script;
mod diff;
mod folder;
mod manifest;

use std::fs;
use std::path::{Path, PathBuf};

use migratory_analysis::file;

use crate::failure::{Failure, Result};
use crate::set::shown;

/// A file that is made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    path: PathBuf,
    /// `None` if there is no such file yet.
    before: Option<String>,
    after: String,
}

/// All that is to be done.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    pub(crate) changes: Vec<Change>,
    /// What a person has to do, since it can't be done safely.
    pub(crate) by_hand: Vec<String>,
    /// What is as it should be already.
    pub(crate) kept: Vec<String>,
}

impl Setup {
    /// What the package lacks; `folder` is relative to it, with `/`.
    pub(crate) fn of(package: &Path, folder: &str) -> Result<Self> {
        let mut setup = Self::default();
        folder::add(&mut setup, package, folder);
        build_script::add(&mut setup, package, folder)?;
        manifest::add(&mut setup, package)?;
        attributes::add(&mut setup, package)?;
        setup.leave_out_links(package);
        Ok(setup)
    }

    /// Leaves to a person what would be written through a link to somewhere else: whoever made the package made the
    /// link, and not whoever runs `init` in it.
    fn leave_out_links(&mut self, package: &Path) {
        let changes = std::mem::take(&mut self.changes).into_iter();
        let (inside, outside): (Vec<_>, Vec<_>) =
            changes.partition(|change| leads_inside(&change.path, package));
        self.changes = inside;
        let told = |change: &Change| {
            let path = shown(&change.path);
            format!(
                "{path} leads out of the package, so it was left alone: it needs\n{}",
                change.diff()
            )
        };
        self.by_hand.extend(outside.iter().map(told));
    }

    fn change(&mut self, path: PathBuf, before: Option<String>, after: String) {
        self.changes.push(Change { path, before, after });
    }
}

impl Change {
    /// What it does, for a person to look at.
    pub(crate) fn diff(&self) -> String {
        diff::diff(&shown(&self.path), self.before.as_deref(), &self.after)
    }

    /// Makes it, unless the file is another one by now.
    pub(crate) fn make(&self) -> Result<()> {
        let path = shown(&self.path);
        let failed = |error: std::io::Error| Failure::unwritable(&path, &error);
        if read(&self.path)? != self.before {
            return Err(Failure::new(format!("{path} has changed in the meantime")).help(
                "`cargo migratory init` looks at it again; what was done is not done twice",
            ));
        }
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&self.path, &self.after).map_err(failed)
    }

    /// The word for what is done.
    pub(crate) fn verb(&self) -> &'static str {
        if self.before.is_some() { "changed" } else { "wrote" }
    }

    pub(crate) fn path(&self) -> String {
        shown(&self.path)
    }
}

/// Whether what is written to this path comes to stand in the folder, when links are followed.
fn leads_inside(path: &Path, folder: &Path) -> bool {
    // Of a link that leads nowhere, it isn't known what would be made.
    let there = path.ancestors().find(|each| fs::symlink_metadata(each).is_ok());
    match (there.map(fs::canonicalize), fs::canonicalize(folder)) {
        (Some(Ok(there)), Ok(folder)) => there.starts_with(folder),
        _ => false,
    }
}

/// The text of a file; `None` if there is none.
fn read(path: &Path) -> Result<Option<String>> {
    let unreadable = || Failure::new(format!("{} can't be read", shown(path)));
    match file::read(path) {
        Ok(bytes) => {
            String::from_utf8(bytes).map(Some).map_err(|error| unreadable().because(error))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable().because(error)),
    }
}
