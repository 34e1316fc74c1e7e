//! What a folder lists.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// An entry of a folder.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name; what is not UTF-8 in it is replaced.
    pub(crate) name: String,
    /// Whether the name is UTF-8.
    pub(crate) is_utf8: bool,
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
}

/// What an entry is, symbolic links followed.
#[derive(Debug)]
pub(crate) enum Kind {
    File,
    Folder,
    /// A symbolic link that leads nowhere, or round in a circle.
    BrokenLink,
    /// A symbolic link to a file or a folder outside of all the folders that it may lead to.
    LinkOut,
    /// A socket, a pipe, a device.
    Other,
}

/// The entries of a folder, in the order of their names.
///
/// `inside` are the folders, in their canonical form, that a symbolic link may lead to.
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
