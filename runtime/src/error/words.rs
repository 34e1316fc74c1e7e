//! What an error says to a person, in parts.

use std::fmt::{self, Display, Formatter};

/// How many items of a list are shown: a file may claim any number.
const LISTED: usize = 20;

/// The parts of an error's text. Each is a field, so that nobody has to find it in the text again.
#[derive(Debug, Default)]
pub(crate) struct Words {
    /// What is wrong, in one line, with the words of the error's source.
    pub(crate) problem: String,
    /// What the source says beyond its first line.
    rest: Vec<String>,
    /// The problem without the words of the source, if there is one: whoever prints the source prints them.
    brief: Option<String>,
    /// Where, and with what, in lines.
    pub(crate) place: Vec<String>,
    /// In which state the database is.
    pub(crate) state: Option<State>,
    /// The ways out, each of which may have several lines.
    pub(crate) help: Vec<String>,
}

/// In which state the database is.
#[derive(Debug)]
pub(crate) enum State {
    /// Nothing was changed by what failed, and how the sentence goes on. Other steps of the run may have changed something.
    Unchanged(&'static str),
    /// As this says.
    Said(String),
}

impl Words {
    /// The first line is the problem; others are its place.
    pub(super) fn new(text: impl AsRef<str>) -> Self {
        let mut lines = text.as_ref().lines().map(str::to_owned);
        Self {
            problem: lines.next().unwrap_or_default(),
            place: lines.collect(),
            ..Self::default()
        }
    }

    /// A problem with a source, which says more after a colon.
    pub(super) fn caused(brief: impl Into<String>, source: impl Display) -> Self {
        let brief = brief.into();
        let words = Self::new(format!("{brief}: {source}"));
        Self { rest: words.place, place: Vec::new(), brief: Some(brief), ..words }
    }

    /// The problem without the words of the source.
    pub(super) fn brief(self, brief: impl Into<String>) -> Self {
        Self { brief: Some(brief.into()), ..self }
    }

    /// The problem without the words of the source, if it has one.
    pub(super) fn without_source(&self) -> Option<&str> {
        self.brief.as_deref()
    }

    /// A line of its own about the place.
    pub(super) fn line(mut self, line: impl Into<String>) -> Self {
        self.place.push(line.into());
        self
    }

    /// All of these, indented.
    pub(super) fn list<T: Display>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.place.extend(items.into_iter().map(|item| format!("    {item}")));
        self
    }

    /// The first of these, and how many more there are.
    pub(super) fn first<T: Display>(self, items: impl ExactSizeIterator<Item = T>) -> Self {
        let more = items.len().saturating_sub(LISTED);
        let words = self.list(items.take(LISTED));
        if more == 0 { words } else { words.list([format!(".. and {more} more")]) }
    }

    /// Nothing was changed; `rest` continues the sentence.
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

    /// The place and the state, in lines, after what the source says beyond the problem; `was_changed` says that the run had changed something before.
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

    /// All parts, a line each; the words of the source are left out of the text unless it is to be whole.
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
