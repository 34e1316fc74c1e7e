//! Measures how much the process has grown since a rehearsal began.
//!
//! SQLite counts its memory for the whole process, and only unsafe code can ask for it. Linux
//! publishes the size of a process in a file. On other systems only the limits on pages, lengths
//! and time bound a rehearsal.

use std::fs::File;

/// The size of a page, which `statm` counts in. Where pages are larger, the limit on growth is
/// larger in proportion.
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

    /// How many bytes the process has grown by since the start.
    pub(crate) fn growth(&self) -> u64 {
        let size = self.file.as_ref().and_then(resident).unwrap_or(0);
        size.saturating_sub(self.base)
    }
}

/// The second number of the file: the pages in memory.
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
    fn allocated_memory_counts_as_growth() {
        // Compares with zero, since other tests may free memory meanwhile.
        let memory = Memory { base: 0, ..Memory::new() };
        let held = vec![1_u8; 64 << 20];
        assert!(memory.growth() >= held.len() as u64);
    }
}
