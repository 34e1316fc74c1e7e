//! Reads the keys of other tables to which a new row may refer.

use rusqlite::{self, Connection, types::Value};

use super::complaint::or_if_refused;
use super::target::{Link, Row, Target};
use crate::schema::Name;

/// How many keys of a parent are read, the newest ones.
const MOST: usize = 100;

/// Returns the keys for each foreign key of the table; none if its parent can't be read.
pub(super) fn read(conn: &Connection, target: &Target) -> rusqlite::Result<Vec<Vec<Row>>> {
    let of_link = |link| {
        let keys = query(conn, &text(target, link), link.columns.len());
        or_if_refused(keys, Vec::new())
    };
    target.links.iter().map(of_link).collect()
}

fn query(conn: &Connection, sql: &str, width: usize) -> rusqlite::Result<Vec<Row>> {
    let mut statement = conn.prepare(sql)?;
    let rows =
        statement.query_map([], |row| (0..width).map(|at| row.get::<_, Value>(at)).collect())?;
    rows.collect()
}

/// Returns the query for the keys of the parent; where it matters, those without a row that refers
/// to them come first.
fn text(target: &Target, link: &Link) -> String {
    let names: Vec<String> = link.parent_columns.iter().map(|name| name.quoted()).collect();
    let aliases: Vec<String> = (0..names.len()).map(|at| format!("k{at}")).collect();
    let selected: Vec<String> =
        names.iter().zip(&aliases).map(|(name, alias)| format!("{name} AS {alias}")).collect();
    let present: Vec<String> = names.iter().map(|name| format!("{name} IS NOT NULL")).collect();
    let parent = link.parent.quoted();
    let source = format!("FROM {parent} WHERE {}", present.join(" AND "));
    let newest = format!(
        "SELECT {} {source} LIMIT {MOST} OFFSET max(0, (SELECT count(*) {source}) - {MOST})",
        selected.join(", "),
    );
    let is_scarce =
        target.uniques.iter().any(|unique| link.columns.iter().any(|at| unique.contains(at)));
    let order = if is_scarce {
        format!(" ORDER BY {}", is_used(target, link, &aliases))
    } else {
        String::new()
    };
    format!("SELECT DISTINCT {} FROM ({newest}){order}", aliases.join(", "))
}

/// Returns a condition that a row of the table refers to the key.
fn is_used(target: &Target, link: &Link, aliases: &[String]) -> String {
    let columns =
        link.columns.iter().filter_map(|&at| target.columns.get(at)).map(|column| &column.name);
    let equal: Vec<String> = columns
        .zip(aliases)
        .map(|(name, alias): (&Name, &String)| format!("child.{} = {alias}", name.quoted()))
        .collect();
    format!(
        "EXISTS (SELECT 1 FROM {} AS child WHERE {})",
        target.table.name.quoted(),
        equal.join(" AND ")
    )
}
