//! Compares our list of keywords, by which names are quoted, with SQLite's, which only its C API
//! returns.

use std::collections::BTreeSet;
use std::ffi::{c_char, c_int};

use migratory_core::sql::keywords::keywords;
use rusqlite::ffi;

#[test]
#[allow(unsafe_code, reason = "the one way to SQLite's own list")]
fn the_list_of_keywords_matches_sqlites() {
    // SAFETY: the function only reads a constant.
    let count = unsafe { ffi::sqlite3_keyword_count() };
    let sqlite: BTreeSet<String> = (0..count).map(keyword).collect();
    let ours: BTreeSet<String> = keywords().map(str::to_owned).collect();
    assert_eq!(ours, sqlite);
}

#[allow(unsafe_code, reason = "the one way to SQLite's own list")]
fn keyword(at: c_int) -> String {
    let mut start: *const c_char = std::ptr::null();
    let mut length: c_int = 0;
    // SAFETY: both pointers are valid for the call, and `at` is below `sqlite3_keyword_count`.
    let code = unsafe { ffi::sqlite3_keyword_name(at, &raw mut start, &raw mut length) };
    assert_eq!(code, ffi::SQLITE_OK);
    let length = usize::try_from(length).unwrap();
    // SAFETY: SQLite returns a static text of this length.
    let bytes = unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) };
    String::from_utf8_lossy(bytes).to_ascii_lowercase()
}
