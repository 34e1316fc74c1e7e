//! Several sets in one crate, in modules of their own, with every option; unused items are no warning.
#![deny(warnings)]

mod inner {
    migratory::embed_migrations!("migrations", module = library, watch = off);
}
migratory::embed_migrations!("tests/fixtures/ok_up_only_numbered/migrations", up_only, module = notes, watch = off);
migratory::embed_migrations!(
    "tests/fixtures/ok_accept_through/migrations",
    accept_through = 6,
    module = shipped,
    watch = off,
);

fn main() {
    let _ = inner::library::runner();
}
