//! How things are said: quiet, aligned, and in colour only where somebody looks.

use std::io::{ErrorKind, Write as _};

use anstyle::{AnsiColor, Style};

use crate::failure::{Failure, Result};

/// Of what went wrong.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Of what to do next.
pub(crate) const HELP: Style = AnsiColor::Cyan.on_default().bold();
/// Of what was done.
pub(crate) const DONE: Style = AnsiColor::Green.on_default().bold();
/// Of what asks for attention.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// Of what is beside the point.
pub(crate) const DIM: Style = Style::new().dimmed();

/// To the standard output, without colours where nobody would see them; whether anybody still reads it.
pub(crate) fn print(text: &str) -> Result<bool> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        // As `head` does when it has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::new("the output can't be written").because(error)),
    }
}

/// A line to the standard output. Whoever has closed it does not want to read on.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(anstream::stdout(), "{line}");
}
