//! Why a command could not do what it was asked for: one sentence, its cause, and what to do next.

use anstream::eprintln;
use migratory_runtime::{Error, rusqlite};

use crate::exit::Exit;
use crate::output::{ERROR, HELP};

/// Why a command could not do it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// One sentence, without a full stop.
    what: String,
    /// What it comes from, in the words of who knows.
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

    /// A file that could not be written.
    pub(crate) fn unwritable(path: impl std::fmt::Display, error: &std::io::Error) -> Self {
        Self::new(format!("{path} can't be written"))
            .because(error)
            .help("see that its folder exists, has room, and may be written")
    }

    /// The sentence.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// To the standard error, in colour where that is a terminal.
    #[allow(clippy::print_stderr, reason = "this is where a command line speaks")]
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
    /// The runtime's errors begin with the sentence, and bring their own help.
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
        let text = error.to_string();
        let (next, told): (Vec<_>, Vec<_>) =
            text.lines().partition(|line| line.starts_with("help: "));
        let (what, cause) =
            told.split_first().map_or(("", &[][..]), |(what, cause)| (*what, cause));
        let failure = Self::new(what).exit(exit);
        let failure = if cause.is_empty() { failure } else { failure.because(cause.join("\n")) };
        if error.is_code() {
            return failure
                .help("steps in Rust are part of the program: let it run these migrations");
        }
        next.iter().fold(failure, |failure, next| failure.help(next.trim_start_matches("help: ")))
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Error::from(error).into()
    }
}
