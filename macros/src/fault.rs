//! Emits an error that rustc shows at a place in the user's source.

use migratory_analysis::CallFault;
use proc_macro2::TokenStream;
use quote::quote_spanned;

/// A `compile_error!` whose tokens all have the span of the fault, so that rustc points only there.
pub(crate) fn tokens(fault: &CallFault) -> TokenStream {
    let message = &fault.message;
    quote_spanned!(fault.span=> ::core::compile_error! { #message })
}
