//! A folder is a string.
migratory::embed_migrations!(migrations);

fn main() {}
