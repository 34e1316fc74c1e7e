//! An error that rustc shows at a place in the user's source.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// What is wrong, and at which tokens.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) span: Span,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    /// A `compile_error!` all of whose tokens stand at the place, so that rustc points there and nowhere else.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        let message = &self.message;
        quote_spanned!(self.span=> ::core::compile_error! { #message })
    }
}
