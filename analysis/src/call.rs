//! Parses the arguments of `embed_migrations!`. The macro takes the tokens from the compiler, the command line from the
//! sources of a crate.

mod folder;
mod option;
#[cfg(test)]
mod tests;
mod value;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Lit, Result, Token};

use crate::Options;

/// A parsed call of `embed_migrations!`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Call {
    /// The folder, relative to the package.
    pub folder: String,
    /// Where to show errors about the folder: at its name, or at the whole call.
    pub span: Span,
    /// The name of the emitted module.
    pub module: Ident,
    /// The path of the library in the calling crate.
    pub library: TokenStream,
    /// Whether debug builds look for added files.
    pub watch: bool,
    /// The oldest SQLite that the set supports, as SQLite numbers its versions.
    pub min_sqlite: Option<i32>,
    /// The options of the analysis.
    pub options: Options,
}

impl Default for Call {
    fn default() -> Self {
        let span = Span::call_site();
        Self {
            folder: "migrations".to_owned(),
            span,
            module: Ident::new("migrations", span),
            library: quote!(::migratory),
            watch: true,
            min_sqlite: None,
            options: Options::default(),
        }
    }
}

/// Parses the tokens between the parentheses of the call.
impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let Arguments { call, error } = input.parse()?;
        error.map_or(Ok(call), Err)
    }
}

/// The arguments of a call, as far as they are well-formed, and every fault in them.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Arguments {
    /// The call; a malformed option counts as omitted.
    pub call: Call,
    /// The faults, combined into one error.
    pub error: Option<Error>,
}

/// Parses any tokens, and collects the faults in `error`.
impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut arguments = Self::default();
        let mut seen = Vec::new();
        while !input.is_empty() {
            if let Err(error) = arguments.call.argument(&mut seen, input) {
                arguments.report(error);
                skip_to_comma(input)?;
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(arguments)
    }
}

impl From<Error> for Arguments {
    fn from(error: Error) -> Self {
        Self { call: Call::default(), error: Some(error) }
    }
}

impl Arguments {
    fn report(&mut self, error: Error) {
        match &mut self.error {
            Some(errors) => errors.combine(error),
            None => self.error = Some(error),
        }
    }
}

impl Call {
    /// Parses one argument, up to the comma behind it.
    fn argument(&mut self, seen: &mut Vec<String>, input: ParseStream<'_>) -> Result<()> {
        if input.peek(Lit) || folder::is_macro(input) {
            let folder = folder::parse(input, seen.is_empty());
            seen.push("the folder".to_owned());
            (self.folder, self.span) = folder?;
        } else {
            let options = option::list();
            let expected = format!("expected the folder as a string, or an option: {options}");
            let key = name(input, &expected)?;
            if seen.contains(&key.to_string()) {
                return Err(Error::new(key.span(), format!("duplicate option `{key}`")));
            }
            seen.push(key.to_string());
            self.option(&key, input)?;
        }
        end(input)
    }
}

/// Checks that the argument ends here.
fn end(input: ParseStream<'_>) -> Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        Ok(())
    } else if input.peek(Token![=]) {
        Err(refused(input, "this option takes no value"))
    } else {
        Err(refused(input, "expected `,` before this"))
    }
}

/// Parses a name, which may be a keyword.
fn name(input: ParseStream<'_>, expected: &str) -> Result<Ident> {
    if input.peek(Ident::peek_any) {
        Ident::parse_any(input)
    } else {
        Err(refused(input, expected))
    }
}

/// Creates an error at the next token.
fn refused(input: ParseStream<'_>, message: &str) -> Error {
    match input.parse::<TokenTree>() {
        Ok(token) => Error::new_spanned(token.into_token_stream(), message),
        Err(_) => input.error(message),
    }
}

/// Skips the rest of a malformed argument.
fn skip_to_comma(input: ParseStream<'_>) -> Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
