//! Errors about a connection on which a migration would act differently than in its rehearsal.

use crate::error::words::Words;

pub(super) fn shadowed(file: &str, objects: &[String]) -> Words {
    Words::new(format!(
        "{file}: the connection has temporary objects of names that the migration mentions:"
    ))
    .list(objects)
    .unchanged(": SQLite takes the temporary one first, so the migration would change that")
    .help("migrate before temporary objects are made, or give them other names")
}

pub(super) fn temporary_triggers(triggers: &[(String, String)]) -> Words {
    Words::new("the connection has temporary triggers on tables of the database:")
        .list(triggers.iter().map(|(trigger, table)| format!("{trigger} on {table}")))
        .unchanged(": a migration could set them off, and it was rehearsed without them")
        .help("migrate before these triggers are made")
}

pub(super) fn reaches_attached(file: &str, objects: &[String]) -> Words {
    Words::new(format!("{file}: the migration could change objects of an attached database:"))
        .list(objects)
        .unchanged(": SQLite looks for a name in attached databases where the main one lacks it")
        .help("migrate before databases are attached")
}
