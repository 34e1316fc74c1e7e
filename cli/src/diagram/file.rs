//! Files that are there as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::set::shown;

/// Writes a file beside its place, and moves it there; what stood there before is replaced.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    // Of a link, the file that it leads to is written.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let is_special = fs::metadata(&target).is_ok_and(|found| !found.is_file());
    let written =
        if is_special { fs::write(&target, text) } else { replace(&target, text.as_bytes()) };
    written.map_err(|error| Failure::unwritable(shown(path), &error))
}

fn replace(target: &Path, text: &[u8]) -> io::Result<()> {
    let beside = beside(target)?;
    let written = fill(&beside, text).and_then(|()| fs::rename(&beside, target));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn beside(target: &Path) -> io::Result<PathBuf> {
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
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
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
