//! All faults of a call come at once, and code that uses the set adds no error of its own.
migratory::embed_migrations!("migrations", up_olny, module = schema, watch = maybe, functions(slugify));

fn main() {
    let _ = schema::runner();
}
