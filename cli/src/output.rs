//! Standard output.

use std::io::{ErrorKind, Write as _};

use crate::failure::{Failure, Result};

/// Prints to standard output. Returns whether anybody still reads it.
pub(crate) fn print(text: &str) -> Result<bool> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        // `head` closes the pipe once it has its lines.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::new("can't write to standard output").because(error)),
    }
}

/// Prints a line to standard output; a closed pipe is no error.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(anstream::stdout(), "{line}");
}
