//! A macro that would name the folder is pointed at, with what to write instead.
migratory::embed_migrations!(concat!("migra", "tions"), watch = off);

fn main() {}
