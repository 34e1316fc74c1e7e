//! An error that rustc shows at a place in the user's source.

use migratory_analysis::CallFault;
use proc_macro2::TokenStream;
use quote::quote_spanned;

/// A `compile_error!` all of whose tokens stand at the place, so that rustc points there and nowhere else.
pub(crate) fn tokens(fault: &CallFault) -> TokenStream {
    let message = &fault.message;
    quote_spanned!(fault.span=> ::core::compile_error! { #message })
}
