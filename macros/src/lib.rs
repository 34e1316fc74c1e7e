//! The macro `embed_migrations!` of [`migratory`](https://docs.rs/migratory), which re-exports and documents it.
//!
//! Applications depend on `migratory`, not on this crate: what the macro emits names `migratory`'s types. The crate
//! holds no rules: it parses the arguments, calls the analysis, and turns the result into tokens.

mod doc;
mod embed;
mod emit;
#[cfg(feature = "rehearsal")]
mod recall;

use proc_macro::TokenStream;

/// `cargo migratory check` reports what this macro reports, without a build.
// `migratory` puts the documentation of the macro before this sentence.
#[proc_macro]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    embed::embed(input.into()).into()
}
