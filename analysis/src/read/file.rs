//! Opens, reads and replaces files; no other module does.
//!
//! A folder may hold anything: a pipe that blocks until somebody writes, a device that never ends, a file larger than
//! memory. Only a regular file of bounded size is read, even if it was swapped a moment before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The largest file that is read: room for a script with the data of a large table, but a stray dump can't exhaust
/// memory.
pub const LIMIT: u64 = 64 << 20;

/// Reads a regular file of at most [`LIMIT`] bytes.
///
/// Follows symbolic links. Never blocks: a pipe, a socket or a device is an error.
///
/// # Errors
///
/// If the file can't be opened or read, is not a regular file (`InvalidInput`), or is too large (`FileTooLarge`).
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_within(path, LIMIT)
}

/// Reads a regular file of at most `limit` bytes, as [`read`] does.
///
/// # Errors
///
/// Fails as [`read`] does.
pub fn read_within(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Check before opening, since opening a device can have an effect.
    check(&fs::metadata(path)?, limit)?;
    let file = open(path)?;
    // The path may point to something else by now: what counts is the file that was opened.
    let about = file.metadata()?;
    check(&about, limit)?;
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
    // The file may grow while it is read.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    Ok(bytes)
}

/// Writes a file so that whoever reads it sees it whole, as it was before or as it is now.
///
/// The bytes go to a draft next to it, which then takes its name. Nothing waits for the disk: use this
/// for what can be made again.
///
/// # Errors
///
/// If the draft can't be written or renamed; it is removed then, and the file is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // An editor expands macros on several threads of one process.
    static DRAFTS: AtomicUsize = AtomicUsize::new(0);
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    let draft = path.with_extension(format!("{}.{number}.tmp", process::id()));
    let written = fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(draft);
    }
    written
}

fn check(about: &fs::Metadata, limit: u64) -> io::Result<()> {
    if about.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    if about.len() > limit { Err(too_large(limit)) } else { Ok(()) }
}

fn too_large(limit: u64) -> io::Error {
    let size =
        if limit >= 1 << 20 { format!("{} MiB", limit >> 20) } else { format!("{limit} bytes") };
    io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {size}"))
}

/// Opens a file without blocking, where the system supports it.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().read(true).custom_flags(NON_BLOCKING).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// `O_NONBLOCK`, which makes opening a pipe return at once and has no effect on a regular file. The standard library
/// has no name for it; the numbers are part of each system's ABI.
#[cfg(unix)]
const NON_BLOCKING: i32 = if cfg!(all(
    any(target_os = "linux", target_os = "android"),
    any(
        target_arch = "x86",
        target_arch = "x86_64",
        target_arch = "arm",
        target_arch = "aarch64",
        target_arch = "riscv32",
        target_arch = "riscv64",
        target_arch = "powerpc",
        target_arch = "powerpc64",
        target_arch = "s390x",
        target_arch = "loongarch64"
    )
)) {
    0o4000
} else if cfg!(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "netbsd",
    target_os = "openbsd",
    target_os = "dragonfly"
)) {
    0x4
} else {
    // Here only the check before opening protects.
    0
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_the_limit() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.sql");
        fs::write(&path, b"12345").expect("a file");
        assert_eq!(read(&path).expect("it is short"), b"12345");
        assert_eq!(read_within(&path, 5).expect("it fits"), b"12345");
        let error = read_within(&path, 4).expect_err("it does not fit");
        assert_eq!(
            (error.kind(), &*error.to_string()),
            (io::ErrorKind::FileTooLarge, "it is larger than 4 bytes")
        );
        let sparse = File::create(folder.path().join("sparse.sql")).expect("a file");
        sparse.set_len(LIMIT + 1).expect("a large file");
        let error = read(&folder.path().join("sparse.sql")).expect_err("it is too large");
        assert_eq!(error.to_string(), "it is larger than 64 MiB");
        let error = read(folder.path()).expect_err("a folder");
        assert_eq!(error.to_string(), "it is a folder");
    }

    /// A pipe that takes a file's place between the check and the opening must not block the build.
    #[cfg(unix)]
    #[test]
    fn opening_a_pipe_does_not_block() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) || NON_BLOCKING == 0 {
            return;
        }
        let opened = open(&pipe).expect("opening returns at once");
        assert!(check(&opened.metadata().expect("a pipe"), LIMIT).is_err());
        assert_eq!(read(&pipe).expect_err("a pipe").kind(), io::ErrorKind::InvalidInput);
    }
}
