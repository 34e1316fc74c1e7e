//! An unfinished copy, which no other user can see or replace.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::same_file::with_suffix;

/// The suffix of a copy's name until it is complete.
pub(super) const SUFFIX: &str = ".partial";
/// The prefix of the file names in that folder.
const OURS: &str = "migratory-backup-";

/// A private folder `<copy>.partial` with the unfinished copy in it; dropping this removes both.
///
/// It is a folder because creating one follows no link and replaces nothing, and because SQLite's
/// side files of the copy are then private too.
pub(super) struct Partial {
    folder: PathBuf,
    file: PathBuf,
}

impl Partial {
    /// Creates the folder and an empty file in it. Fails if the name is taken.
    pub(super) fn create(copy: &Path) -> io::Result<Self> {
        let folder = with_suffix(copy, SUFFIX);
        private_folder(&folder)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let file = folder.join(format!("{OURS}{}-{now}", std::process::id()));
        let partial = Self { folder, file };
        private_file(&partial.file)?;
        Ok(partial)
    }

    /// Like [`create`](Self::create), but replaces what a killed process left behind.
    pub(super) fn replace(copy: &Path) -> io::Result<Self> {
        match Self::create(copy) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                remove_left_over(&with_suffix(copy, SUFFIX))?;
                Self::create(copy)
            }
            outcome => outcome,
        }
    }

    /// Returns the file to write to.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Moves the copy to its final name once it is on disk, readable only by those who can read the
    /// original.
    pub(super) fn publish(self, copy: &Path, original: &Metadata) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.file)?;
        protect(&self.file, &file, original)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&self.file, copy)?;
        sync_folder(copy)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = remove_left_over(&self.folder);
    }
}

/// Removes a folder that holds unfinished copies of ours and nothing else.
pub(super) fn remove_left_over(folder: &Path) -> io::Result<()> {
    let in_the_way = || {
        let what = format!("{} is in the way, and is not an unfinished backup", folder.display());
        io::Error::new(ErrorKind::AlreadyExists, what)
    };
    if !fs::symlink_metadata(folder)?.is_dir() {
        return Err(in_the_way());
    }
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let entry = entry?;
        let is_ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(OURS));
        if !is_ours || !entry.file_type()?.is_file() {
            return Err(in_the_way());
        }
        files.push(entry.path());
    }
    files.iter().try_for_each(fs::remove_file)?;
    fs::remove_dir(folder)
}

fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private_file(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Gives the copy the owner and permissions of the original, as far as this process is allowed to.
#[cfg(unix)]
fn protect(path: &Path, file: &File, original: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    let (owner, group) = (original.uid(), original.gid());
    if chown(path, Some(owner), Some(group)).is_err() {
        let _ = chown(path, None, Some(group));
    }
    let has_its_group = file.metadata()?.gid() == group;
    file.set_permissions(fs::Permissions::from_mode(mode(original.mode(), has_its_group)))
}

/// Restricts a newly created database to the permissions of its backup. An existing database keeps
/// its own.
#[cfg(unix)]
pub(super) fn narrow(database: &Path, backup: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let (here, there) = (fs::metadata(database), fs::metadata(backup)?);
    let Ok(here) = here.map(|it| (it.mode() & 0o777, it.len(), it.gid())) else { return Ok(()) };
    let wanted = here.0 & (mode(there.mode(), here.2 == there.gid()) | 0o600);
    if here.1 > 0 || wanted == here.0 {
        return Ok(());
    }
    fs::set_permissions(database, fs::Permissions::from_mode(wanted))
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(super) fn narrow(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns the mode of a copy. If it has a different group, the copy grants only what the original
/// grants to everybody.
#[cfg(unix)]
fn mode(original: u32, has_its_group: bool) -> u32 {
    let mode = original & 0o666;
    let anybody = mode >> 3 & mode & 0o6;
    if has_its_group { mode } else { mode & 0o600 | anybody << 3 | anybody }
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on Unix")]
fn protect(_: &Path, _: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Syncs the folder of a file, without which the file's name may be lost. Only Unix can open
/// folders.
fn sync_folder(file: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_never_more_open_than_the_original() {
        for (original, its_group, another_group) in [
            (0o100_600, 0o600, 0o600),
            (0o100_640, 0o640, 0o600),
            (0o100_644, 0o644, 0o644),
            (0o100_604, 0o604, 0o600),
            (0o100_664, 0o664, 0o644),
            (0o104_755, 0o644, 0o644),
            (0o100_400, 0o400, 0o400),
        ] {
            assert_eq!(mode(original, true), its_group, "{original:o}");
            assert_eq!(mode(original, false), another_group, "{original:o}");
        }
    }
}
