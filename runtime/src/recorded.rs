//! What another library recorded of a database, brought over to the versions of a set.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use crate::origin::Origin;
use crate::{Migration, MigrationSet, Version};

mod cells;
mod text;

use cells::each_row;

/// What another library recorded of a database.
#[derive(Debug, PartialEq)]
pub(crate) struct Recorded {
    /// What is applied, in ascending order; the set holds all of it.
    pub(crate) versions: Vec<Version>,
    /// Those of them whose text is not what was recorded; in ascending order.
    pub(crate) edited: Vec<Version>,
}

/// Why what another library recorded can't be taken over.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Unfit {
    /// The library's table isn't there; of `rusqlite_migration`, `user_version` is zero.
    Absent,
    /// The library recorded that this one failed half-way.
    Unfinished {
        /// Its number, as it was recorded.
        version: String,
    },
    /// Migrations were applied that the set doesn't hold.
    Unknown {
        /// Their numbers, as they were recorded. Of `rusqlite_migration`, how many were applied.
        versions: Vec<String>,
    },
    /// A migration of this number was applied that had another name.
    Renamed {
        /// The migration.
        version: Version,
        /// The name that it had.
        recorded: String,
        /// The name that it has in the set.
        known: String,
    },
    /// The library never wrote this.
    Unreadable {
        /// What is odd, as a clause.
        what: String,
    },
    /// SQLite failed.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Unfit {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Reads what this library recorded. Nothing is written, and only the main database is looked at.
pub(crate) fn recorded(
    conn: &Connection,
    set: &MigrationSet<'_>,
    origin: Origin,
) -> Result<Recorded, Unfit> {
    let mut found = Found::new(set);
    match origin {
        Origin::Diesel => diesel(conn, &mut found)?,
        Origin::GolangMigrate => golang_migrate(conn, &mut found)?,
        Origin::Sqlx => sqlx(conn, &mut found)?,
        Origin::Refinery => refinery(conn, &mut found)?,
        Origin::RusqliteMigration => rusqlite_migration(conn, &mut found)?,
        Origin::Goose => goose(conn, &mut found)?,
        Origin::Dbmate => dbmate(conn, &mut found)?,
    }
    found.finish()
}

/// What was read so far.
struct Found<'a> {
    set: &'a MigrationSet<'a>,
    versions: BTreeSet<Version>,
    edited: BTreeSet<Version>,
    unknown: Vec<String>,
    renamed: Option<Unfit>,
}

impl<'a> Found<'a> {
    fn new(set: &'a MigrationSet<'a>) -> Self {
        Self {
            set,
            versions: BTreeSet::new(),
            edited: BTreeSet::new(),
            unknown: Vec::new(),
            renamed: None,
        }
    }

    /// The migration of this number, which need not be one that fits.
    fn known(&self, number: &str) -> Option<&'a Migration<'a>> {
        number.parse().ok().and_then(|number| self.set.get(Version::new(number)))
    }

    /// Takes in that a migration of this number is applied.
    fn applied(&mut self, number: String) -> Option<&'a Migration<'a>> {
        let known = self.known(&number);
        self.applied_as(number, known)
    }

    fn applied_as(
        &mut self,
        number: String,
        known: Option<&'a Migration<'a>>,
    ) -> Option<&'a Migration<'a>> {
        match known {
            Some(migration) => _ = self.versions.insert(migration.version()),
            None => self.unknown.push(number),
        }
        known
    }

    /// Takes in the name that was recorded. The first that differs is told, once all is known to be
    /// there: a set that lacks migrations is another set, and its names say nothing.
    fn named(&mut self, migration: &Migration<'_>, recorded: &str) {
        if self.renamed.is_none() && !text::is_same_name(recorded, migration.name()) {
            self.renamed = Some(Unfit::Renamed {
                version: migration.version(),
                recorded: recorded.to_owned(),
                known: migration.name().to_owned(),
            });
        }
    }

    fn finish(self) -> Result<Recorded, Unfit> {
        if !self.unknown.is_empty() {
            return Err(Unfit::Unknown { versions: self.unknown });
        }
        match self.renamed {
            Some(renamed) => Err(renamed),
            None => Ok(Recorded {
                versions: self.versions.into_iter().collect(),
                edited: self.edited.into_iter().collect(),
            }),
        }
    }
}

/// The number is what a folder's name begins with, without dashes.
fn diesel(conn: &Connection, found: &mut Found<'_>) -> Result<(), Unfit> {
    each_row(conn, Origin::Diesel, |row| {
        let number = row.number(0)?;
        let known = found.known(&number).or_else(|| found.known(&filled(&number)?));
        found.applied_as(number, known);
        Ok(())
    })
}

/// The number of a dashed folder as the set has it: with zeros up to 18 digits, which keeps the order
/// of dates with a time and without. A date has 8 digits at least.
fn filled(number: &str) -> Option<String> {
    (number.len() >= 8).then(|| format!("{number:0<18}"))
}

/// One row: up to that number, all is applied.
fn golang_migrate(conn: &Connection, found: &mut Found<'_>) -> Result<(), Unfit> {
    let mut newest = None;
    each_row(conn, Origin::GolangMigrate, |row| {
        let number = row.number(0)?;
        if row.integer(1)? != 0 {
            return Err(Unfit::Unfinished { version: number });
        }
        match newest.replace(number) {
            None => Ok(()),
            Some(_) => Err(row.unreadable("has more than one row")),
        }
    })?;
    if let Some(newest) = newest.and_then(|newest| found.applied(newest)) {
        let all = found.set.migrations().iter().map(Migration::version);
        found.versions.extend(all.take_while(|&version| version < newest.version()));
    }
    Ok(())
}

/// The checksum is over the file.
fn sqlx(conn: &Connection, found: &mut Found<'_>) -> Result<(), Unfit> {
    each_row(conn, Origin::Sqlx, |row| {
        let number = row.number(0)?;
        if row.integer(2)? == 0 {
            return Err(Unfit::Unfinished { version: number });
        }
        let (name, checksum) = (row.text(1)?, row.blob(3)?);
        if let Some(migration) = found.applied(number) {
            // The same text under another name is a file that was renamed, which sqlx allows.
            if !text::is_of_sqlx(checksum, migration) {
                found.named(migration, name);
                found.edited.insert(migration.version());
            }
        }
        Ok(())
    })
}

/// The checksum is over the name, the number and the file.
fn refinery(conn: &Connection, found: &mut Found<'_>) -> Result<(), Unfit> {
    each_row(conn, Origin::Refinery, |row| {
        let (number, name, checksum) = (row.number(0)?, row.text(1)?, row.text(2)?);
        if let Some(migration) = found.applied(number) {
            found.named(migration, name);
            if !text::is_of_refinery(checksum, name, migration) {
                found.edited.insert(migration.version());
            }
        }
        Ok(())
    })
}

/// A number and no table: so many of the first are applied.
fn rusqlite_migration(conn: &Connection, found: &mut Found<'_>) -> Result<(), Unfit> {
    let number: i64 = conn.query_row("PRAGMA main.user_version", [], |row| row.get(0))?;
    if number == 0 {
        return Err(Unfit::Absent);
    }
    let Ok(count) = usize::try_from(number) else {
        return Err(Unfit::Unreadable { what: format!("`user_version` is {number}") });
    };
    match found.set.migrations().get(..count) {
        Some(first) => found.versions.extend(first.iter().map(Migration::version)),
        None => found.unknown.push(number.to_string()),
    }
    Ok(())
}

/// A row for each time that a migration went up, and of older gooses for each time that it went down:
/// the newest counts. The number 0 marks that the table was made.
fn goose(conn: &Connection, found: &mut Found<'_>) -> Result<(), Unfit> {
    let mut newest = BTreeMap::new();
    each_row(conn, Origin::Goose, |row| {
        newest.insert(row.integer(1)?, row.integer(2)? != 0);
        Ok(())
    })?;
    for (number, is_applied) in newest {
        if is_applied && number != 0 {
            found.applied(number.to_string());
        }
    }
    Ok(())
}

/// The number is what a file's name begins with.
fn dbmate(conn: &Connection, found: &mut Found<'_>) -> Result<(), Unfit> {
    each_row(conn, Origin::Dbmate, |row| {
        found.applied(row.number(0)?);
        Ok(())
    })
}

#[cfg(test)]
mod tests;
