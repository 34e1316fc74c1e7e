//! Writes a file whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::path::shown;

/// Writes a temporary file next to the path and renames it, so that readers never see half a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    // A link stays one: the file that it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_special = fs::metadata(&target).is_ok_and(|found| !found.is_file());
    let written =
        if is_special { fs::write(&target, text) } else { replace(&target, text.as_bytes()) };
    written.map_err(|error| Failure::unwritable(shown(path), &error))
}

fn replace(target: &Path, text: &[u8]) -> io::Result<()> {
    let temporary = temporary(target)?;
    let written = fill(&temporary, text).and_then(|()| fs::rename(&temporary, target));
    if written.is_err() {
        // Report the first error, not that of the cleanup.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn temporary(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", std::process::id()));
    Ok(target.with_file_name(hidden))
}

fn fill(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_without_leftovers() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("schema.svg");
        for text in ["one", "two"] {
            write(&path, text).expect("it is written");
            assert_eq!(fs::read_to_string(&path).expect("a text"), text);
        }
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        assert!(write(&folder.path().join("no/schema.svg"), "").is_err());
    }
}
