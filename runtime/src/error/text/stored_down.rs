//! Errors about a down stored in the database.

use crate::Version;
use crate::error::kind::StoredDownFault;
use crate::error::words::Words;

const OTHER_PROGRAM: &str = "run the version of the program that applied the migration";

pub(super) fn refused(words: &mut Words, version: Version, name: &str, fault: &StoredDownFault) {
    let down = format!("the stored down of migration {version} {name}");
    match fault {
        StoredDownFault::Attached { databases } => words
            .problem(format_args!(
                "{down} can't run while databases are attached: {}",
                databases.join(", ")
            ))
            .unchanged(": its names could refer to their tables")
            .help("detach them during the run"),
        StoredDownFault::Forbidden { line, what } => words
            .problem(format_args!("{down} contains {what} on line {line}, which is not allowed"))
            .unchanged(
                ": a database file may come from anybody, so its scripts may change only the schema and rows of \
                 its main database",
            )
            .help(OTHER_PROGRAM),
        StoredDownFault::NotCopied { what } => words
            .problem(format_args!(
                "{down} can't be rehearsed in memory, because the schema can't be copied: {what}"
            ))
            .unchanged(": no stored script runs without a rehearsal")
            .help(
                "if the schema calls functions or collations of the application, register these with \
                 `Runner::scratch`",
            ),
        StoredDownFault::Failed { line, message } => words
            .problem(format_args!(
                "{down} fails on an empty copy of the schema, on line {line}: {message}"
            ))
            .unchanged("")
            .help(OTHER_PROGRAM),
        StoredDownFault::Schema { drift } => words
            .problem(format_args!("{down} produces the wrong schema: {drift}"))
            .unchanged("")
            .help("declare objects that the application adds on purpose with `Runner::ignore`")
            .help(OTHER_PROGRAM),
        StoredDownFault::Unproven { version } => words
            .problem(format_args!(
                "{down} leads to version {version}, whose text has changed since, so its schema is unknown"
            ))
            .unchanged("")
            .help(format_args!(
                "restore the text of {version}, or go down to a version that has not changed"
            )),
    };
}
