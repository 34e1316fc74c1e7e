//! Asks for confirmation at the terminal.

use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Asks the question, unless `--yes` answers it.
///
/// Without a terminal, this is a failure that names the option.
pub(crate) fn confirmed(question: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::new("confirmation required")
            .because(question)
            .help("pass `--yes` to confirm")
            .exit(Exit::Declined));
    }
    let mut out = anstream::stderr();
    let _ = write!(out, "{question} [y/N] ");
    let _ = out.flush();
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" if read.is_ok() => Ok(()),
        _ => Err(Failure::new("cancelled; nothing was changed").exit(Exit::Declined)),
    }
}
