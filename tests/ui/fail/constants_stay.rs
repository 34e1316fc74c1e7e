//! Constants of a refused set are there all the same: the refusal is the only error, whatever lints are on.
#![deny(warnings)]
#![forbid(dead_code, missing_docs, unused_imports)]

migratory::embed_migrations!("tests/fixtures/pair_no_down/migrations", watch = off);

fn main() {
    let _ = migrations::V1_USERS;
}
