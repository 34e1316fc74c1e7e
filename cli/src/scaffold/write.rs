//! Writes new files, without touching existing ones.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::path::shown;

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Relative to the folder, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Writes all of the files, or none; an existing file is never touched.
pub(crate) fn write(folder: &Path, files: &[File]) -> Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        match create(&path, &file.text) {
            Ok(()) => written.push(path),
            Err(error) => {
                for path in &written {
                    // Half a migration is worse than none; `check` reports what can't be removed.
                    let _ = fs::remove_file(path);
                }
                return Err(refused(&path, &error));
            }
        }
    }
    Ok(written)
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

fn refused(path: &Path, error: &io::Error) -> Failure {
    let path = shown(path);
    if error.kind() == io::ErrorKind::AlreadyExists {
        Failure::new(format!("{path} already exists"))
            .because("nothing is overwritten; nothing was written")
            .help("choose another name, or delete the file")
    } else {
        Failure::unwritable(path, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_written_or_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |path: &str| File { path: path.to_owned(), text: "new".to_owned() };
        write(folder.path(), &[file("1_a/up.sql")]).expect("a new file");
        write(folder.path(), &[file("1_b.up.sql"), file("1_a/up.sql")]).expect_err("one exists");
        assert!(!folder.path().join("1_b.up.sql").exists());
        let text = fs::read_to_string(folder.path().join("1_a/up.sql")).expect("it is there");
        assert_eq!(text, "new");
    }
}
