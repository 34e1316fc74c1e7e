//! `explain`.

use clap::{Args, ValueEnum};
use migratory_analysis::Code;

use crate::context::Context;
use crate::exit::Exit;
use crate::explain::{self, Explanation, show};
use crate::failure::{Failure, Result};
use crate::output::print;

const EXAMPLES: &str = "\
Examples:
  cargo migratory explain M0301
  cargo migratory explain --all --format markdown > codes.md";

/// Explain a finding's code, with a bad and a good example
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Explain {
    /// The codes, such as `M0301`
    #[arg(value_name = "CODE", required_unless_present = "all")]
    codes: Vec<String>,

    /// Explain all codes
    #[arg(long, conflicts_with = "codes")]
    all: bool,

    /// The output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For a web page
    Markdown,
}

impl Explain {
    pub(crate) fn run(&self, _context: &Context) -> Result<Exit> {
        let codes = if self.all {
            Code::ALL.to_vec()
        } else {
            self.codes.iter().map(|code| find(code)).collect::<Result<_>>()?
        };
        let explanations = codes.into_iter().filter_map(explain::explain);
        let texts: Vec<_> = explanations.map(|it| self.written(&it)).collect();
        print(&texts.join("\n"))?;
        Ok(Exit::Done)
    }

    fn written(&self, explanation: &Explanation<'_>) -> String {
        match self.format {
            Format::Text => show::terminal(explanation),
            Format::Markdown => show::markdown(explanation),
        }
    }
}

fn find(number: &str) -> Result<Code> {
    explain::find(number).ok_or_else(|| {
        let near = explain::nearest(number);
        let near: Vec<_> = near.iter().map(|code| format!("{code}: {}", code.title())).collect();
        Failure::new(format!("no such code: {number}"))
            .because(format!("similar codes:\n{}", near.join("\n")))
            .help("`cargo migratory explain --all` explains all codes")
            .exit(Exit::Usage)
    })
}
