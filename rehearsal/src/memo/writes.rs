//! Writes and reads the tables that a migration writes to, in the file of a memo.

use std::iter;

use migratory_analysis::Writes;

/// Formats them as two words of a line.
pub(super) fn spelt(writes: &Writes) -> String {
    let word = |tables: &Option<String>| match tables {
        None => "-".to_owned(),
        Some(tables) => {
            let digits = tables.bytes().map(|byte| format!("{byte:02x}"));
            iter::once("=".to_owned()).chain(digits).collect()
        }
    };
    format!("{} {}", word(&writes.up), word(&writes.down))
}

/// Parses what [`spelt`] wrote; returns `None` for anything else.
pub(super) fn read(line: &str) -> Option<Writes> {
    let word = |word: &str| {
        let Some(digits) = word.strip_prefix('=') else {
            return (word == "-").then_some(None);
        };
        let byte = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let bytes: Option<Vec<_>> = (0..digits.len()).step_by(2).map(byte).collect();
        String::from_utf8(bytes?).ok().map(Some)
    };
    let (up, down) = line.split_once(' ')?;
    Some(Writes { up: word(up)?, down: word(down)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_back_as_they_were_written() {
        let tables = ["", "note", "a b\nÄ=-"].map(|tables| Some(tables.to_owned()));
        for up in tables.iter().chain([&None]) {
            for down in tables.iter().chain([&None]) {
                let writes = Writes { up: up.clone(), down: down.clone() };
                assert_eq!(read(&spelt(&writes)), Some(writes));
            }
        }
        for line in ["", "-", "- ", "- =0", "- =zz", "=ff -", "- - -", "-  -", "x -"] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
