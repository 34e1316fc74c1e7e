//! Parses a call of the macro: `embed_migrations!("db/sql", up_only, module = schema)`, a folder and then options.
//!
//! The macro gets the tokens from the compiler, the command line from the source of a crate.

use std::str::FromStr;
use std::time::Duration;

use migratory_core::Version;
use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree, token_stream};

use crate::Options;

/// The options, as listed in an error.
const OPTIONS: &str = "`accept_through = <version>`, `assumptions = warn`, `collations(<name>, ..)`, \
    `foreign_keys = off`, `functions(<name>(<arguments>), ..)`, `module = <name>`, \
    `min_sqlite = <version>`, `time_limit = <seconds>`, `up_only`, `watch = off`";

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
    /// Whether debug builds look for added files.
    pub watch: bool,
    /// The oldest SQLite that the set supports, as SQLite numbers its versions.
    pub min_sqlite: Option<i32>,
    /// The options of the analysis.
    pub options: Options,
}

/// An error in a call.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallFault {
    /// The tokens that are wrong.
    pub span: Span,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl CallFault {
    /// Creates an error at these tokens.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

impl Default for Call {
    fn default() -> Self {
        let span = Span::call_site();
        Self {
            folder: "migrations".to_owned(),
            span,
            module: Ident::new("migrations", span),
            watch: true,
            min_sqlite: None,
            options: Options::default(),
        }
    }
}

impl Call {
    /// Parses the tokens between the parentheses of the call.
    ///
    /// # Errors
    ///
    /// If an option is unknown, malformed or given twice.
    pub fn parse(input: TokenStream) -> Result<Self, CallFault> {
        let mut call = Self::default();
        let mut seen: Vec<String> = Vec::new();
        let mut tokens = Tokens::new(input);
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Literal(literal) if seen.is_empty() => {
                    call.span = literal.span();
                    call.folder = folder(&literal)?;
                    seen.push("the folder".to_owned());
                }
                TokenTree::Ident(key) if seen.contains(&key.to_string()) => {
                    return Err(CallFault::new(key.span(), format!("duplicate option `{key}`")));
                }
                TokenTree::Ident(key) => {
                    call.option(&key, &mut tokens)?;
                    seen.push(key.to_string());
                }
                other => return Err(CallFault::new(other.span(), unexpected(&other))),
            }
            tokens.comma()?;
        }
        Ok(call)
    }

    fn option(&mut self, key: &Ident, tokens: &mut Tokens) -> Result<(), CallFault> {
        let options = &mut self.options;
        match key.to_string().as_str() {
            "up_only" => options.up_only = true,
            "module" => match tokens.value(key, "the name of a module: `module = schema`")? {
                TokenTree::Ident(name) => self.module = name,
                other => return Err(CallFault::new(other.span(), "expected the name of a module")),
            },
            "accept_through" => {
                let value = tokens.value(key, "a version: `accept_through = 12`")?;
                options.accept_through = Some(Version::new(version(&value)?));
            }
            "time_limit" => {
                let value = tokens.value(key, "seconds: `time_limit = 60`")?;
                let seconds = u64::from(number::<u32>(&value, "a number of seconds")?);
                options.time_limit = Duration::from_secs(seconds);
            }
            "assumptions" => {
                options.assumptions_warn = tokens.word(key, ["error", "warn"])?;
            }
            "foreign_keys" => options.foreign_keys = tokens.word(key, ["off", "on"])?,
            "min_sqlite" => {
                let value = tokens.value(key, "a version: `min_sqlite = \"3.35.0\"`")?;
                self.min_sqlite = Some(sqlite_version(&value)?);
            }
            "watch" => self.watch = tokens.word(key, ["off", "on"])?,
            "functions" => options.functions = functions(tokens.list(key)?)?,
            "collations" => options.collations = collations(tokens.list(key)?)?,
            _ => {
                let message = format!(
                    "unknown option `{key}`; the options are {OPTIONS}; a folder is a string"
                );
                return Err(CallFault::new(key.span(), message));
            }
        }
        Ok(())
    }
}

/// Parses functions and their number of arguments: `slugify(1), uuid(0)`.
fn functions(list: TokenStream) -> Result<Vec<(String, i32)>, CallFault> {
    let mut functions = Vec::new();
    let mut tokens = Tokens::new(list);
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(name) = token else {
            return Err(CallFault::new(token.span(), "expected a function, such as `slugify(1)`"));
        };
        let mut arguments = Tokens::new(tokens.list(&name)?);
        let fault = || {
            CallFault::new(
                name.span(),
                format!("`{name}` needs its number of arguments: `{name}(1)`"),
            )
        };
        let count = arguments.next().ok_or_else(fault)?;
        functions.push((name.to_string(), number(&count, "a number of arguments")?));
        tokens.comma()?;
    }
    Ok(functions)
}

fn collations(list: TokenStream) -> Result<Vec<String>, CallFault> {
    let mut collations = Vec::new();
    let mut tokens = Tokens::new(list);
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(name) = token else {
            return Err(CallFault::new(token.span(), "expected the name of a collation"));
        };
        collations.push(name.to_string());
        tokens.comma()?;
    }
    Ok(collations)
}

fn unexpected(token: &TokenTree) -> String {
    match token {
        TokenTree::Literal(_) => {
            "the folder comes first, and is one string: `embed_migrations!(\"db/sql\", up_only)`"
                .to_owned()
        }
        _ => format!("expected the folder as a string, or an option: {OPTIONS}"),
    }
}

/// The text of a string literal. Escapes are refused, since a path needs none.
fn folder(literal: &Literal) -> Result<String, CallFault> {
    let text = literal.to_string();
    let fault = |message: &str| Err(CallFault::new(literal.span(), message));
    let raw = text.strip_prefix('r').map(|text| text.trim_matches('#'));
    let Some(path) = raw.unwrap_or(&text).strip_prefix('"').and_then(|text| text.strip_suffix('"'))
    else {
        return fault("expected the folder as a string: `embed_migrations!(\"db/sql\")`");
    };
    if path.contains('\\') {
        return fault(
            "write the folder with `/` (on Windows too) and without escapes: `\"db/sql\"`",
        );
    }
    Ok(path.to_owned())
}

/// Parses `"3.35.0"` into SQLite's version number, 3035000.
fn sqlite_version(value: &TokenTree) -> Result<i32, CallFault> {
    let text = value.to_string();
    let parts =
        text.trim_matches('"').split('.').map(|part| part.parse().ok().filter(|it| *it < 1000));
    match parts.collect::<Option<Vec<i32>>>().as_deref() {
        Some([major, minor]) => Ok(major * 1_000_000 + minor * 1000),
        Some([major, minor, patch]) => Ok(major * 1_000_000 + minor * 1000 + patch),
        _ => {
            Err(CallFault::new(value.span(), "expected a version of SQLite, such as `\"3.35.0\"`"))
        }
    }
}

/// Parses a version as written in file names: digits, or a string with Diesel's dashes.
fn version(value: &TokenTree) -> Result<i64, CallFault> {
    let text = value.to_string();
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(quoted) => parsed(value, &quoted.replace('-', ""), "a version"),
        None => number(value, "a version"),
    }
}

fn number<T: FromStr>(value: &TokenTree, what: &str) -> Result<T, CallFault> {
    parsed(value, &value.to_string(), what)
}

fn parsed<T: FromStr>(value: &TokenTree, written: &str, what: &str) -> Result<T, CallFault> {
    let digits = written.replace('_', "");
    digits.parse().map_err(|_| {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let message = if is_number {
            format!("{digits} is too large for {what}")
        } else {
            format!("expected {what} in digits")
        };
        CallFault::new(value.span(), message)
    })
}

/// The tokens of a list.
struct Tokens {
    inner: token_stream::IntoIter,
}

impl Tokens {
    fn new(input: TokenStream) -> Self {
        Self { inner: input.into_iter() }
    }

    fn next(&mut self) -> Option<TokenTree> {
        self.inner.next()
    }

    /// The value after `key =`.
    fn value(&mut self, key: &Ident, expected: &str) -> Result<TokenTree, CallFault> {
        let fault = || CallFault::new(key.span(), format!("`{key}` needs {expected}"));
        match self.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
                self.next().ok_or_else(fault)
            }
            _ => Err(fault()),
        }
    }

    /// Parses the value after `key =`: false for the first of these words, true for the second.
    fn word(&mut self, key: &Ident, words: [&str; 2]) -> Result<bool, CallFault> {
        let [first, second] = words;
        let value = self.value(key, &format!("`{first}` or `{second}`"))?;
        match value.to_string() {
            word if word == first => Ok(false),
            word if word == second => Ok(true),
            _ => Err(CallFault::new(value.span(), format!("expected `{first}` or `{second}`"))),
        }
    }

    /// The tokens in parentheses after `key`.
    fn list(&mut self, key: &Ident) -> Result<TokenStream, CallFault> {
        match self.next() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                Ok(group.stream())
            }
            _ => Err(CallFault::new(key.span(), format!("`{key}` needs a list in parentheses"))),
        }
    }

    fn comma(&mut self) -> Result<(), CallFault> {
        match self.next() {
            None => Ok(()),
            Some(TokenTree::Punct(punct)) if punct.as_char() == ',' => Ok(()),
            Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
                Err(CallFault::new(punct.span(), "this option takes no value"))
            }
            Some(other) => Err(CallFault::new(other.span(), "expected `,` before this")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(input: &str) -> Result<Call, String> {
        let tokens = input.parse().expect("tokens");
        Call::parse(tokens).map_err(|fault| fault.message)
    }

    #[test]
    fn the_folder_and_options_are_parsed() {
        let call = parse("").expect("no argument is fine");
        assert_eq!((call.folder.as_str(), call.watch), ("migrations", true));
        assert_eq!(call.options, Options::default());
        let call =
            parse("\"db/sql\", up_only, module = schema, accept_through = 2024_01, watch = off,")
                .expect("all options");
        assert_eq!(call.folder, "db/sql");
        assert_eq!(call.module.to_string(), "schema");
        assert_eq!(call.options.accept_through, Some(Version::new(202_401)));
        assert!(call.options.up_only && !call.watch);
        let dashed = parse("accept_through = \"2024-01-31-120000\"").expect("dashes in quotes");
        assert_eq!(dashed.options.accept_through, Some(Version::new(20_240_131_120_000)));
        assert_eq!(parse("r#\"db\"#").expect("a raw string").folder, "db");
        assert!(parse("up_only").expect("an option alone").options.up_only);
    }

    #[test]
    fn options_of_the_rehearsal_are_parsed() {
        let input = "functions(slugify(1), uuid(0),), collations(german), foreign_keys = off, \
                     assumptions = warn, time_limit = 60";
        let options = parse(input).expect("all options").options;
        assert_eq!(options.functions, [("slugify".to_owned(), 1), ("uuid".to_owned(), 0)]);
        assert_eq!(options.collations, ["german"]);
        assert!(!options.foreign_keys && options.assumptions_warn);
        assert_eq!(options.time_limit, Duration::from_secs(60));
        let min_sqlite = |input| parse(input).expect("a version").min_sqlite;
        assert_eq!(min_sqlite("min_sqlite = \"3.35.2\""), Some(3_035_002));
        assert_eq!(min_sqlite("min_sqlite = \"3.41\""), Some(3_041_000));
    }

    #[test]
    fn malformed_arguments_are_refused_with_help() {
        let cases = [
            ("\"db\\\\sql\"", "write the folder with `/`"),
            ("b\"db\"", "expected the folder as a string"),
            ("12", "expected the folder as a string"),
            ("up_only, \"db\"", "the folder comes first"),
            ("\"a\", \"b\"", "the folder comes first"),
            ("(a)", "expected the folder as a string, or an option"),
            ("up_olny", "unknown option `up_olny`; the options are"),
            ("up_only = true", "this option takes no value"),
            ("up_only up_only", "expected `,`"),
            ("up_only, up_only", "duplicate option `up_only`"),
            ("module", "`module` needs the name of a module"),
            ("module =", "`module` needs the name of a module"),
            ("module = \"x\"", "expected the name of a module"),
            ("accept_through = x", "expected a version"),
            ("accept_through = \"v3\"", "expected a version"),
            ("accept_through = \"\"", "expected a version"),
            ("functions", "`functions` needs a list in parentheses"),
            ("functions(a)", "`a` needs a list in parentheses"),
            ("functions(a())", "`a` needs its number of arguments"),
            ("functions(1)", "expected a function"),
            ("collations(\"x\")", "expected the name of a collation"),
            ("assumptions = no", "expected `error` or `warn`"),
            ("time_limit = -1", "expected a number of seconds"),
            ("min_sqlite = new", "expected a version of SQLite"),
            ("min_sqlite = \"3.x\"", "expected a version of SQLite"),
            ("watch = maybe", "expected `off` or `on`"),
        ];
        for (input, expected) in cases {
            let message = parse(input).expect_err(input);
            assert!(message.starts_with(expected), "{input}: {message}");
        }
    }
}
