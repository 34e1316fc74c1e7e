//! The database and its connection: errors, settings, foreign keys, and the schema.

pub(crate) mod attached;
pub(crate) mod definition;
pub(crate) mod environment;
pub(crate) mod errors;
pub(crate) mod foreign_keys;
pub(crate) mod header;
pub(crate) mod patience;
pub(crate) mod pragmas;
pub(crate) mod query;
pub(crate) mod schema;
pub(crate) mod settings;
pub(crate) mod shadow;
pub(crate) mod snapshot;
