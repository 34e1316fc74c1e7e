//! The arguments: a folder first, then options, `embed_migrations!("db/sql", up_only, module = schema)`.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree, token_stream};

use crate::fault::Fault;

/// The options, as an error lists them.
const OPTIONS: &str = "`accept_through = <version>`, `module = <name>`, `up_only`, `watch = off`";

/// What the user asked for.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) folder: String,
    /// Where errors about the folder are shown: at its name, or at the whole call.
    pub(crate) span: Span,
    pub(crate) module: Ident,
    pub(crate) up_only: bool,
    pub(crate) accept_through: Option<i64>,
    pub(crate) watch: bool,
}

impl Default for Args {
    fn default() -> Self {
        let span = Span::call_site();
        Self {
            folder: "migrations".to_owned(),
            span,
            module: Ident::new("migrations", span),
            up_only: false,
            accept_through: None,
            watch: true,
        }
    }
}

impl Args {
    /// Parses the tokens between the parentheses of the call.
    pub(crate) fn parse(input: TokenStream) -> Result<Self, Fault> {
        let mut args = Self::default();
        let mut seen: Vec<String> = Vec::new();
        let mut tokens = Tokens { inner: input.into_iter(), last: Span::call_site() };
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Literal(literal) if seen.is_empty() => {
                    args.span = literal.span();
                    args.folder = folder(&literal)?;
                    seen.push("the folder".to_owned());
                }
                TokenTree::Ident(key) if seen.contains(&key.to_string()) => {
                    return Err(Fault::new(key.span(), format!("`{key}` is given twice")));
                }
                TokenTree::Ident(key) => {
                    args.option(&key, &mut tokens)?;
                    seen.push(key.to_string());
                }
                other => return Err(Fault::new(other.span(), unexpected(&other))),
            }
            tokens.comma()?;
        }
        Ok(args)
    }

    fn option(&mut self, key: &Ident, tokens: &mut Tokens) -> Result<(), Fault> {
        match key.to_string().as_str() {
            "up_only" => self.up_only = true,
            "module" => match tokens.value(key, "the name of a module, as `module = schema`")? {
                TokenTree::Ident(name) => self.module = name,
                other => return Err(Fault::new(other.span(), "expected the name of a module")),
            },
            "accept_through" => {
                let value = tokens.value(key, "a version, as `accept_through = 12`")?;
                self.accept_through = Some(version(&value)?);
            }
            "watch" => {
                let value = tokens.value(key, "`off`, as `watch = off`")?;
                self.watch = match value.to_string().as_str() {
                    "off" => false,
                    "on" => true,
                    _ => return Err(Fault::new(value.span(), "expected `off` or `on`")),
                };
            }
            _ => {
                let message = format!(
                    "there is no option `{key}`; the options are {OPTIONS}, and a folder is a string"
                );
                return Err(Fault::new(key.span(), message));
            }
        }
        Ok(())
    }
}

fn unexpected(token: &TokenTree) -> String {
    match token {
        TokenTree::Literal(_) => {
            "the folder comes first, as one string: `embed_migrations!(\"db/sql\", up_only)`"
                .to_owned()
        }
        _ => format!("expected the folder as a string, or an option: {OPTIONS}"),
    }
}

/// The text of a string literal. A path needs no escapes, so they are no part of it.
fn folder(literal: &Literal) -> Result<String, Fault> {
    let text = literal.to_string();
    let fault = |message: &str| Err(Fault::new(literal.span(), message));
    let raw = text.strip_prefix('r').map(|text| text.trim_matches('#'));
    let Some(path) = raw.unwrap_or(&text).strip_prefix('"').and_then(|text| text.strip_suffix('"'))
    else {
        return fault("expected the folder as a string: `embed_migrations!(\"db/sql\")`");
    };
    if path.contains('\\') {
        return fault(
            "write the folder with `/`, on Windows too, and without escapes: `\"db/sql\"`",
        );
    }
    Ok(path.to_owned())
}

fn version(value: &TokenTree) -> Result<i64, Fault> {
    let digits = value.to_string().replace('_', "");
    digits.parse().map_err(|_| {
        Fault::new(value.span(), "expected a version as a number: `accept_through = 12`")
    })
}

/// The tokens, and where the last one stood: what is missing is missing there.
struct Tokens {
    inner: token_stream::IntoIter,
    last: Span,
}

impl Tokens {
    fn next(&mut self) -> Option<TokenTree> {
        let token = self.inner.next()?;
        self.last = token.span();
        Some(token)
    }

    /// The value after `key =`.
    fn value(&mut self, key: &Ident, expected: &str) -> Result<TokenTree, Fault> {
        let fault = || Fault::new(key.span(), format!("`{key}` needs {expected}"));
        match self.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
                self.next().ok_or_else(fault)
            }
            _ => Err(fault()),
        }
    }

    fn comma(&mut self) -> Result<(), Fault> {
        match self.next() {
            None => Ok(()),
            Some(TokenTree::Punct(punct)) if punct.as_char() == ',' => Ok(()),
            Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
                Err(Fault::new(punct.span(), "this option takes no value"))
            }
            Some(other) => Err(Fault::new(other.span(), "expected `,` before this")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(input: &str) -> Result<Args, String> {
        let tokens = input.parse().expect("tokens");
        Args::parse(tokens).map_err(|fault| fault.message)
    }

    #[test]
    fn the_folder_and_options_are_read() {
        let args = parse("").expect("no argument is fine");
        assert_eq!((args.folder.as_str(), args.watch, args.up_only), ("migrations", true, false));
        let args =
            parse("\"db/sql\", up_only, module = schema, accept_through = 2024_01, watch = off,")
                .expect("all options");
        assert_eq!(args.folder, "db/sql");
        assert_eq!(args.module.to_string(), "schema");
        assert_eq!(args.accept_through, Some(202_401));
        assert!(args.up_only && !args.watch);
        assert_eq!(parse("r#\"db\"#").expect("a raw string").folder, "db");
        assert!(parse("up_only").expect("an option alone").up_only);
    }

    #[test]
    fn bad_arguments_are_refused_with_what_to_write() {
        let cases = [
            ("\"db\\\\sql\"", "write the folder with `/`"),
            ("b\"db\"", "expected the folder as a string"),
            ("12", "expected the folder as a string"),
            ("up_only, \"db\"", "the folder comes first"),
            ("\"a\", \"b\"", "the folder comes first"),
            ("(a)", "expected the folder as a string, or an option"),
            ("up_olny", "there is no option `up_olny`; the options are"),
            ("up_only = true", "this option takes no value"),
            ("up_only up_only", "expected `,`"),
            ("up_only, up_only", "`up_only` is given twice"),
            ("module", "`module` needs the name of a module"),
            ("module =", "`module` needs the name of a module"),
            ("module = \"x\"", "expected the name of a module"),
            ("accept_through = x", "expected a version"),
            ("watch = maybe", "expected `off` or `on`"),
        ];
        for (input, expected) in cases {
            let message = parse(input).expect_err(input);
            assert!(message.starts_with(expected), "{input}: {message}");
        }
    }
}
