//! An unknown option is named, with the ones that there are.
migratory::embed_migrations!("migrations", up_olny);

fn main() {
    let _ = migrations::runner();
}
