//! The tool's folder, which is only read.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use migratory_analysis::file;

use crate::failure::{Failure, Result};
use crate::path::shown;

/// The files of a folder and of the folders in it.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// By their paths relative to the folder, with `/`.
    files: BTreeMap<String, PathBuf>,
}

impl Folder {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        if !path.is_dir() {
            let what = if path.exists() { "isn't a folder" } else { "doesn't exist" };
            return Err(Failure::new(format!("{} {what}", shown(path))));
        }
        let mut files = BTreeMap::new();
        let mut folders = vec![(path.to_owned(), String::new())];
        while let Some((folder, above)) = folders.pop() {
            let failed = |error| unreadable(&folder, &error);
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.starts_with('.') {
                    continue;
                }
                // Links to folders are not followed: they may point to a parent.
                if entry.file_type().map_err(failed)?.is_dir() {
                    folders.push((entry.path(), format!("{above}{name}/")));
                } else {
                    files.insert(format!("{above}{name}"), entry.path());
                }
            }
        }
        Ok(Self { path: path.to_owned(), files })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All files, by name.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The files in the folder itself.
    pub(crate) fn top(&self) -> impl Iterator<Item = &str> {
        self.files().filter(|file| !file.contains('/'))
    }

    pub(crate) fn has(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    pub(crate) fn text(&self, file: &str) -> Result<String> {
        let missing = || Failure::new(format!("no file {}", shown(&self.path.join(file))));
        let path = self.files.get(file).ok_or_else(missing)?;
        let bytes = self.bytes(path).map_err(|error| unreadable(path, &error))?;
        String::from_utf8(bytes).map_err(|error| {
            Failure::new(format!("{} is not UTF-8", shown(path)))
                .because(error.utf8_error())
                .help("save it as UTF-8, then import again")
        })
    }

    /// Refuses links out of the folder: their content would be copied into migrations that are published.
    fn bytes(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path.is_symlink() && !fs::canonicalize(path)?.starts_with(fs::canonicalize(&self.path)?)
        {
            let message = "it is a symbolic link out of the folder";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        file::read(path)
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("can't read {}", shown(path))).because(error)
}

/// Whether it is a script; in upper case too, though most tools ignore such names.
pub(crate) fn is_sql(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
}

/// The last part of a path with `/`.
pub(crate) fn last(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}
