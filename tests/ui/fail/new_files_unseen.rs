//! Without a build script, a warning says so; here warnings are errors.
#![deny(warnings)]

migratory::embed_migrations!();

fn main() {}
