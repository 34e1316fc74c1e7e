//! Hashes everything that decides the result of a rehearsal, for each migration.

use std::sync::OnceLock;

use migratory_analysis::{Checked, Options};
use migratory_core::Checksum;
use rusqlite::Connection;

use super::continuable;

/// The hash of the sources of this crate and of those whose code the rehearsal runs: see
/// `build.rs`.
const SOURCES: &str = env!("MIGRATORY_SOURCES");

/// Returns a hash for each migration that covers what its rehearsal depends on: the migration,
/// those before it, what the set says about all rows, the options, the code that judges, and the
/// SQLite that runs it.
pub(super) fn keys(checked: &Checked, options: &Options) -> Vec<Checksum> {
    let [version, sources, sqlite] = identity();
    checked.identities(options, &[version, sources, sqlite, &continuable::stamp(checked)])
}

/// Identifies the code that rehearses: its version, its sources, and its SQLite.
///
/// The same folder has the same findings as long as this is the same.
pub fn identity() -> [&'static str; 3] {
    [env!("CARGO_PKG_VERSION"), SOURCES, sqlite()]
}

/// Identifies the rehearsal's SQLite: its version, its sources, and how it was compiled.
fn sqlite() -> &'static str {
    static SQLITE: OnceLock<String> = OnceLock::new();
    SQLITE.get_or_init(|| read_sqlite().unwrap_or_else(|_| rusqlite::version().to_owned()))
}

fn read_sqlite() -> rusqlite::Result<String> {
    let sql = "SELECT sqlite_version() || ' ' || sqlite_source_id() || ' ' || \
        (SELECT group_concat(compile_options, ' ') FROM pragma_compile_options)";
    Connection::open_in_memory()?.query_row(sql, [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A rule may change without a new version of this crate, and SQLite's build without a new
    /// version of SQLite.
    #[test]
    fn the_key_covers_the_sources_and_the_build_of_sqlite() {
        assert_eq!(SOURCES.len(), 16, "{SOURCES}");
        let known = sqlite();
        assert!(known.starts_with(rusqlite::version()) && known.contains("THREADSAFE"), "{known}");
    }
}
