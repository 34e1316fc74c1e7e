//! Detects whether a path leads to an open database or to one of its side files.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The suffixes of the files that SQLite keeps next to a database.
pub(super) const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Says which file of the database `path` is, under any spelling; `None` if it is neither the
/// database nor one of its side files.
///
/// A side file that doesn't exist yet can't be compared. Instead, the file system resolves the
/// database path that the name would belong to: links, `..` and the case of letters need no rules
/// here.
pub(super) fn part_of(database: &Path, path: &Path) -> Option<&'static str> {
    if is_same(database, path) {
        return Some("that is the database itself");
    }
    let is_side_file = SIDE_FILES.iter().any(|suffix| {
        is_same(&with_suffix(database, suffix), path)
            || without_suffix(path, suffix).is_some_and(|owner| is_same(database, &owner))
    });
    is_side_file.then_some("SQLite keeps a part of the database under that name")
}

/// Appends a suffix to the name of a path.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn without_suffix(path: &Path, suffix: &str) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let (stem, end) = name.split_at_checked(name.len().checked_sub(suffix.len())?)?;
    end.eq_ignore_ascii_case(suffix).then(|| path.with_file_name(stem))
}

/// Returns whether both paths lead to one file, by device and inode: a hard link has another name.
#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path| fs::metadata(path).map(|it| (it.dev(), it.ino())).ok();
    identity(one).is_some_and(|one| Some(one) == identity(other))
}

/// Returns whether both paths lead to one file, after resolving links.
#[cfg(not(unix))]
fn is_same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}
