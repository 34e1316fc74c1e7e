//! Why a backup can't be made or restored.

use std::error::Error;
use std::io;

/// Why a backup can't be made or restored, apart from the text of the source.
#[derive(Debug, Default)]
pub(super) struct Reason {
    /// Empty if the source explains it all.
    pub(super) what: String,
    pub(super) help: Option<&'static str>,
    pub(super) source: Option<Box<dyn Error + Send + Sync>>,
}

impl Reason {
    pub(super) fn because(
        what: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { what: what.into(), help: None, source: Some(source.into()) }
    }

    pub(super) fn with_help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }

    /// Prefixes the reason with the operation that failed because of it.
    pub(super) fn within(self, whole: &str) -> Self {
        let what = match self.what.as_str() {
            "" => whole.to_owned(),
            part => format!("{whole}: {part}"),
        };
        Self { what, ..self }
    }
}

impl From<String> for Reason {
    fn from(what: String) -> Self {
        Self { what, ..Self::default() }
    }
}

impl From<&str> for Reason {
    fn from(what: &str) -> Self {
        what.to_owned().into()
    }
}

impl From<rusqlite::Error> for Reason {
    fn from(source: rusqlite::Error) -> Self {
        Self::because("", source)
    }
}

impl From<io::Error> for Reason {
    fn from(source: io::Error) -> Self {
        Self::because("", source)
    }
}
