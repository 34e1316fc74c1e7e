//! For any names in a folder, the checks end, give the same result twice, and can be rendered.

#![no_main]

use std::fs;
use std::path::Path;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use migratory_analysis::{Options, render};
use migratory_rehearsal::check;
use migratory_runtime::Version;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    up_only: bool,
    accept_through: Option<i64>,
    entries: Vec<Entry<'a>>,
}

#[derive(Arbitrary, Debug)]
struct Entry<'a> {
    name: Vec<Part<'a>>,
    /// If there are any, the entry is a folder with these.
    inside: Vec<Vec<Part<'a>>>,
}

#[derive(Arbitrary, Debug)]
enum Part<'a> {
    Known(u8),
    Number(u32),
    Bytes(&'a [u8]),
}

const KNOWN: [&str; 40] = [
    "up.sql",
    ".up.sql",
    ".down.sql",
    ".sql",
    "down.sql",
    ".UP.SQL",
    ".Sql",
    "migration.sql",
    "metadata.toml",
    ".up",
    ".down",
    ".rs",
    ".txt",
    "_",
    "-",
    ".",
    " ",
    "V",
    "U",
    "R",
    "__",
    "V1__a.sql",
    "000001",
    "000002",
    "0001",
    "1",
    "2",
    "20240101000000",
    "20240230",
    "2024-01-01-000000",
    "99999999999999999999",
    "initial_schema",
    "add_users",
    "down",
    "up",
    "rehearsal",
    "README",
    "Schema",
    "\u{e9}",
    "\u{feff}",
];

fuzz_target!(|input: Input<'_>| {
    let package = tempfile::tempdir().expect("a folder");
    let folder = package.path().join("migrations");
    fs::create_dir(&folder).expect("a folder in it");
    for entry in input.entries.iter().take(12) {
        let Some(name) = name(&entry.name) else { continue };
        if entry.inside.is_empty() {
            write(&folder.join(name));
            continue;
        }
        // Two entries may have the same name, and a name may be too long: those are omitted.
        let _ = fs::create_dir(folder.join(&name));
        for inner in entry.inside.iter().take(4).filter_map(|inner| self::name(inner)) {
            write(&folder.join(&name).join(inner));
        }
    }
    let mut options = Options::default().up_only(input.up_only);
    options.accept_through = input.accept_through.map(Version::new);
    options.rehearsal = false;
    let first = check(package.path(), "migrations", &options);
    let again = check(package.path(), "migrations", &options);
    assert_eq!(format!("{first:?}"), format!("{again:?}"));
    let findings = first.as_ref().map_or_else(|findings| findings, |checked| checked.warnings());
    assert!(!render::plain(findings).is_empty() && !render::coloured(findings).is_empty());
});

fn write(path: &Path) {
    let _ = fs::write(path, "CREATE TABLE a (b);\n");
}

/// Returns the name, if an entry can have it and stays in its folder.
fn name(parts: &[Part<'_>]) -> Option<std::ffi::OsString> {
    use std::os::unix::ffi::OsStringExt as _;

    let mut name = Vec::new();
    for part in parts {
        match part {
            Part::Known(at) => name.extend(KNOWN[usize::from(*at) % KNOWN.len()].bytes()),
            Part::Number(number) => name.extend(number.to_string().bytes()),
            Part::Bytes(bytes) => name.extend(bytes.iter().filter(|it| !matches!(it, 0 | b'/'))),
        }
    }
    let is_entry = !matches!(&name[..], b"" | b"." | b"..");
    is_entry.then(|| std::ffi::OsString::from_vec(name))
}
