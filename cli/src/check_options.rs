//! The options of a set, on the command line instead of in `embed_migrations!`.

use clap::{Args, ValueEnum};
use migratory_analysis::{Call, Options};

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The options of `embed_migrations!`.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct CheckOptions {
    /// Accept what has shipped, up to this version, as it is
    #[arg(
        long,
        value_name = "VERSION",
        global = true,
        hide_short_help = true,
        help_heading = "Options of embed_migrations!"
    )]
    accept_through: Option<String>,

    /// Don't require downs
    #[arg(
        long,
        global = true,
        hide_short_help = true,
        help_heading = "Options of embed_migrations!"
    )]
    up_only: bool,

    /// Whether the application turns foreign keys on
    #[arg(
        long,
        value_enum,
        value_name = "STATE",
        global = true,
        hide_short_help = true,
        help_heading = "Options of embed_migrations!"
    )]
    foreign_keys: Option<State>,

    /// Functions that the application registers, with their number of arguments: `slugify(1),uuid(0)`
    #[arg(
        long,
        value_name = "FUNCTIONS",
        global = true,
        hide_short_help = true,
        help_heading = "Options of embed_migrations!"
    )]
    functions: Option<String>,

    /// Collations that the application registers: `german,swedish`
    #[arg(
        long,
        value_name = "COLLATIONS",
        global = true,
        hide_short_help = true,
        help_heading = "Options of embed_migrations!"
    )]
    collations: Option<String>,

    /// How to report scripts that assume what the schema doesn't guarantee
    #[arg(
        long,
        value_enum,
        value_name = "LEVEL",
        global = true,
        hide_short_help = true,
        help_heading = "Options of embed_migrations!"
    )]
    assumptions: Option<Level>,

    /// The rehearsal's time limit
    #[arg(
        long,
        value_name = "SECONDS",
        global = true,
        hide_short_help = true,
        help_heading = "Options of embed_migrations!"
    )]
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

impl CheckOptions {
    /// Returns these options without `--up-only`, to find out whether the package's own call is up-only.
    pub(crate) fn without_up_only(&self) -> Self {
        Self { up_only: false, ..self.clone() }
    }

    /// Overrides the options of the call with those given here.
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

/// Reads the option as the macro does, so that both accept the same.
fn parse(flag: &str, given: &str, call: &str) -> Result<Options> {
    let call: Call = syn::parse_str(call).map_err(|error| {
        let problem = format!("invalid value `{given}` for `{flag}`");
        Failure::new(problem).because(messages(error)).exit(Exit::Usage)
    })?;
    Ok(call.options)
}

/// The faults of a call, a line each.
pub(crate) fn messages(error: syn::Error) -> String {
    error.into_iter().map(|each| each.to_string()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_mean_the_same_as_in_the_macro() {
        let given = CheckOptions {
            accept_through: Some("2024-01-31-120000".to_owned()),
            up_only: true,
            foreign_keys: Some(State::Off),
            functions: Some("slugify(1), uuid(0)".to_owned()),
            collations: Some("german,swedish".to_owned()),
            assumptions: Some(Level::Warn),
            time_limit: Some(60),
        };
        let mut options = Options::default();
        given.apply(&mut options).expect("all of it");
        let call = "accept_through = 20240131120000, up_only, foreign_keys = off, \
                    functions(slugify(1), uuid(0)), collations(german, swedish), assumptions = warn, \
                    time_limit = 60";
        let call: Call = syn::parse_str(call).expect("a call");
        assert_eq!(options, call.options);
        let mut kept = options.clone();
        CheckOptions::default().apply(&mut kept).expect("nothing");
        assert_eq!(kept, options);
    }

    #[test]
    fn invalid_options_are_refused() {
        for given in [
            CheckOptions { accept_through: Some("v3".to_owned()), ..CheckOptions::default() },
            CheckOptions {
                accept_through: Some("3\", up_only, \"".to_owned()),
                ..CheckOptions::default()
            },
            CheckOptions { functions: Some("slugify".to_owned()), ..CheckOptions::default() },
            CheckOptions {
                functions: Some("a(1)), up_only, collations(b".to_owned()),
                ..CheckOptions::default()
            },
            CheckOptions { collations: Some("(".to_owned()), ..CheckOptions::default() },
        ] {
            let mut options = Options::default();
            let outcome = given.apply(&mut options);
            assert!(outcome.is_err() || !options.up_only, "{given:?}");
        }
    }
}
