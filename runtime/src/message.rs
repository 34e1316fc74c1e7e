//! The words of an error: what is wrong, where, in which state the database is, and the ways out.

use std::fmt::{self, Display, Formatter};

use crate::Version;
use crate::error::{Error, ErrorKind, StatementFailure};
use crate::foreign_keys::Violation;
use crate::history::TABLE;
use crate::plan::Direction;

/// How many lines of a statement are shown.
const SHOWN: usize = 8;

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.report().is_empty() {
            return self.kind().fmt(f);
        }
        // The kind does not know that something was done before it.
        let text = self.kind().to_string();
        f.write_str(&text.replace("nothing was changed", "nothing else was changed"))?;
        write!(f, "\ndone before that, and kept:")?;
        self.report().to_string().lines().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

impl Display for ErrorKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::InTransaction => f.write_str(
                "the connection is inside of a transaction, and migrations run in one of their own\n\
                 help: call the runner before the transaction begins, or after it has ended",
            ),
            Self::Busy(source) => write!(
                f,
                "the database is in use by another connection: {source}\n\
                 nothing was changed; to try again later is safe\n\
                 help: `Connection::busy_timeout` sets how long to wait",
            ),
            Self::ReadOnly(source) => write!(
                f,
                "the database needs migrations, and can't be written: {source}\n\
                 help: open it for writing, and see that its folder is writable too",
            ),
            Self::NotADatabase(source) => write!(
                f,
                "the file is not an SQLite database, or it is damaged or encrypted: {source}\n\
                 nothing was changed\n\
                 help: see that the path is right; a damaged database is best restored from a backup",
            ),
            Self::Sqlite(source) => write!(f, "SQLite failed beside the migrations: {source}"),
            Self::OldSqlite { found, needed } => write!(
                f,
                "the migrations need SQLite {}, and the one that is linked is {}\n\
                 nothing was changed\n\
                 help: link a newer one; the feature `bundled` brings its own",
                dotted(*needed),
                dotted(*found),
            ),
            Self::NotOurs { missing } => not_ours(f, missing),
            Self::BrokenHistory { version, what } => write!(
                f,
                "the history of the database is broken at version {version}: {what}\n\
                 nothing was changed\n\
                 help: somebody wrote into the table `{TABLE}`; restore it from a backup",
            ),
            Self::NoSuchVersion { version, latest } => {
                write!(f, "this program has no migration of version {version}")?;
                newest(f, *latest)
            }
            Self::Unknown { migrations, latest } => unknown(f, migrations, *latest),
            Self::OutOfOrder { pending, applied } => out_of_order(f, pending, applied),
            Self::Changed { files } => changed(f, files),
            Self::Irreversible { version, name, reason } => {
                irreversible(f, *version, name, reason.as_deref())
            }
            Self::Statement(failure) => statement(f, failure),
            Self::ForeignKeys { file, violations, total } => {
                foreign_keys(f, file.as_deref(), violations, *total)
            }
            Self::Dirty { version, name, direction } => dirty(f, *version, name, *direction),
            Self::Unrecorded { version, name, source } => write!(
                f,
                "migration {version} {name} ran to its end outside of a transaction, and that could not be \
                 recorded:\n{source}\n\
                 help: when the database can be written, tell so with `Runner::repair` and `Repair::Done({version})`",
            ),
            Self::Stale { folder, files } => stale(f, folder, files),
        }
    }
}

/// SQLite's number of a version as people write it.
fn dotted(number: i32) -> String {
    format!("{}.{}.{}", number / 1_000_000, number / 1000 % 1000, number % 1000)
}

fn not_ours(f: &mut Formatter<'_>, missing: &[&str]) -> fmt::Result {
    write!(
        f,
        "the database has a `{TABLE}` that migratory did not make: it lacks `{}`\n\
         nothing was changed\n\
         help: give that one another name",
        missing.join("`, `"),
    )
}

fn newest(f: &mut Formatter<'_>, latest: Option<Version>) -> fmt::Result {
    match latest {
        Some(latest) => write!(f, "; its newest is {latest}"),
        None => f.write_str("; it has none at all"),
    }
}

fn unknown(
    f: &mut Formatter<'_>,
    migrations: &[(Version, String)],
    latest: Option<Version>,
) -> fmt::Result {
    f.write_str("the database has migrations that this program does not know")?;
    newest(f, latest)?;
    list(f, migrations.iter().map(|(version, name)| format!("{version} {name}")))?;
    f.write_str(
        "\nnothing was changed\n\
         help: a newer version of the program made them; use that one, or revert them with it first",
    )
}

fn out_of_order(f: &mut Formatter<'_>, pending: &[String], applied: &str) -> fmt::Result {
    write!(f, "migrations are pending below one that is applied, {applied}:")?;
    list(f, pending.iter())?;
    f.write_str(
        "\nnothing was changed: they were written for a schema that the database has left behind\n\
         help: give them numbers above the applied ones\n\
         help: or revert to the version before them with `Runner::to`, and go up again",
    )
}

fn changed(f: &mut Formatter<'_>, files: &[String]) -> fmt::Result {
    f.write_str("migrations were changed after the database had applied them:")?;
    list(f, files.iter())?;
    f.write_str(
        "\nnothing was changed in the database\n\
         help: restore their text, and write the change as a migration of its own\n\
         help: while still developing, `Runner::redo` reverts the newest as it was applied, and applies its new text\n\
         help: if the database is as the new text wants it, `Runner::repair` with `Repair::Edited` accepts it",
    )
}

fn irreversible(
    f: &mut Formatter<'_>,
    version: Version,
    name: &str,
    reason: Option<&str>,
) -> fmt::Result {
    write!(f, "migration {version} {name} can't be reverted: ")?;
    f.write_str(reason.unwrap_or("it has no down"))?;
    f.write_str("\nnothing was changed")
}

fn statement(f: &mut Formatter<'_>, failure: &StatementFailure) -> fmt::Result {
    let StatementFailure { file, line, column, message, statement, version, .. } = failure;
    write!(f, "{file}:{line}:{column}: {message}")?;
    for (nth, line) in statement.lines().enumerate() {
        if nth == SHOWN {
            f.write_str("\n    ..")?;
            break;
        }
        write!(f, "\n    {}", line.trim_end())?;
    }
    if !failure.dirty {
        return f.write_str("\nits transaction was rolled back: nothing of it remains");
    }
    let remains = if failure.is_first {
        "what this statement did until it failed remains, and the migration counts as begun"
    } else {
        "what came before this statement remains"
    };
    write!(
        f,
        "\nthe script runs outside of a transaction: {remains}\n\
         help: bring the database by hand to what it was before the script, or to what it should be after it; \
         then tell which with `Runner::repair` and `Repair::Undone({version})` or `Repair::Done({version})`",
    )
}

fn foreign_keys(
    f: &mut Formatter<'_>,
    file: Option<&str>,
    violations: &[Violation],
    total: usize,
) -> fmt::Result {
    let file = file.unwrap_or("the migrations of one transaction");
    let (rows, lead) = if total == 1 { ("row", "leads") } else { ("rows", "lead") };
    write!(f, "{file}: after it, the foreign keys of {total} {rows} {lead} nowhere:")?;
    list(f, violations.iter())?;
    if total > violations.len() {
        write!(f, "\n    .. and {} more", total - violations.len())?;
    }
    f.write_str(
        "\nits transaction was rolled back: nothing of it remains\n\
         help: keep the rows that these refer to, or delete or change the referring rows in the migration",
    )
}

fn dirty(f: &mut Formatter<'_>, version: Version, name: &str, direction: Direction) -> fmt::Result {
    let verb = match direction {
        Direction::Up => "applied",
        Direction::Down => "reverted",
    };
    write!(
        f,
        "migration {version} {name} was being {verb} outside of a transaction and did not finish\n\
         nothing was changed now\n\
         help: it may still run in another process\n\
         help: if not, bring the database by hand to what it was before, or to what it should be after; \
         then tell which with `Runner::repair` and `Repair::Undone({version})` or `Repair::Done({version})`",
    )
}

fn stale(f: &mut Formatter<'_>, folder: &str, files: &[String]) -> fmt::Result {
    write!(f, "{folder} holds files that this program was built without:")?;
    list(f, files.iter())?;
    write!(
        f,
        "\nnothing was changed: cargo builds again when an embedded file changes, but does not see a new one\n\
         help: build again after a change to a source file, and let a `build.rs` beside Cargo.toml see to it from now on:\n    \
         fn main() {{ println!(\"cargo::rerun-if-changed={folder}\"); }}",
    )
}

fn list<T: Display>(f: &mut Formatter<'_>, items: impl Iterator<Item = T>) -> fmt::Result {
    items.into_iter().try_for_each(|item| write!(f, "\n    {item}"))
}
