//! The module and its documentation stand up to the strictest crate.
#![deny(warnings)]
#![forbid(dead_code, missing_docs, unsafe_code, unused_imports, unreachable_pub, clippy::all, clippy::pedantic)]

migratory::embed_migrations!("migrations", watch = off);

const FIRST: migratory::Version = migrations::V1_INITIAL_SCHEMA;
static RUNNER: migratory::Runner<'static> = migrations::runner();

/// Another set, and nothing uses it.
mod unused {
    migratory::embed_migrations!("migrations", watch = off);
}

fn main() {
    assert!(FIRST < migrations::LATEST);
    assert_eq!(RUNNER.migrations().migrations().len(), migrations::MIGRATIONS.migrations().len());
}
