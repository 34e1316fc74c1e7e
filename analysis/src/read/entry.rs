//! The entries of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// An entry of a folder.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name, with U+FFFD for bytes that are not UTF-8.
    pub(crate) name: String,
    /// Whether the name is UTF-8.
    pub(crate) is_utf8: bool,
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
}

/// What an entry is, after following symbolic links.
#[derive(Debug)]
pub(crate) enum Kind {
    File,
    Folder,
    /// A symbolic link to something that does not exist, or to itself.
    BrokenLink,
    /// A symbolic link to a file or folder outside the allowed folders.
    LinkOut,
    /// A socket, a pipe, a device.
    Other,
}

/// Lists the entries of a folder, sorted by name.
///
/// `inside` holds the canonical paths of the folders that a symbolic link may point into.
pub(crate) fn list(folder: &Path, inside: &[PathBuf]) -> io::Result<Vec<Entry>> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| Entry::new(&entry, inside)))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(entries)
}

impl Entry {
    fn new(entry: &fs::DirEntry, inside: &[PathBuf]) -> Self {
        let name = entry.file_name();
        let path = entry.path();
        Self {
            name: name.to_string_lossy().into_owned(),
            is_utf8: name.to_str().is_some(),
            kind: Kind::of(&path, inside),
            path,
        }
    }
}

impl Kind {
    fn of(path: &Path, inside: &[PathBuf]) -> Self {
        if path.is_symlink() {
            match path.canonicalize() {
                Err(_) => return Self::BrokenLink,
                Ok(target) if !inside.iter().any(|folder| target.starts_with(folder)) => {
                    return Self::LinkOut;
                }
                Ok(_) => {}
            }
        }
        if path.is_dir() {
            Self::Folder
        } else if path.is_file() {
            Self::File
        } else {
            Self::Other
        }
    }
}
