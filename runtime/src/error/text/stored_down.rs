//! Errors about a down stored in the database.

use crate::Version;
use crate::error::kind::StoredDownFault;
use crate::error::words::Words;

const OTHER_PROGRAM: &str = "use the version of the program that applied the migration";

pub(super) fn refused(version: Version, name: &str, fault: &StoredDownFault) -> Words {
    let says = |what: String| {
        Words::new(format!("the down of migration {version} {name} that the database holds {what}"))
    };
    match fault {
        StoredDownFault::Attached { databases } => {
            says(format!("is not run while databases are attached: {}", databases.join(", ")))
                .unchanged(": its names could mean tables of theirs")
                .help("detach them for the run")
        }
        StoredDownFault::Forbidden { line, what } => {
            says(format!("has {what} in line {line}, which is not allowed"))
                .unchanged(
                    ": a database file may come from anybody, so its scripts change schema and rows of its main \
                     database, and nothing else",
                )
                .help(OTHER_PROGRAM)
        }
        StoredDownFault::NotCopied { what } => {
            says(format!("can't be tried in memory, since the schema can't be copied: {what}"))
                .unchanged(": no stored script runs untried")
                .help(
                    "if the schema calls functions or collations of the program's, have them registered by \
                     `Runner::scratch`",
                )
        }
        StoredDownFault::Failed { line, message } => {
            says(format!("fails on an empty copy of the schema, in line {line}: {message}"))
                .unchanged("")
                .help(OTHER_PROGRAM)
        }
        StoredDownFault::Schema { drift } => {
            says(format!("ends at another schema than it should: {drift}"))
                .unchanged("")
                .help(
                    "what the application adds to the schema on purpose is declared with `Runner::ignore`",
                )
                .help(OTHER_PROGRAM)
        }
        StoredDownFault::Unproven { version } => says(format!(
            "ends at version {version}, whose text has changed since, so nobody knows which schema that is"
        ))
        .unchanged("")
        .help(format!(
            "restore the text of {version}, or go down to a version that has not changed"
        )),
    }
}
