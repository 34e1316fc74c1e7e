//! Whether a path leads to a database that is open, or to a file that belongs to it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// What SQLite appends to the name of a database for the files that it keeps next to it.
pub(super) const SIDE_FILES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Says what `path` is to the database, if it is the database or one of its files, under whatever spelling.
///
/// A side file that does not exist yet can't be compared. It is recognised by the database that its name would
/// belong to, which the file system itself resolves: links, `..` and the case of letters need no rules here.
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

/// The path with more at the end of its name.
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

/// Whether both paths lead to one file, by its device and inode: a hard link has a name of its own.
#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path| fs::metadata(path).map(|it| (it.dev(), it.ino())).ok();
    identity(one).is_some_and(|one| Some(one) == identity(other))
}

/// Whether both paths lead to one file, by what is left when links are resolved.
#[cfg(not(unix))]
fn is_same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}
