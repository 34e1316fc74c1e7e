//! The scripts to write.

/// A draft of a migration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    pub(crate) up: Script,
    /// `None` if it can't be rolled back.
    pub(crate) down: Option<Script>,
    /// What the author should know or decide.
    pub(crate) notes: Vec<String>,
}

/// One of its files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    /// What it does, line by line.
    pub(crate) head: Vec<String>,
    pub(crate) directives: Vec<Directive>,
    /// Groups of statements, with their comments.
    pub(crate) blocks: Vec<String>,
}

/// A directive.
#[derive(Clone, Debug)]
pub(crate) struct Directive {
    pub(crate) text: &'static str,
    /// `None` if the author has to write it.
    pub(crate) reason: Option<String>,
}

impl Draft {
    /// Whether the author has to write a reason.
    pub(crate) fn asks_for_reason(&self) -> bool {
        let scripts = std::iter::once(&self.up).chain(&self.down);
        scripts.flat_map(|script| &script.directives).any(|directive| directive.reason.is_none())
    }
}

impl Script {
    pub(crate) fn new(head: impl Into<String>, blocks: Vec<String>) -> Self {
        Self { head: vec![head.into()], directives: Vec::new(), blocks }
    }

    /// Adds a directive whose reason only the author knows.
    pub(crate) fn asking(mut self, text: &'static str) -> Self {
        self.directives.push(Directive { text, reason: None });
        self
    }

    pub(crate) fn line(mut self, line: impl Into<String>) -> Self {
        self.head.push(line.into());
        self
    }

    /// The text of the file, with this reason where the author has to write one.
    pub(crate) fn text(&self, reason: &str) -> String {
        let mut text = String::new();
        for line in &self.head {
            // A name can contain a line end, a comment can't.
            text.push_str(format!("-- {}", line.replace(['\n', '\r'], " ")).trim_end());
            text.push('\n');
        }
        for directive in &self.directives {
            let reason = directive.reason.as_deref().unwrap_or(reason);
            text.push_str(format!("-- migratory: {}: {reason}", directive.text).trim_end());
            text.push('\n');
        }
        for block in &self.blocks {
            text.push('\n');
            text.push_str(block.trim_end());
            text.push('\n');
        }
        text
    }
}
