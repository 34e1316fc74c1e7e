//! The caret is at the folder.
migratory::embed_migrations!("migration");

fn main() {}
