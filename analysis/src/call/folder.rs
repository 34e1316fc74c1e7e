//! Parses the folder, which is one string.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Lit, Result, Token};

const STRING: &str = "expected the folder as a string: `embed_migrations!(\"db/sql\")`";

/// Whether a call of a macro comes next, as in `concat!("db", "/sql")`.
pub(super) fn is_macro(input: ParseStream<'_>) -> bool {
    input.fork().parse::<Invocation>().is_ok()
}

/// Parses the folder, and returns it with its span.
pub(super) fn parse(input: ParseStream<'_>, is_first: bool) -> Result<(String, Span)> {
    if is_macro(input) {
        return Err(input.parse::<Invocation>()?.refused());
    }
    let literal: Lit = input.parse()?;
    if !is_first {
        let message =
            "the folder comes first, and is one string: `embed_migrations!(\"db/sql\", up_only)`";
        return Err(Error::new_spanned(literal, message));
    }
    match &literal {
        Lit::Str(text) if text.suffix().is_empty() => {
            // A path needs no escapes, and a backslash meant as a Windows separator would escape the next character.
            if text.token().to_string().contains('\\') {
                let message =
                    "write the folder with `/` (on Windows too) and without escapes: `\"db/sql\"`";
                return Err(Error::new_spanned(literal, message));
            }
            Ok((text.value(), text.span()))
        }
        _ => Err(Error::new_spanned(literal, STRING)),
    }
}

/// A call of another macro.
struct Invocation {
    name: Ident,
    tokens: TokenStream,
}

impl Parse for Invocation {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut tokens = input.parse::<Option<Token![::]>>()?.into_token_stream();
        let path = Punctuated::<Ident, Token![::]>::parse_separated_nonempty_with(
            input,
            Ident::parse_any,
        )?;
        path.to_tokens(&mut tokens);
        input.parse::<Token![!]>()?.to_tokens(&mut tokens);
        input.parse::<Group>()?.to_tokens(&mut tokens);
        let name = path.last().cloned().ok_or_else(|| input.error(STRING))?;
        Ok(Self { name, tokens })
    }
}

impl Invocation {
    /// Reports the call: a macro on stable Rust can't expand the macros in its arguments.
    fn refused(&self) -> Error {
        let name = &self.name;
        let instead = match name.to_string().as_str() {
            "env" | "option_env" => {
                "a relative folder is enough: it begins at `CARGO_MANIFEST_DIR`"
            }
            _ => "a macro of your own can pass a string on, as `$folder:literal`",
        };
        let message = format!(
            "`{name}!` can't name the folder: a macro receives its arguments unexpanded\n\
             help: write one string, relative to Cargo.toml: `embed_migrations!(\"db/sql\")`\n\
             help: {instead}"
        );
        Error::new_spanned(&self.tokens, message)
    }
}
