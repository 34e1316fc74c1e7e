//! The parts of an error's text.

use std::fmt::{self, Display, Formatter};

/// How many items of a list to show, because a database file may contain any number.
const LISTED: usize = 20;

/// The parts of an error's text, so that no code has to search the text.
///
/// Every program contains the text of all errors. So this is a list that is cheap to pass on, and
/// its methods format with one function.
#[derive(Debug, Default)]
pub(crate) struct Words(Vec<(Part, String)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The problem in one line, including the source's text.
    Problem,
    /// A line of the source's text after its first.
    Rest,
    /// The problem without the source's text, for programs that print the source themselves.
    Brief,
    /// A line of the place and other details.
    Place,
    /// The failed operation changed nothing; the text continues that sentence. Other steps of the
    /// run may have changed something.
    Unchanged,
    /// The state of the database, as a sentence.
    State,
    /// What to do; it may have several lines.
    Help,
}

impl Words {
    /// Splits a text into the problem, its first line, and the place.
    pub(super) fn new(text: impl Display) -> Self {
        Self::default().lines(&text, Part::Place)
    }

    /// Creates a problem with a source, whose text follows after a colon.
    pub(super) fn caused(brief: impl Display, source: impl Display) -> Self {
        Self::default().lines(&format_args!("{brief}: {source}"), Part::Rest).brief(brief)
    }

    /// Adds the first line as the problem.
    #[inline(never)]
    fn lines(mut self, text: &dyn Display, others: Part) -> Self {
        let parts = std::iter::once(Part::Problem).chain(std::iter::repeat(others));
        for (part, line) in parts.zip(text.to_string().lines()) {
            self.0.push((part, line.to_owned()));
        }
        self
    }

    #[inline(never)]
    fn with(mut self, part: Part, text: &dyn Display) -> Self {
        self.0.push((part, text.to_string()));
        self
    }

    fn all(&self, part: Part) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(it, _)| *it == part).map(|(_, text)| text.as_str())
    }

    /// Returns the problem in one line.
    pub(super) fn problem(&self) -> &str {
        self.all(Part::Problem).next().unwrap_or_default()
    }

    /// Sets the problem without the source's text.
    pub(super) fn brief(self, brief: impl Display) -> Self {
        self.with(Part::Brief, &brief)
    }

    /// Returns the problem without the source's text, if there is a source.
    pub(super) fn without_source(&self) -> Option<&str> {
        self.all(Part::Brief).next()
    }

    /// Adds a line to the place.
    pub(super) fn line(self, line: impl Display) -> Self {
        self.with(Part::Place, &line)
    }

    /// Adds indented lines to the place.
    pub(super) fn list<T: Display>(self, items: impl IntoIterator<Item = T>) -> Self {
        items.into_iter().fold(self, |words, item| words.line(format_args!("    {item}")))
    }

    /// Adds the first items as indented lines, and the number of the others.
    pub(super) fn first<T: Display>(self, items: impl ExactSizeIterator<Item = T>) -> Self {
        let more = items.len().saturating_sub(LISTED);
        let words = self.list(items.take(LISTED));
        if more == 0 { words } else { words.line(format_args!("    .. and {more} more")) }
    }

    /// Sets the state to unchanged; `rest` continues the sentence.
    pub(super) fn unchanged(self, rest: &str) -> Self {
        self.with(Part::Unchanged, &rest)
    }

    pub(super) fn state(self, state: impl Display) -> Self {
        self.with(Part::State, &state)
    }

    pub(super) fn help(self, help: impl Display) -> Self {
        self.with(Part::Help, &help)
    }

    pub(super) fn help_if(self, is_wanted: bool, help: &str) -> Self {
        if is_wanted { self.help(help) } else { self }
    }

    /// Returns what to do.
    pub(super) fn helps(&self) -> impl Iterator<Item = &str> {
        self.all(Part::Help)
    }

    /// Returns the rest of the source's text, the place and the state, line by line. `was_changed`
    /// says whether the run had changed something before.
    pub(super) fn details(&self, was_changed: bool) -> impl Iterator<Item = String> + '_ {
        self.all(Part::Rest).map(str::to_owned).chain(self.surroundings(was_changed))
    }

    fn surroundings(&self, was_changed: bool) -> impl Iterator<Item = String> + '_ {
        let nothing = if was_changed { "nothing else" } else { "nothing" };
        let unchanged =
            self.all(Part::Unchanged).map(move |rest| format!("{nothing} was changed{rest}"));
        let said = self.all(Part::State).map(str::to_owned);
        self.all(Part::Place).map(str::to_owned).chain(unchanged).chain(said)
    }

    /// Writes all parts, one per line; only the full text includes the source's.
    pub(super) fn write(
        &self,
        f: &mut Formatter<'_>,
        is_whole: bool,
        was_changed: bool,
    ) -> fmt::Result {
        if let Some(brief) = self.without_source().filter(|_| !is_whole) {
            f.write_str(brief)?;
        } else {
            f.write_str(self.problem())?;
            self.all(Part::Rest).try_for_each(|line| write!(f, "\n{line}"))?;
        }
        self.surroundings(was_changed).try_for_each(|line| write!(f, "\n{line}"))?;
        self.helps().try_for_each(|help| write!(f, "\nhelp: {help}"))
    }
}
