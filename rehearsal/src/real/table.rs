//! Compares a table at two moments.

use rusqlite::Connection;

use super::comparison_plan::ComparisonPlan;
use super::differences::{Difference, Found, Standing, What};
use super::followed_table::FollowedTable;
use super::pairing::Pairing;
use super::unpaired_rows::Room;
use crate::schema::Table;

/// How many columns SQLite admits in a result, unless it is compiled or configured for fewer.
const COLUMNS: usize = 2000;

/// The result of comparing a table.
pub(super) struct Outcome {
    /// The number of rows before and after.
    pub(super) rows: [u64; 2],
    /// The number of rows that are in both, and of their values that were compared.
    pub(super) compared: [u64; 2],
    pub(super) differences: Vec<Difference>,
    /// Whether only the numbers of rows could be compared.
    pub(super) is_counted: bool,
    pub(super) most: usize,
}

/// A table before the scripts, and the one that holds its rows after them.
pub(super) struct Moments<'c> {
    pub(super) conns: [&'c Connection; 2],
    pub(super) tables: [&'c Table; 2],
    pub(super) followed: &'c FollowedTable,
    pub(super) is_return: bool,
}

impl Moments<'_> {
    pub(super) fn compare(
        &self,
        name: &str,
        room: &Room,
        progress: &mut dyn FnMut(u64),
    ) -> rusqlite::Result<Outcome> {
        let Self { conns: [before, after], tables: [old, new], followed, is_return } = *self;
        let plan = ComparisonPlan::new(old, new, followed, is_return, COLUMNS);
        let mut olds = before.prepare(&plan.reads[0].sql(old))?;
        let mut news = after.prepare(&plan.reads[1].sql(new))?;
        let mut pairing = Pairing::new(&plan, room);
        pairing.run(olds.query([])?, news.query([])?, progress)?;
        if pairing.has_more() {
            if followed.is_other {
                pairing.count_more(olds.query([])?)?;
            } else {
                pairing.count_added()?;
            }
        }
        let (rows, most) = (pairing.read, pairing.most());
        let tally = pairing.tally;
        let compared = [tally.rows, tally.values()];
        let mut differences = tally.differences(name, followed);
        // An up may add rows, which does not count as a difference.
        differences.retain(|it| is_return || it.what != What::Added);
        let is_counted = plan.columns.is_empty();
        Ok(Outcome { rows, compared, differences, is_counted, most })
    }
}

/// Returns the difference for a table that is gone.
pub(super) fn gone(
    before: &Connection,
    table: &Table,
    name: &str,
    followed: &FollowedTable,
) -> rusqlite::Result<(u64, Option<Difference>)> {
    let sql = format!("SELECT count(*) FROM main.{}", table.name.quoted());
    let rows: i64 = before.query_row(&sql, [], |row| row.get(0))?;
    let found = Found { rows: rows.unsigned_abs(), samples: Vec::new() };
    let standing = followed.dropped.clone().map_or(Standing::Lost, Standing::Intended);
    Ok((found.rows, found.difference(name, What::Gone, standing)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_admits_this_number_of_columns_and_no_more() {
        let conn = Connection::open_in_memory().expect("a database");
        let select = |count| format!("SELECT {}", vec!["1"; count].join(", "));
        assert!(conn.prepare(&select(COLUMNS)).is_ok());
        assert!(conn.prepare(&select(COLUMNS + 1)).is_err());
    }
}
