//! The file of the copy that migrations run on.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// The suffixes of SQLite's side files.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that is removed unless it is kept.
#[derive(Debug)]
pub(super) struct Kept {
    path: PathBuf,
    is_kept: bool,
}

impl Kept {
    /// Creates an empty file that nobody else can read; the path must not exist yet.
    pub(super) fn reserve(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if BESIDE.iter().any(|end| name.ends_with(end)) {
            let shown = path.display();
            return Err(Failure::new(format!("{shown} has the name of an SQLite side file"))
                .because(
                    "SQLite would take the copy for the log or the journal of another database",
                )
                .help("choose another path"));
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(_) => Ok(Self { path: path.to_owned(), is_kept: false }),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Err(Failure::new(format!("{} already exists", path.display()))
                    .help("choose another path"))
            }
            Err(error) => Err(Failure::unwritable(path.display(), &error)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn keep(&mut self) {
        self.is_kept = true;
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        for end in [""].iter().chain(&BESIDE) {
            let mut path = self.path.clone().into_os_string();
            path.push(end);
            let _ = fs::remove_file(path);
        }
    }
}
