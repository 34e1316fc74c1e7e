//! Why a command failed: one sentence, its cause, and what to do next.

use anstream::eprintln;
use migratory_runtime::{Error, rusqlite};

use crate::exit::Exit;
use crate::style::{ERROR, HELP};

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// One sentence, without a full stop.
    what: String,
    /// The underlying error.
    cause: Option<String>,
    /// What to do.
    next: Vec<String>,
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, what: what.into(), cause: None, next: Vec::new() }
    }

    pub(crate) fn exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    pub(crate) fn because(self, cause: impl std::fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..self }
    }

    pub(crate) fn help(mut self, next: impl Into<String>) -> Self {
        self.next.push(next.into());
        self
    }

    /// A file can't be written.
    pub(crate) fn unwritable(path: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self::new(format!("can't write {path}"))
            .because(error)
            .help("check that its folder exists, is writable, and has space")
    }

    /// The sentence.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// Prints to standard error, in color if that is a terminal.
    #[allow(clippy::print_stderr, reason = "errors go to standard error")]
    pub(crate) fn print(&self) {
        eprintln!("{ERROR}error{ERROR:#}: {}", self.what);
        for line in self.cause.iter().flat_map(|cause| cause.lines()) {
            eprintln!("  {line}");
        }
        for next in &self.next {
            eprintln!("{HELP}help{HELP:#}: {next}");
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match &error {
            error if error.is_busy() => Exit::Busy,
            error if error.is_unknown_version() => Exit::Newer,
            error if error.is_drift() => Exit::Drift,
            error if error.is_cancelled() => Exit::Interrupted,
            error if error.is_dirty() || error.is_changed() || error.is_out_of_order() => {
                Exit::Dirty
            }
            _ => Exit::Failed,
        };
        let failure = Self::new(error.problem()).exit(exit);
        let details = error.details();
        let failure =
            if details.is_empty() { failure } else { failure.because(details.join("\n")) };
        if error.is_code() {
            return failure
                .help("steps in Rust are part of the application: let it run these migrations");
        }
        error.help().into_iter().fold(failure, Self::help)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}
