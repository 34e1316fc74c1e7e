//! The one way in which a file is opened and read.
//!
//! A folder may hold anything: a pipe whose opening waits for a writer, a device that never ends, a file larger than the
//! memory. What is read is a regular file of bounded size, also if it was exchanged a moment before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

/// How large a file may be: a script with the data of a large table fits, and a mistake does not fill the memory.
pub const LIMIT: u64 = 64 << 20;

/// Reads a regular file of at most [`LIMIT`] bytes.
///
/// Symbolic links are followed. Nothing is waited for: a pipe, a socket or a device is an error.
///
/// # Errors
///
/// If it can't be opened or read, is no regular file (`InvalidInput`), or is larger (`FileTooLarge`).
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_within(path, LIMIT)
}

/// The same, with another bound.
pub(crate) fn read_within(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    // Where it is known before that it is another thing, it is not even opened: that alone may start something.
    check(&fs::metadata(path)?, limit)?;
    let file = open(path)?;
    // Between the two it may have been exchanged: what counts is what was opened.
    let about = file.metadata()?;
    check(&about, limit)?;
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default());
    // It may grow while it is read.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    Ok(bytes)
}

fn check(about: &fs::Metadata, limit: u64) -> io::Result<()> {
    if about.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no regular file"));
    }
    if about.len() > limit { Err(too_large(limit)) } else { Ok(()) }
}

fn too_large(limit: u64) -> io::Error {
    let size =
        if limit >= 1 << 20 { format!("{} MiB", limit >> 20) } else { format!("{limit} bytes") };
    io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {size}"))
}

/// Opens a file without waiting for anybody, where the system can be asked to.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new().read(true).custom_flags(NON_BLOCKING).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// `O_NONBLOCK`, which makes the opening of a pipe return at once, and says nothing to a regular file. The standard
/// library does not name it; the numbers are part of each system's interface.
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
    // The check before the opening is left.
    0
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_bound() {
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

    /// What stands there when the file is opened is what counts, so a pipe is no regular file, and is not waited for.
    #[cfg(unix)]
    #[test]
    fn a_pipe_that_is_opened_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) || NON_BLOCKING == 0 {
            return;
        }
        let opened = open(&pipe).expect("it is opened at once");
        assert!(check(&opened.metadata().expect("a pipe"), LIMIT).is_err());
        assert_eq!(read(&pipe).expect_err("a pipe").kind(), io::ErrorKind::InvalidInput);
    }
}
