//! What was read from a tool's folder.

/// The migrations of a folder, in the order in which the tool runs them.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) migrations: Vec<Migration>,
    pub(crate) left: Vec<Left>,
    /// Remarks on the folder as a whole.
    pub(crate) remarks: Vec<String>,
}

/// A migration, without the markers of its tool.
#[derive(Debug)]
pub(crate) struct Migration {
    /// Its files, relative to the folder.
    pub(crate) files: Vec<String>,
    /// Its number as the name has it; `None` if it can't be a version.
    pub(crate) digits: Option<String>,
    /// As the file name has it.
    pub(crate) name: String,
    pub(crate) up: Script,
    pub(crate) down: Option<Script>,
    /// What the author should know or decide.
    pub(crate) remarks: Vec<String>,
}

/// The text of one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) text: String,
    pub(crate) in_transaction: bool,
}

impl Script {
    /// A script that runs in a transaction.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), in_transaction: true }
    }

    /// Both scripts in a line, for the tests of the tools.
    #[cfg(test)]
    pub(crate) fn shown(up: &Self, down: Option<&Self>) -> String {
        let shown = |script: &Self| {
            let outside = if script.in_transaction { "" } else { " outside" };
            format!("{:?}{outside}", script.text)
        };
        format!("{} {}", shown(up), down.map_or("-".to_owned(), shown))
    }
}

/// A file that was not converted.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) file: String,
    pub(crate) why: String,
    /// Whether the tool runs it, so that the pairs lack its effect.
    pub(crate) is_missed: bool,
}

impl Left {
    /// A migration that isn't SQL.
    pub(crate) fn missed(file: &str, why: impl Into<String>) -> Self {
        Self { file: file.to_owned(), why: why.into(), is_missed: true }
    }

    /// A file that the tool ignores too.
    pub(crate) fn passed(file: &str, why: impl Into<String>) -> Self {
        Self { file: file.to_owned(), why: why.into(), is_missed: false }
    }
}
