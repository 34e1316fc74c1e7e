//! The module and its documentation stand up to the strictest crate.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic, unreachable_pub)]
#![forbid(unsafe_code)]

migratory::embed_migrations!("migrations", watch = off);

const FIRST: migratory::Version = migrations::V1_INITIAL_SCHEMA;
static RUNNER: migratory::Runner<'static> = migrations::runner();

fn main() {
    assert!(FIRST < migrations::LATEST);
    assert_eq!(RUNNER.migrations().migrations().len(), migrations::MIGRATIONS.migrations().len());
}
