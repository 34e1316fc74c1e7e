//! The macro of [`migratory`](https://docs.rs/migratory), which re-exports it.
//!
//! It holds no rules: it parses the arguments, calls the analysis, and turns the result into tokens.

mod doc;
mod embed;
mod emit;

use proc_macro::TokenStream;

/// Reads a folder of SQL migrations, checks it, and emits it as a module.
#[proc_macro]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    embed::embed(input.into()).into()
}
