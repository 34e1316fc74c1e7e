//! Errors about a connection on which a migration would act differently than in its rehearsal.

use crate::error::words::Words;

pub(super) fn shadowed(words: &mut Words, file: &str, objects: &[String]) {
    words
        .problem(format_args!(
            "{file}: the connection has temporary objects with names that the migration mentions:"
        ))
        .list(objects)
        .unchanged(": SQLite prefers a temporary object, so the migration would change that one")
        .help("migrate before creating temporary objects, or rename them");
}

pub(super) fn temporary_triggers(words: &mut Words, triggers: &[(String, String)]) {
    words.problem(format_args!("the connection has temporary triggers on tables of the database:"));
    for (trigger, table) in triggers {
        words.item(&format_args!("{trigger} on {table}"));
    }
    words
        .unchanged(": a migration could fire them, but was rehearsed without them")
        .help("migrate before creating these triggers");
}

pub(super) fn reaches_attached(words: &mut Words, file: &str, objects: &[String]) {
    words
        .problem(format_args!(
            "{file}: the migration could change objects of an attached database:"
        ))
        .list(objects)
        .unchanged(": SQLite looks a name up in attached databases if the main one doesn't have it")
        .help("migrate before attaching databases");
}
