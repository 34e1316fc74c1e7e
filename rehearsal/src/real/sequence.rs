//! Compares the highest ids that AUTOINCREMENT tables have assigned.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::differences::{Difference, Found, Sample, Standing, What};
use super::followed_table::FollowedTable;
use super::harmless_text::harmless;
use crate::schema::Name;

/// The table in which SQLite keeps them.
const SEQUENCES: &str = "sqlite_sequence";

/// The highest id of each table.
pub(super) struct Sequences(BTreeMap<Name, i64>);

impl Sequences {
    /// Reads the counters of a database. Anyone may write to that table, so values that are not
    /// counters are skipped.
    pub(super) fn read(conn: &Connection) -> rusqlite::Result<Self> {
        let sql = format!("SELECT count(*) FROM main.sqlite_schema WHERE name = '{SEQUENCES}'");
        if conn.query_row(&sql, [], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(Self(BTreeMap::new()));
        }
        let sql = format!(
            "SELECT CAST(name AS TEXT), max(seq) FROM main.{SEQUENCES} WHERE typeof(seq) = 'integer' GROUP BY name"
        );
        let mut statement = conn.prepare(&sql)?;
        let rows = statement.query_map([], |row| {
            // In a file from anywhere, the text may be invalid UTF-8.
            let name = row.get_ref(0)?.as_bytes().map(String::from_utf8_lossy).unwrap_or_default();
            Ok((Name::new(name), row.get(1)?))
        })?;
        rows.collect::<rusqlite::Result<_>>().map(Self)
    }

    /// Returns the difference if a table has forgotten ids.
    pub(super) fn forgotten(
        &self,
        table: &Name,
        followed: &FollowedTable,
        after: &Self,
    ) -> Option<Difference> {
        let was = *self.0.get(table)?;
        let now = followed.now.as_ref()?;
        let is = after.0.get(now).copied().unwrap_or_default();
        let mut found = Found::default();
        if is < was {
            found.add(|| Sample {
                row: format!("{SEQUENCES} of {}", harmless(now.as_str())),
                before: Some(was.to_string()),
                after: Some(is.to_string()),
            });
        }
        let said = followed.dropped.clone().or_else(|| followed.forgets.clone());
        let standing = said.map_or(Standing::Lost, Standing::Intended);
        found.difference(&harmless(table.as_str()), What::Counter, standing)
    }
}
