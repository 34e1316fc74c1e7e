//! Errors about a database or an SQLite that can't be used.

use crate::error::words::Words;

pub(super) fn in_transaction() -> Words {
    Words::new("the connection is inside of a transaction, and migrations run in one of their own")
        .help("call the runner before the transaction begins, or after it has ended")
}

pub(super) fn busy(source: &rusqlite::Error) -> Words {
    Words::caused("the database is in use by another connection", source)
        .unchanged("; to try again later is safe")
        .help("`Connection::busy_timeout` sets how long to wait")
}

pub(super) fn read_only(source: &rusqlite::Error) -> Words {
    Words::caused("the database needs migrations, and can't be written", source).help(
        "open it for writing, without `PRAGMA query_only`, and see that its folder is writable too",
    )
}

pub(super) fn not_a_database(source: &rusqlite::Error) -> Words {
    Words::caused("the file is not an SQLite database, or it is damaged or encrypted", source)
        .unchanged("")
        .help("see that the path is right; a damaged database is best restored from a backup")
}

pub(super) fn sqlite(source: &rusqlite::Error) -> Words {
    Words::caused("SQLite failed beside the migrations", source)
}

pub(super) fn old_sqlite(found: i32, needed: i32) -> Words {
    Words::new(format!(
        "the migrations need SQLite {}, and the one that is linked is {}",
        dotted(needed),
        dotted(found),
    ))
    .unchanged("")
    .help("link a newer one; the feature `bundled` brings its own")
}

/// Formats an SQLite version number.
fn dotted(number: i32) -> String {
    format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000)
}
