//! For any up and down, the checks end, give the same result twice, and can be rendered; and the tokens of a text add up
//! to the text.

#![no_main]

use std::fs;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use migratory_analysis::{Options, render};
use migratory_core::sql::lexer;
use migratory_rehearsal::check;
use migratory_runtime::{Checksum, Mode};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    up: Vec<Part<'a>>,
    down: Vec<Part<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Part<'a> {
    Known(u8),
    Bytes(&'a [u8]),
}

const KNOWN: [&[u8]; 56] = [
    b"-- migratory:",
    b"--migratory:",
    b"-- migratory",
    b"-- Migratory: ",
    b"/* migratory: ",
    b"*/",
    b"/*",
    b"--",
    b" irreversible",
    b" nothing-to-undo",
    b" no-transaction",
    b" allow(",
    b" assumes(",
    b" no-rehearsal",
    b" compatible-with 1",
    b" compatible-with ",
    b" code",
    b" min-sqlite 3.35.2",
    b"drop_table",
    b"returns_rows",
    b"no_duplicates",
    b"no_nulls",
    b")",
    b"(",
    b": a reason",
    b":",
    b",",
    b";",
    b"\n",
    b"\r\n",
    b"\r",
    b"\t",
    b" ",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\0",
    b"\xc3\xa9",
    b"\xf0\x9f\x8e\x89",
    b"\xe2\x80\xae",
    b"'",
    b"\"",
    b"`",
    b"[",
    b"]",
    b"?1",
    b":name",
    b"@a",
    b"$a::b(c)",
    b"x'00'",
    b"1e5",
    b"CREATE TABLE a (b);",
    b"DROP TABLE a;",
    b"CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
    b"BEGIN;",
    b"COMMIT;",
    b"PRAGMA foreign_keys = OFF;",
];

fuzz_target!(|input: Input<'_>| {
    let package = tempfile::tempdir().expect("a folder");
    let folder = package.path().join("migrations");
    fs::create_dir(&folder).expect("a folder in it");
    for (direction, parts) in [("up", &input.up), ("down", &input.down)] {
        let bytes = bytes(parts);
        tokens(&String::from_utf8_lossy(&bytes));
        fs::write(folder.join(format!("000001_a.{direction}.sql")), bytes).expect("a file");
    }
    let mut options = Options::default();
    options.rehearsal = false;
    let first = check(package.path(), "migrations", &options);
    let again = check(package.path(), "migrations", &options);
    assert_eq!(format!("{first:?}"), format!("{again:?}"));
    let findings = first.as_ref().map_or_else(|findings| findings, |checked| checked.warnings());
    assert!(!render::plain(findings).is_empty() && !render::coloured(findings).is_empty());
});

fn bytes(parts: &[Part<'_>]) -> Vec<u8> {
    let part = |part: &Part<'_>| match part {
        Part::Known(at) => KNOWN[usize::from(*at) % KNOWN.len()].to_vec(),
        Part::Bytes(bytes) => bytes.to_vec(),
    };
    parts.iter().flat_map(part).collect()
}

fn tokens(text: &str) {
    let mut end = 0;
    for token in lexer::tokens(text) {
        assert_eq!(token.start, end, "{text:?}");
        assert_eq!(&text[token.start..token.end()], token.text);
        end = token.end();
    }
    assert_eq!(end, text.len(), "{text:?}");
    let _ = (Mode::of_script(text), Checksum::of_script(text));
}
