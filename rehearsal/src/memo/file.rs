//! The file that remembers from build to build which migrations passed.
//!
//! It has a line for each migration, with its key, the fingerprint of the schema after it and the
//! tables that it writes to, and at the end a checksum of all lines. The fingerprints become part
//! of the program, so a file that is not exactly as it was written counts as missing.

use std::path::Path;

use migratory_analysis::Rehearsal;
use migratory_core::Sha256;
use migratory_runtime::Checksum;

use super::{Outcome, writes};
use migratory_analysis::file::{read_within, replace};

/// The size of a file with a line for each of a hundred thousand migrations; a larger one is some
/// other file.
const LARGEST: u64 = 250 * 100_000;

/// Reads what is known about these migrations: it has a schema for each that passed.
pub(super) fn read(file: &Path, keys: &[Checksum]) -> Rehearsal {
    let mut read = Rehearsal::default();
    rusqlite::version().clone_into(&mut read.sqlite);
    let Some(text) = intact(file) else { return read };
    for (key, line) in keys.iter().zip(text.lines()) {
        let schema = match line.split_once(' ') {
            Some((of, schema)) if Checksum::from_hex(of) == Some(*key) => schema,
            _ => break,
        };
        let Some((schema, writes)) = schema.split_once(' ') else { break };
        let (schema, writes) = (Checksum::from_hex(schema), writes::read(writes));
        let (Some(schema), Some(writes)) = (schema, writes) else { break };
        read.schemas.push(schema);
        read.writes.push(writes);
    }
    read
}

/// Returns the lines of a file if its checksum fits.
fn intact(file: &Path) -> Option<String> {
    let mut text = String::from_utf8(read_within(file, LARGEST).ok()?).ok()?;
    let last = text.strip_suffix('\n')?.rfind('\n').map_or(0, |at| at + 1);
    let last_line = text.split_off(last);
    (last_line == checksum_line(&text)).then_some(text)
}

fn checksum_line(lines: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(lines.as_bytes());
    format!("{}\n", Checksum::new(hash.finish()))
}

/// Writes a temporary file first, so that a simultaneous build never reads half of it. If writing
/// fails, the next build rehearses again.
pub(super) fn write(file: &Path, keys: &[Checksum], outcome: &Outcome) {
    let Outcome { rehearsal, passed, .. } = outcome;
    let mut text = String::new();
    let proven = rehearsal.schemas.iter().zip(&rehearsal.writes);
    for (key, (schema, writes)) in keys.iter().zip(proven).take(*passed) {
        text.extend([
            &key.to_string(),
            " ",
            &schema.to_string(),
            " ",
            &writes::spelt(writes),
            "\n",
        ]);
    }
    text.push_str(&checksum_line(&text));
    // Where nothing can be written, the next build rehearses everything again.
    let _ = replace(file, text.as_bytes());
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;

    use migratory_analysis::Writes;

    use super::*;

    fn key(of: &str) -> Checksum {
        Checksum::of_script(of)
    }

    /// The result for migrations with these keys, all of which passed.
    fn passed(keys: &[Checksum]) -> Outcome {
        let schemas = keys.iter().map(|it| key(&format!("schema {it}"))).collect();
        let written = |it: &Checksum| Writes { up: Some(format!("a\n{it}")), down: None };
        let (writes, sqlite) = (keys.iter().map(written).collect(), rusqlite::version().to_owned());
        let rehearsal = Rehearsal { schemas, sqlite, writes, ..Rehearsal::default() };
        Outcome { rehearsal, passed: keys.len(), ..Outcome::default() }
    }

    fn is_none(read: &Rehearsal) -> bool {
        read.schemas.is_empty() && read.writes.is_empty()
    }

    #[test]
    fn a_file_with_any_damage_is_ignored() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("memo");
        let keys = ["a", "b", "c"].map(key);
        write(&file, &keys, &passed(&keys));
        let whole = read(&file, &keys);
        assert_eq!((whole.schemas.len(), &whole), (3, &passed(&keys).rehearsal));
        let bytes = fs::read(&file).expect("a file");
        let is_taken = |bytes: &[u8]| {
            fs::write(&file, bytes).expect("a file");
            !is_none(&read(&file, &keys))
        };
        for at in 0..bytes.len() {
            assert!(!is_taken(&bytes[..at]), "cut off at {at}");
            for bit in [1, 0x20, 0x80] {
                let mut damaged = bytes.clone();
                damaged[at] ^= bit;
                assert!(!is_taken(&damaged), "byte {at} is {:02x}", damaged[at]);
            }
        }
        let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for (one, other) in [(0, 1), (0, 2), (1, 2), (2, 3)] {
            let mut swapped = lines.clone();
            swapped.swap(one, other);
            assert!(!is_taken(&swapped.concat()), "lines {one} and {other}");
        }
        for at in 0..lines.len() {
            let mut left = lines.clone();
            left.remove(at);
            assert!(!is_taken(&left.concat()), "without line {at}");
            let mut twice = lines.clone();
            twice.insert(at, lines[at]);
            assert!(!is_taken(&twice.concat()), "line {at} twice");
        }
        for text in [&b""[..], b"\n", b"\xff\xfe"] {
            assert!(!is_taken(text), "{text:?}");
        }
        let doubled = [&bytes[..], &bytes[..]].concat();
        assert!(!is_taken(&doubled) && is_taken(&bytes));
    }

    #[test]
    fn only_the_common_beginning_of_another_set_is_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("memo");
        let other = ["a", "b", "x"].map(key);
        write(&file, &other, &passed(&other));
        for (keys, expected) in
            [(&["a", "b", "c"][..], 2), (&["b", "a"], 0), (&["x"], 0), (&["a"], 1), (&[], 0)]
        {
            let keys: Vec<_> = keys.iter().copied().map(key).collect();
            assert_eq!(read(&file, &keys).schemas.len(), expected);
        }
        let folder_in_place = folder.path().join("folder");
        fs::create_dir(&folder_in_place).expect("a folder");
        for none in [folder.path().join("none"), folder_in_place] {
            assert!(is_none(&read(&none, &other)));
            write(&none.join("below"), &other, &passed(&other));
        }
    }

    #[test]
    fn simultaneous_writers_leave_a_whole_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("memo");
        let sets: Vec<_> = (0..8).map(|set| [key("a"), key(&format!("set {set}"))]).collect();
        thread::scope(|scope| {
            for keys in &sets {
                let file = &file;
                scope.spawn(move || {
                    for _ in 0..50 {
                        write(file, keys, &passed(keys));
                        let read = read(file, keys);
                        let count = read.schemas.len();
                        assert!(count == 1 || count == 2, "one of them is there");
                        let expected = &passed(keys).rehearsal.schemas[..count];
                        assert_eq!(read.schemas, expected);
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "no draft is left");
    }
}
