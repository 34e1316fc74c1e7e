//! Checks files before they are written.

use std::fs;
use std::io;
use std::path::Path;

use migratory_analysis::{Findings, Severity, file};

use super::write::File;
use crate::failure::{Failure, Result};
use crate::project::Project;

/// Folders of migrations, and rows for the rehearsal, are one level down.
const DEPTH: usize = 2;

/// The outcome of a check.
#[derive(Debug)]
pub(crate) enum Verdict {
    Passes,
    /// The errors, in a sentence each.
    Refused(Vec<String>),
}

/// Checks the set together with the new files, in a copy of its folder.
pub(crate) fn judge(project: &Project, files: &[File]) -> Result<Verdict> {
    let package = staged(project, files).map_err(|error| {
        Failure::new("can't copy the set to check the migration").because(error)
    })?;
    let outcome = migratory_rehearsal::check(package.path(), &project.folder, &project.options);
    Ok(match outcome {
        Ok(_) => Verdict::Passes,
        Err(findings) => Verdict::Refused(messages(&findings)),
    })
}

fn messages(findings: &Findings) -> Vec<String> {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
}

fn staged(project: &Project, files: &[File]) -> io::Result<tempfile::TempDir> {
    let package = tempfile::tempdir()?;
    let folder = package.path().join(&project.folder);
    copy(&project.path(), &folder, DEPTH)?;
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(path, &file.text)?;
    }
    Ok(package)
}

/// Copies what a check reads: the files, and those of the folder's own folders. Anything else isn't
/// part of a set, and the check of the set itself reports it.
fn copy(from: &Path, to: &Path, depth: usize) -> io::Result<()> {
    fs::create_dir_all(to)?;
    if !from.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            // A link may point to a parent folder.
            if depth > 1 {
                copy(&path, &target, depth - 1)?;
            }
        } else if path.is_file() {
            fs::write(&target, file::read(&path)?)?;
        }
    }
    Ok(())
}
