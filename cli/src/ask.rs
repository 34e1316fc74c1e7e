//! Asks the person at the terminal.

use std::io::{self, IsTerminal as _, Write as _};

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Asks whether to go on; `yes` has answered already.
///
/// Where nobody can be asked, that is a failure which says how to answer beforehand.
pub(crate) fn confirmed(question: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::new("nobody can be asked here")
            .because(question)
            .help("say `--yes` if that is meant")
            .exit(Exit::Declined));
    }
    let mut out = anstream::stderr();
    let _ = write!(out, "{question} [y/N] ");
    let _ = out.flush();
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" if read.is_ok() => Ok(()),
        _ => Err(Failure::new("nothing was done").exit(Exit::Declined)),
    }
}
