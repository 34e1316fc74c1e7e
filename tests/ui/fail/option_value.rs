//! An option with a value of another kind is pointed at.
migratory::embed_migrations!("migrations", watch = maybe);

fn main() {}
