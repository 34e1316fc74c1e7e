//! A connection on which a migration would do something else than was rehearsed.

use std::fmt::{self, Formatter};

use super::list;

pub(super) fn shadowed(f: &mut Formatter<'_>, file: &str, objects: &[String]) -> fmt::Result {
    write!(
        f,
        "{file}: the connection has temporary objects of names that the migration mentions:"
    )?;
    list(f, objects.iter())?;
    f.write_str(
        "\nnothing was changed: SQLite takes the temporary one first, so the migration would change that\n\
         help: migrate before temporary objects are made, or give them other names",
    )
}

pub(super) fn temporary_triggers(
    f: &mut Formatter<'_>,
    triggers: &[(String, String)],
) -> fmt::Result {
    f.write_str("the connection has temporary triggers on tables of the database:")?;
    list(f, triggers.iter().map(|(trigger, table)| format!("{trigger} on {table}")))?;
    f.write_str(
        "\nnothing was changed: a migration could set them off, and it was rehearsed without them\n\
         help: migrate before these triggers are made",
    )
}

pub(super) fn reaches_attached(
    f: &mut Formatter<'_>,
    file: &str,
    objects: &[String],
) -> fmt::Result {
    write!(f, "{file}: the migration could change objects of an attached database:")?;
    list(f, objects.iter())?;
    f.write_str(
        "\nnothing was changed: SQLite looks for a name in attached databases where the main one lacks it\n\
         help: migrate before databases are attached",
    )
}
