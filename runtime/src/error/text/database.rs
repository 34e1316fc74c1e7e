//! Errors about a database or an SQLite that can't be used.

use crate::error::words::Words;

pub(super) fn in_transaction(words: &mut Words) {
    words
        .problem(format_args!(
            "the connection is inside a transaction, and migrations need their own"
        ))
        .help("call the runner before the transaction begins or after it ends");
}

pub(super) fn busy(words: &mut Words, source: &rusqlite::Error) {
    words
        .caused(format_args!("the database is in use by another connection"), source)
        .unchanged("; retrying later is safe")
        .help("`Connection::busy_timeout` sets how long to wait");
}

pub(super) fn read_only(words: &mut Words, source: &rusqlite::Error) {
    words
        .caused(format_args!("the database has pending migrations, but can't be written"), source)
        .help("open it for writing, without `PRAGMA query_only`, and make its folder writable too");
}

pub(super) fn not_a_database(words: &mut Words, source: &rusqlite::Error) {
    words
        .caused(
            format_args!("the file is not an SQLite database, or it is damaged or encrypted"),
            source,
        )
        .unchanged("")
        .help("check the path; if the database is damaged, restore it from a backup");
}

pub(super) fn sqlite(words: &mut Words, source: &rusqlite::Error) {
    words.caused(format_args!("SQLite failed outside the statements of a migration"), source);
}

pub(super) fn old_sqlite(words: &mut Words, found: i32, needed: i32) {
    words
        .problem(format_args!(
            "the migrations need SQLite {}, but the linked version is {}",
            dotted(needed),
            dotted(found),
        ))
        .unchanged("")
        .help("link a newer SQLite; the feature `bundled` includes one");
}

/// Formats an SQLite version number.
fn dotted(number: i32) -> String {
    format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000)
}
