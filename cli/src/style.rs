//! Styles; colors show only on a terminal.

use anstyle::{AnsiColor, Style};

/// For errors.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// For help.
pub(crate) const HELP: Style = AnsiColor::Cyan.on_default().bold();
/// For success.
pub(crate) const DONE: Style = AnsiColor::Green.on_default().bold();
/// For warnings.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// For details.
pub(crate) const DIM: Style = Style::new().dimmed();
