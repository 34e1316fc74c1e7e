//! A version that the set does not have is no constant.
migratory::embed_migrations!("migrations", watch = off);

fn main() {
    let _ = migrations::V99_NOT_THERE;
}
