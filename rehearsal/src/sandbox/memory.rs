//! How much the process has grown since a rehearsal began.
//!
//! SQLite counts its memory for the whole process, and only unsafe code can ask. Linux tells the size of a process in
//! a file; elsewhere nothing is known, and the limits on pages, lengths and time are all that bounds a rehearsal.

use std::fs::File;

/// The size of a page, as `statm` counts. Where pages are larger, the bound is as much looser.
#[cfg(target_os = "linux")]
const PAGE: u64 = 4096;

/// Reads the size of the process.
#[derive(Debug)]
pub(crate) struct Memory {
    file: Option<File>,
    base: u64,
}

impl Memory {
    pub(crate) fn new() -> Self {
        let file = cfg!(target_os = "linux").then(|| File::open("/proc/self/statm"));
        let file = file.and_then(Result::ok);
        let base = file.as_ref().and_then(resident).unwrap_or(0);
        Self { file, base }
    }

    /// How many bytes the process has grown by since.
    pub(crate) fn growth(&self) -> u64 {
        let size = self.file.as_ref().and_then(resident).unwrap_or(0);
        size.saturating_sub(self.base)
    }
}

/// The second number of the file: the pages that are in memory.
#[cfg(target_os = "linux")]
fn resident(file: &File) -> Option<u64> {
    use std::os::unix::fs::FileExt as _;
    let mut text = [0; 128];
    let count = file.read_at(&mut text, 0).ok()?;
    let text = std::str::from_utf8(&text[..count]).ok()?;
    Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
}

#[cfg(not(target_os = "linux"))]
fn resident(_: &File) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_the_process_allocates_is_growth() {
        // From nothing, since other tests may give memory back meanwhile.
        let memory = Memory { base: 0, ..Memory::new() };
        let held = vec![1_u8; 64 << 20];
        assert!(memory.growth() >= held.len() as u64);
    }
}
