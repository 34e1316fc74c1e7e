//! The options of a call.

use std::time::Duration;

use migratory_core::Version;
use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Error, Result, token};

use super::{Call, name, value};
use crate::spelling;

/// The options and the form of their values, in the order in which an error lists them.
const OPTIONS: [(&str, &str); 11] = [
    ("accept_through", " = <version>"),
    ("assumptions", " = warn"),
    ("collations", "(<name>, ..)"),
    ("crate", " = <path>"),
    ("foreign_keys", " = off"),
    ("functions", "(<name>(<arguments>), ..)"),
    ("module", " = <name>"),
    ("min_sqlite", " = <version>"),
    ("time_limit", " = <seconds>"),
    ("up_only", ""),
    ("watch", " = off"),
];

/// Returns the options as an error lists them.
pub(super) fn list() -> String {
    OPTIONS.map(|(key, value)| format!("`{key}{value}`")).join(", ")
}

impl Call {
    /// Parses what follows the name of an option.
    pub(super) fn option(&mut self, key: &Ident, input: ParseStream<'_>) -> Result<()> {
        let options = &mut self.options;
        let as_value = |expected| value::after_equals(key, input, expected);
        match key.to_string().as_str() {
            "up_only" => options.up_only = true,
            "module" => {
                as_value("the name of a module: `module = schema`")?;
                self.module = module(input)?;
            }
            "crate" => {
                as_value("the path of the library: `crate = my_dep::migratory`")?;
                self.library = value::path(input)?;
            }
            "accept_through" => {
                as_value("a version: `accept_through = 12`")?;
                options.accept_through = Some(Version::new(value::version(input)?));
            }
            "time_limit" => {
                as_value("seconds: `time_limit = 60`")?;
                let seconds: u32 = value::number(input, "a number of seconds")?;
                options.time_limit = Duration::from_secs(seconds.into());
            }
            "assumptions" => options.assumptions_warn = value::word(key, input, ["error", "warn"])?,
            "foreign_keys" => options.foreign_keys = value::word(key, input, ["off", "on"])?,
            "min_sqlite" => {
                as_value("a version: `min_sqlite = \"3.35.0\"`")?;
                self.min_sqlite = Some(value::sqlite_version(input)?);
            }
            "watch" => self.watch = value::word(key, input, ["off", "on"])?,
            "functions" => options.functions = value::list(key, input, function)?,
            "collations" => options.collations = value::list(key, input, collation)?,
            _ => return Err(unknown(key)),
        }
        Ok(())
    }
}

fn unknown(key: &Ident) -> Error {
    let meant = spelling::nearest(&key.to_string(), OPTIONS.map(|(option, _)| option));
    let help = match meant {
        Some(option) => format!(": did you mean `{option}`?"),
        None => format!("; the options are {}; a folder is a string", list()),
    };
    Error::new(key.span(), format!("unknown option `{key}`{help}"))
}

fn module(input: ParseStream<'_>) -> Result<Ident> {
    let expected = "expected the name of a module";
    if input.peek(syn::Ident) {
        return input.parse();
    }
    let keyword = name(input, expected)?;
    Err(Error::new(keyword.span(), format!("{expected}: `{keyword}` is a keyword")))
}

/// Parses a function and its number of arguments: `slugify(1)`.
fn function(input: ParseStream<'_>) -> Result<(String, i32)> {
    let name = name(input, "expected a function, such as `slugify(1)`")?;
    let counts = if input.peek(token::Paren) {
        value::list(&name, input, |input| value::number(input, "a number of arguments"))?
    } else {
        Vec::new()
    };
    let [count] = counts[..] else {
        let message = format!("`{name}` needs its number of arguments: `{name}(1)`");
        return Err(Error::new(name.span(), message));
    };
    Ok((name.unraw().to_string(), count))
}

fn collation(input: ParseStream<'_>) -> Result<String> {
    name(input, "expected the name of a collation").map(|name| name.unraw().to_string())
}
