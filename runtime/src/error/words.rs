//! The parts of an error's text.

use std::fmt::{self, Display, Formatter};

/// How many items of a list to show, because a database file may contain any number.
const LISTED: usize = 20;

/// The parts of an error's text, as fields, so that no code has to search the text.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// The problem in one line, including the source's text.
    pub(crate) problem: String,
    /// The source's text after its first line.
    rest: Vec<String>,
    /// The problem without the source's text, for programs that print the source themselves.
    brief: Option<String>,
    /// The place and other details, line by line.
    pub(crate) place: Vec<String>,
    /// The state of the database.
    pub(crate) state: Option<State>,
    /// What to do; each item may have several lines.
    pub(crate) help: Vec<String>,
}

/// The state of the database.
#[derive(Debug)]
pub(crate) enum State {
    /// The failed operation changed nothing; the text continues that sentence. Other steps of the
    /// run may have changed something.
    Unchanged(&'static str),
    /// A sentence.
    Said(String),
}

impl Words {
    /// Splits a text into the problem, its first line, and the place.
    pub(super) fn new(text: impl AsRef<str>) -> Self {
        let mut lines = text.as_ref().lines().map(str::to_owned);
        Self {
            problem: lines.next().unwrap_or_default(),
            place: lines.collect(),
            ..Self::default()
        }
    }

    /// Creates a problem with a source, whose text follows after a colon.
    pub(super) fn caused(brief: impl Into<String>, source: impl Display) -> Self {
        let brief = brief.into();
        let words = Self::new(format!("{brief}: {source}"));
        Self { rest: words.place, place: Vec::new(), brief: Some(brief), ..words }
    }

    /// Sets the problem without the source's text.
    pub(super) fn brief(self, brief: impl Into<String>) -> Self {
        Self { brief: Some(brief.into()), ..self }
    }

    /// Returns the problem without the source's text, if there is a source.
    pub(super) fn without_source(&self) -> Option<&str> {
        self.brief.as_deref()
    }

    /// Adds a line to the place.
    pub(super) fn line(mut self, line: impl Into<String>) -> Self {
        self.place.push(line.into());
        self
    }

    /// Adds indented lines to the place.
    pub(super) fn list<T: Display>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.place.extend(items.into_iter().map(|item| format!("    {item}")));
        self
    }

    /// Adds the first items as indented lines, and the number of the others.
    pub(super) fn first<T: Display>(self, items: impl ExactSizeIterator<Item = T>) -> Self {
        let more = items.len().saturating_sub(LISTED);
        let words = self.list(items.take(LISTED));
        if more == 0 { words } else { words.list([format!(".. and {more} more")]) }
    }

    /// Sets the state to unchanged; `rest` continues the sentence.
    pub(super) fn unchanged(self, rest: &'static str) -> Self {
        Self { state: Some(State::Unchanged(rest)), ..self }
    }

    pub(super) fn state(self, state: impl Into<String>) -> Self {
        Self { state: Some(State::Said(state.into())), ..self }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    pub(super) fn help_if(self, is_wanted: bool, help: &str) -> Self {
        if is_wanted { self.help(help) } else { self }
    }

    /// Returns the rest of the source's text, the place and the state, line by line. `was_changed`
    /// says whether the run had changed something before.
    pub(super) fn details(&self, was_changed: bool) -> impl Iterator<Item = String> + '_ {
        self.rest.iter().cloned().chain(self.surroundings(was_changed))
    }

    fn surroundings(&self, was_changed: bool) -> impl Iterator<Item = String> + '_ {
        let state = self.state.as_ref().map(|state| match state {
            State::Unchanged(rest) if was_changed => format!("nothing else was changed{rest}"),
            State::Unchanged(rest) => format!("nothing was changed{rest}"),
            State::Said(text) => text.clone(),
        });
        self.place.iter().cloned().chain(state)
    }

    /// Writes all parts, one per line; only the full text includes the source's.
    pub(super) fn write(
        &self,
        f: &mut Formatter<'_>,
        is_whole: bool,
        was_changed: bool,
    ) -> fmt::Result {
        if let Some(brief) = self.brief.as_ref().filter(|_| !is_whole) {
            f.write_str(brief)?;
        } else {
            f.write_str(&self.problem)?;
            self.rest.iter().try_for_each(|line| write!(f, "\n{line}"))?;
        }
        self.surroundings(was_changed).try_for_each(|line| write!(f, "\n{line}"))?;
        self.help.iter().try_for_each(|help| write!(f, "\nhelp: {help}"))
    }
}
