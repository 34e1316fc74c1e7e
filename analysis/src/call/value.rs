//! Parses the values of options.

use std::str::FromStr;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Error, Lit, LitStr, Result, Token, parenthesized, token};

use super::name;

/// Parses the `=` before a value.
pub(super) fn after_equals(key: &Ident, input: ParseStream<'_>, expected: &str) -> Result<()> {
    let is_given = input.parse::<Option<Token![=]>>()?.is_some();
    if !is_given || input.is_empty() || input.peek(Token![,]) {
        return Err(Error::new(key.span(), format!("`{key}` needs {expected}")));
    }
    Ok(())
}

/// Parses `= word`: false for the first of these words, true for the second.
pub(super) fn word(key: &Ident, input: ParseStream<'_>, words: [&str; 2]) -> Result<bool> {
    let choice = words.map(|word| format!("`{word}`")).join(" or ");
    after_equals(key, input, &choice)?;
    let expected = format!("expected {choice} for `{key}`");
    let word = name(input, &expected)?;
    if words.iter().all(|each| word != each) {
        return Err(Error::new(word.span(), expected));
    }
    Ok(word == words[1])
}

/// Parses a list in parentheses.
pub(super) fn list<T>(
    key: &Ident,
    input: ParseStream<'_>,
    item: fn(ParseStream<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    if !input.peek(token::Paren) {
        return Err(Error::new(key.span(), format!("`{key}` needs a list in parentheses")));
    }
    let content;
    parenthesized!(content in input);
    let items = Punctuated::<T, Token![,]>::parse_terminated_with(&content, item);
    // syn reports tokens that are left in parentheses, instead of the error that left them.
    content.parse::<TokenStream>()?;
    Ok(items?.into_iter().collect())
}

/// Parses a path that is valid in every module: `my_dep::migratory`, `crate::db::migratory`.
pub(super) fn path(input: ParseStream<'_>) -> Result<TokenStream> {
    let mut tokens = input.parse::<Option<Token![::]>>()?.into_token_stream();
    let segment = |input: ParseStream<'_>| {
        name(input, "expected a path without quotes: `crate = my_dep::migratory`")
    };
    let path = Punctuated::<Ident, Token![::]>::parse_separated_nonempty_with(input, segment)?;
    path.to_tokens(&mut tokens);
    match path.first() {
        Some(first) if first == "self" || first == "super" => {
            let message = format!(
                "`{first}` means another module where the path is used: begin with `crate` or the name of a dependency"
            );
            Err(Error::new_spanned(tokens, message))
        }
        _ => Ok(tokens),
    }
}

/// Parses `"3.35.0"` into SQLite's version number, 3035000.
pub(super) fn sqlite_version(input: ParseStream<'_>) -> Result<i32> {
    let value = written(input)?;
    let text = unquoted(&value);
    let parts = text.split('.').map(|part| part.parse().ok().filter(|it| (0..1000).contains(it)));
    match parts.collect::<Option<Vec<i32>>>().as_deref() {
        Some([major, minor]) => Ok(major * 1_000_000 + minor * 1000),
        Some([major, minor, patch]) => Ok(major * 1_000_000 + minor * 1000 + patch),
        _ => Err(Error::new_spanned(value, "expected a version of SQLite, such as `\"3.35.0\"`")),
    }
}

/// Parses a version as written in file names: digits, or a string with Diesel's dashes.
pub(super) fn version(input: ParseStream<'_>) -> Result<i64> {
    let value = written(input)?;
    digits(&unquoted(&value).replace('-', ""), value, "a version")
}

/// Parses digits.
pub(super) fn number<T: FromStr>(input: ParseStream<'_>, what: &str) -> Result<T> {
    let value = written(input)?;
    digits(&value.to_string(), value, what)
}

fn digits<T: FromStr>(written: &str, value: TokenStream, what: &str) -> Result<T> {
    let digits = written.replace('_', "");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::new_spanned(value, format!("expected {what} in digits")));
    }
    let too_large = |_| Error::new_spanned(value, format!("{digits} is too large for {what}"));
    digits.parse().map_err(too_large)
}

/// Parses the next literal with its sign, or any other token.
fn written(input: ParseStream<'_>) -> Result<TokenStream> {
    if input.peek(Lit) {
        input.parse::<Lit>().map(Lit::into_token_stream)
    } else {
        input.parse::<TokenTree>().map(TokenTree::into_token_stream)
    }
}

/// Returns the content of a string, or any other value as written.
fn unquoted(value: &TokenStream) -> String {
    match syn::parse2::<LitStr>(value.clone()) {
        Ok(text) if text.suffix().is_empty() => text.value(),
        _ => value.to_string(),
    }
}
