//! A down that is stored in the database, and does not run.

use std::fmt::{self, Formatter};

use crate::Version;
use crate::error::kind::StoredDownFault;

pub(super) fn refused(
    f: &mut Formatter<'_>,
    version: Version,
    name: &str,
    fault: &StoredDownFault,
) -> fmt::Result {
    write!(f, "the down of migration {version} {name} that the database holds ")?;
    match fault {
        StoredDownFault::Attached { databases } => write!(
            f,
            "is not run while databases are attached: {}\n\
             nothing was changed: its names could mean tables of theirs\n\
             help: detach them for the run",
            databases.join(", ")
        ),
        StoredDownFault::Forbidden { line, what } => write!(
            f,
            "has {what} in line {line}, which is not allowed\n\
             nothing was changed: a database file may come from anybody, so its scripts change schema and rows of its \
             main database, and nothing else\n\
             help: use the version of the program that applied the migration"
        ),
        StoredDownFault::NotCopied { what } => write!(
            f,
            "can't be tried in memory, since the schema can't be copied: {what}\n\
             nothing was changed: no stored script runs untried\n\
             help: if the schema calls functions or collations of the program's, have them registered by \
             `Runner::scratch`"
        ),
        StoredDownFault::Failed { line, message } => write!(
            f,
            "fails on an empty copy of the schema, in line {line}: {message}\n\
             nothing was changed\n\
             help: use the version of the program that applied the migration"
        ),
        StoredDownFault::Schema { drift } => write!(
            f,
            "ends at another schema than it should: {drift}\n\
             nothing was changed\n\
             help: what the application adds to the schema on purpose is declared with `Runner::ignore`\n\
             help: use the version of the program that applied the migration"
        ),
        StoredDownFault::Unproven { version } => write!(
            f,
            "ends at version {version}, whose text has changed since, so nobody knows which schema that is\n\
             nothing was changed\n\
             help: restore the text of {version}, or go down to a version that has not changed"
        ),
    }
}
