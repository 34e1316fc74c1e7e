//! Names of the crate's own do not get in the way.
#![no_implicit_prelude]
#![allow(dead_code)]

struct Option;
struct Version;
mod core {}
mod std {}

::migratory::embed_migrations!("migrations", watch = off);

fn main() {}
