//! Errors about a down stored in the database.

use std::fmt::Arguments;

use crate::Version;
use crate::error::kind::StoredDownFault;
use crate::error::words::Words;

const OTHER_PROGRAM: &str = "run the version of the program that applied the migration";

pub(super) fn refused(version: Version, name: &str, fault: &StoredDownFault) -> Words {
    let says = |what: Arguments<'_>| {
        Words::new(format_args!("the stored down of migration {version} {name} {what}"))
    };
    match fault {
        StoredDownFault::Attached { databases } => {
            says(format_args!("can't run while databases are attached: {}", databases.join(", ")))
                .unchanged(": its names could refer to their tables")
                .help("detach them during the run")
        }
        StoredDownFault::Forbidden { line, what } => {
            says(format_args!("contains {what} on line {line}, which is not allowed"))
                .unchanged(
                    ": a database file may come from anybody, so its scripts may change only the schema and rows of \
                     its main database",
                )
                .help(OTHER_PROGRAM)
        }
        StoredDownFault::NotCopied { what } => {
            says(format_args!("can't be rehearsed in memory, because the schema can't be copied: {what}"))
                .unchanged(": no stored script runs without a rehearsal")
                .help(
                    "if the schema calls functions or collations of the application, register these with \
                     `Runner::scratch`",
                )
        }
        StoredDownFault::Failed { line, message } => {
            says(format_args!("fails on an empty copy of the schema, on line {line}: {message}"))
                .unchanged("")
                .help(OTHER_PROGRAM)
        }
        StoredDownFault::Schema { drift } => {
            says(format_args!("produces the wrong schema: {drift}"))
                .unchanged("")
                .help(
                    "declare objects that the application adds on purpose with `Runner::ignore`",
                )
                .help(OTHER_PROGRAM)
        }
        StoredDownFault::Unproven { version } => says(format_args!(
            "leads to version {version}, whose text has changed since, so its schema is unknown"
        ))
        .unchanged("")
        .help(format_args!(
            "restore the text of {version}, or go down to a version that has not changed"
        )),
    }
}
