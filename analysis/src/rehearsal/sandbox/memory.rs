//! How much the process has grown since a statement began.
//!
//! SQLite counts its memory for the whole process, and only unsafe code can ask. Linux tells the size of a process in
//! a file; elsewhere nothing is known, and the limits on pages, lengths and time are all that bounds a statement.

use std::fs::File;
use std::io::{Read as _, Seek as _};

/// The size of a page, as `statm` counts. Where pages are larger, the bound is as much looser.
const PAGE: u64 = 4096;

/// Reads the size of the process.
#[derive(Debug)]
pub(crate) struct Memory {
    file: Option<File>,
    statement: u32,
    base: u64,
}

impl Memory {
    pub(crate) fn new() -> Self {
        let file = cfg!(target_os = "linux").then(|| File::open("/proc/self/statm"));
        Self { file: file.and_then(Result::ok), statement: u32::MAX, base: 0 }
    }

    /// How many bytes the process has grown by since it was first asked of this statement.
    pub(crate) fn growth(&mut self, statement: u32) -> u64 {
        let Some(size) = self.file.as_mut().and_then(resident) else { return 0 };
        if self.statement != statement {
            (self.statement, self.base) = (statement, size);
        }
        size.saturating_sub(self.base)
    }
}

/// The second number of the file: the pages that are in memory.
fn resident(file: &mut File) -> Option<u64> {
    let mut text = [0; 128];
    file.rewind().ok()?;
    let count = file.read(&mut text).ok()?;
    let text = std::str::from_utf8(&text[..count]).ok()?;
    Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_the_process_allocates_is_growth_of_the_statement_that_runs() {
        let mut memory = Memory::new();
        assert_eq!(memory.growth(1), 0);
        let held = vec![1_u8; 64 << 20];
        assert!(memory.growth(1) > 32 << 20, "{} bytes are held", held.len());
        assert_eq!(memory.growth(2), 0, "the next statement begins anew");
    }
}
