//! Options of the analysis, given on the command line in place of those of `embed_migrations!`.

use clap::{Args, ValueEnum};
use migratory_analysis::{Call, Options};
use proc_macro2::TokenStream;

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Options as `embed_migrations!` takes them.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Judging {
    /// Takes what has shipped, up to this version, as it is; written as in the file name.
    #[arg(long, value_name = "VERSION", help_heading = "As in embed_migrations!")]
    accept_through: Option<String>,

    /// Asks for no downs.
    #[arg(long, help_heading = "As in embed_migrations!")]
    up_only: bool,

    /// Whether the application has foreign keys on.
    #[arg(long, value_enum, value_name = "STATE", help_heading = "As in embed_migrations!")]
    foreign_keys: Option<State>,

    /// Functions that the application registers, with the number of their arguments: `slugify(1),uuid(0)`.
    #[arg(long, value_name = "FUNCTIONS", help_heading = "As in embed_migrations!")]
    functions: Option<String>,

    /// Collations that the application registers: `german,swedish`.
    #[arg(long, value_name = "COLLATIONS", help_heading = "As in embed_migrations!")]
    collations: Option<String>,

    /// What a fact is that the schema does not guarantee.
    #[arg(long, value_enum, value_name = "LEVEL", help_heading = "As in embed_migrations!")]
    assumptions: Option<Level>,

    /// How many seconds the rehearsal may take.
    #[arg(long, value_name = "SECONDS", help_heading = "As in embed_migrations!")]
    time_limit: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Level {
    Error,
    Warn,
}

impl Judging {
    /// Puts what was given in the place of what the call says.
    pub(crate) fn apply(&self, options: &mut Options) -> Result<()> {
        if let Some(version) = &self.accept_through {
            let quoted = format!("accept_through = \"{version}\"");
            options.accept_through = parse("--accept-through", version, &quoted)?.accept_through;
        }
        if let Some(functions) = &self.functions {
            let call = format!("functions({functions})");
            options.functions = parse("--functions", functions, &call)?.functions;
        }
        if let Some(collations) = &self.collations {
            let call = format!("collations({collations})");
            options.collations = parse("--collations", collations, &call)?.collations;
        }
        options.up_only |= self.up_only;
        if let Some(state) = self.foreign_keys {
            options.foreign_keys = state == State::On;
        }
        if let Some(level) = self.assumptions {
            options.assumptions_warn = level == Level::Warn;
        }
        if let Some(seconds) = self.time_limit {
            options.time_limit = std::time::Duration::from_secs(seconds.into());
        }
        Ok(())
    }
}

/// The option as the macro reads it, so that both take the same.
fn parse(flag: &str, given: &str, call: &str) -> Result<Options> {
    let wrong = |why: String| {
        Failure::new(format!("`{flag} {given}` is not understood")).because(why).exit(Exit::Usage)
    };
    let tokens: TokenStream =
        call.parse().map_err(|error: proc_macro2::LexError| wrong(error.to_string()))?;
    Call::parse(tokens).map(|call| call.options).map_err(|fault| wrong(fault.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_the_macro_reads_them() {
        let judging = Judging {
            accept_through: Some("2024-01-31-120000".to_owned()),
            up_only: true,
            foreign_keys: Some(State::Off),
            functions: Some("slugify(1), uuid(0)".to_owned()),
            collations: Some("german,swedish".to_owned()),
            assumptions: Some(Level::Warn),
            time_limit: Some(60),
        };
        let mut options = Options::default();
        judging.apply(&mut options).expect("all of it");
        let call = "accept_through = 20240131120000, up_only, foreign_keys = off, \
                    functions(slugify(1), uuid(0)), collations(german, swedish), assumptions = warn, \
                    time_limit = 60";
        let call = Call::parse(call.parse().expect("tokens")).expect("a call");
        assert_eq!(options, call.options);
        let mut kept = options.clone();
        Judging::default().apply(&mut kept).expect("nothing");
        assert_eq!(kept, options);
    }

    #[test]
    fn what_is_no_option_is_refused() {
        for judging in [
            Judging { accept_through: Some("v3".to_owned()), ..Judging::default() },
            Judging { accept_through: Some("3\", up_only, \"".to_owned()), ..Judging::default() },
            Judging { functions: Some("slugify".to_owned()), ..Judging::default() },
            Judging {
                functions: Some("a(1)), up_only, collations(b".to_owned()),
                ..Judging::default()
            },
            Judging { collations: Some("(".to_owned()), ..Judging::default() },
        ] {
            let mut options = Options::default();
            let outcome = judging.apply(&mut options);
            assert!(outcome.is_err() || !options.up_only, "{judging:?}");
        }
    }
}
