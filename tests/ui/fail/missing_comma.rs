//! What follows without a comma is pointed at.
migratory::embed_migrations!("migrations" up_only);

fn main() {}
