//! Checks the conditions that the author assumes of every row of a table.

use rusqlite::{self, Connection, Statement, params_from_iter};

use super::complaint::or_if_refused;
use super::target::{Row, Target};
use crate::schema::Name;
use migratory_analysis::Condition;

/// The conditions that a row of a table must meet.
pub(super) struct Met<'a>(Vec<(String, Statement<'a>)>);

impl<'a> Met<'a> {
    /// Prepares the conditions of this table whose columns exist: at an older version, some may be
    /// missing.
    pub(super) fn new(
        conn: &'a Connection,
        target: &Target<'_>,
        conditions: &[Condition],
    ) -> rusqlite::Result<Self> {
        let own = conditions.iter().filter(|condition| target.table.name == *condition.table);
        let mut met = Vec::new();
        for condition in own {
            let sql = query(target.columns.iter().map(|column| &column.name), &condition.sql);
            let statement = or_if_refused(conn.prepare(&sql).map(Some), None)?;
            met.extend(statement.map(|statement| (condition.sql.clone(), statement)));
        }
        Ok(Self(met))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the first condition that a row does not meet.
    pub(super) fn unmet(&mut self, row: &Row) -> rusqlite::Result<Option<&str>> {
        for (sql, statement) in &mut self.0 {
            let is_met = statement.query_row(params_from_iter(row), |row| row.get::<_, bool>(0));
            // If a function fails on the value, the condition does not hold.
            if !or_if_refused(is_met, false)? {
                return Ok(Some(sql));
            }
        }
        Ok(None)
    }
}

/// Returns a query that tells whether a condition holds for values bound in the order of the
/// columns.
pub(super) fn query<'n>(columns: impl Iterator<Item = &'n Name>, condition: &str) -> String {
    let values = columns.enumerate();
    let values: Vec<_> =
        values.map(|(at, column)| format!("?{} AS {}", at + 1, column.quoted())).collect();
    format!("SELECT ({condition}) IS TRUE FROM (SELECT {})", values.join(", "))
}
