//! The versions of the pairs: the tool's own numbers wherever they can be versions.

use std::collections::BTreeSet;

use super::draft::Migration;
use super::tool::Tool;
use crate::failure::{Failure, Result};
use migratory_analysis::date;

/// The minimum number of digits of a new sequence.
const WIDTH: usize = 4;

/// The versions of a set, in its order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Numbering {
    pub(crate) digits: Vec<String>,
    /// Why the tool's numbers were replaced; `None` if they are kept.
    pub(crate) renumbered: Option<String>,
    /// The `accept_through` that the numbers need.
    pub(crate) accept_through: Option<i64>,
}

impl Numbering {
    /// The number of the last migration.
    pub(crate) fn last(&self) -> Option<i64> {
        self.digits.last()?.parse().ok()
    }
}

/// A migration's number, and its digits as written.
type Version = (i64, String);

/// Keeps the numbers if they keep the order. Unusual numbers are kept if the tool records them,
/// since its databases can only be adopted by these numbers; otherwise the set is renumbered.
pub(crate) fn number(tool: Tool, migrations: &[Migration]) -> Result<Numbering> {
    let versions = match kept(migrations) {
        Ok(versions) => versions,
        Err(Unfit::Twice(one, other)) if tool.origin().is_some() => {
            return Err(Failure::new(format!("{one} and {other} have the same number"))
                .because(format!("{} records a migration by its number", tool.name()))
                .help("delete or rename the one that was never applied, then import again"));
        }
        Err(unfit) => return Ok(renumbered(migrations, unfit.reason(tool))),
    };
    let fault = fault(&versions);
    let accept_through = fault.as_ref().map(|(last, _)| *last);
    match fault {
        Some((_, why)) if tool.origin().is_none() => Ok(renumbered(migrations, why)),
        _ => Ok(Numbering { digits: padded(&versions), renumbered: None, accept_through }),
    }
}

/// Why numbers can't be kept at all.
enum Unfit {
    None(String),
    Twice(String, String),
    Order(String, String),
}

impl Unfit {
    fn reason(&self, tool: Tool) -> String {
        match self {
            Self::None(file) => format!("the number of {file} can't be a version"),
            Self::Twice(one, other) => format!("{one} and {other} have the same number"),
            Self::Order(one, other) => {
                format!("{} runs {one} before {other}, against their numbers", tool.name())
            }
        }
    }
}

fn kept(migrations: &[Migration]) -> Result<Vec<Version>, Unfit> {
    let file = |migration: &Migration| migration.files.first().cloned().unwrap_or_default();
    let mut versions: Vec<Version> = Vec::new();
    let mut before: Option<&Migration> = None;
    for migration in migrations {
        let read = migration.digits.as_ref().and_then(|it| Some((it.parse().ok()?, it.clone())));
        let Some((number, digits)) = read else { return Err(Unfit::None(file(migration))) };
        if let (Some(before), Some((last, _))) = (before, versions.last()) {
            if *last == number {
                return Err(Unfit::Twice(file(before), file(migration)));
            }
            if *last > number {
                return Err(Unfit::Order(file(before), file(migration)));
            }
        }
        before = Some(migration);
        versions.push((number, if is_date(number) { number.to_string() } else { digits }));
    }
    Ok(versions)
}

/// The last version that needs `accept_through`, and what is wrong with the first.
fn fault(versions: &[Version]) -> Option<(i64, String)> {
    let (sequence, dates): (Vec<&Version>, Vec<_>) =
        versions.iter().partition(|(number, _)| !is_date(*number));
    let mut faults: Vec<(i64, String)> = Vec::new();
    if let (Some((last, _)), Some(_)) = (sequence.last(), dates.first()) {
        faults.push((*last, "its numbers begin as a sequence and go on as dates".to_owned()));
    }
    if let Some((first, _)) = sequence.first().filter(|(first, _)| *first > 1) {
        faults.push((*first, format!("its numbers begin with {first}")));
    }
    for pair in sequence.windows(2) {
        let ((before, _), (after, _)) = (pair[0], pair[1]);
        if after - before > 1 {
            faults.push((*after, format!("there is a gap between {before} and {after}")));
        }
    }
    let mut moment = String::new();
    for (number, digits) in dates {
        if !date::is_real(digits) {
            faults.push((*number, format!("{digits} isn't a date")));
        } else if date::moment(digits) < moment {
            faults.push((*number, format!("{digits} is a larger number but an earlier date")));
        } else {
            moment = date::moment(digits);
        }
    }
    let last = faults.iter().map(|(number, _)| *number).max()?;
    faults.into_iter().next().map(|(_, why)| (last, why))
}

/// A number with enough digits is a date; leading zeros don't count.
fn is_date(number: i64) -> bool {
    number.to_string().len() >= date::DIGITS
}

/// The digits; those of a sequence are padded to the widest, unless they are consistent already.
fn padded(versions: &[Version]) -> Vec<String> {
    let sequence = || versions.iter().filter(|(number, _)| !is_date(*number));
    let widths: BTreeSet<usize> = sequence().map(|(_, digits)| digits.len()).collect();
    let is_padded = |width: usize| {
        width < date::DIGITS && sequence().all(|(it, digits)| *digits == format!("{it:0width$}"))
    };
    let widest = widths.last().copied().unwrap_or(1).min(date::DIGITS - 1);
    let width = widths.into_iter().find(|&width| is_padded(width)).unwrap_or(widest);
    let write = |(number, digits): &Version| {
        if is_date(*number) { digits.clone() } else { format!("{number:0width$}") }
    };
    versions.iter().map(write).collect()
}

fn renumbered(migrations: &[Migration], why: String) -> Numbering {
    let width = migrations.len().to_string().len().max(WIDTH);
    let digits = (1..=migrations.len()).map(|number| format!("{number:0width$}")).collect();
    Numbering { digits, renumbered: Some(why), accept_through: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft::Script;

    fn migrations(digits: &[&str]) -> Vec<Migration> {
        let migration = |digits: &&str| Migration {
            files: vec![format!("{digits}_x.sql")],
            digits: (!digits.is_empty()).then(|| (*digits).to_owned()),
            name: "x".to_owned(),
            up: Script::new("SELECT 1"),
            down: None,
            remarks: Vec::new(),
        };
        digits.iter().map(migration).collect()
    }

    fn numbered(tool: Tool, digits: &[&str]) -> String {
        let Ok(numbering) = number(tool, &migrations(digits)) else { return "failure".to_owned() };
        let accept = numbering.accept_through.map(|last| format!(" through {last}"));
        let why = numbering.renumbered.map(|why| format!(": {why}"));
        format!(
            "{}{}{}",
            numbering.digits.join(" "),
            accept.unwrap_or_default(),
            why.unwrap_or_default()
        )
    }

    #[test]
    fn numbers_are_kept_where_they_can_be_versions() {
        for (digits, expected) in [
            (&["00001", "00002"][..], "00001 00002"),
            (&["0000", "0001"], "0000 0001"),
            (&["1", "2", "3"], "1 2 3"),
            (&["8", "9", "10"], "8 9 10 through 8"),
            (&["01", "2"], "01 02"),
            (&["00000001", "00000002"], "0000001 0000002"),
            (&["1", "3"], "1 3 through 3"),
            (&["20240131120000", "20240201000000"], "20240131120000 20240201000000"),
            (&["1700000000"], "1700000000 through 1700000000"),
            (&["1", "2", "20240131120000"], "1 2 20240131120000 through 2"),
            (&["20240131", "2023010100"], "20240131 2023010100 through 2023010100"),
        ] {
            assert_eq!(numbered(Tool::Goose, digits), expected);
        }
        assert_eq!(numbered(Tool::Goose, &["1", "01"]), "failure");
        let huge = numbered(Tool::Goose, &["99999999999999999999"]);
        assert!(huge.starts_with("0001: "), "{huge}");
    }

    #[test]
    fn a_set_is_renumbered_where_nothing_depends_on_the_numbers() {
        for (digits, expected) in [
            (&["0000", "0001"][..], "0000 0001"),
            (
                &["0", "20240131120000"],
                "0001 0002: its numbers begin as a sequence and go on as dates",
            ),
            (&["1700000000"], "0001: 1700000000 isn't a date"),
            (&["", ""], "0001 0002: the number of _x.sql can't be a version"),
            (&["7", "7"], "0001 0002: 7_x.sql and 7_x.sql have the same number"),
            (&["2", "1"], "0001 0002: Prisma runs 2_x.sql before 1_x.sql, against their numbers"),
            (&["1", "4"], "0001 0002: there is a gap between 1 and 4"),
        ] {
            assert_eq!(numbered(Tool::Prisma, digits), expected);
        }
    }
}
