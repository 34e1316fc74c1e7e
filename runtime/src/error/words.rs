//! The parts of an error's text.

use std::fmt::{self, Arguments, Display, Formatter};

/// How many items of a list to show, because a database file may contain any number.
const LISTED: usize = 20;

/// The parts of an error's text, so that no code has to search the text.
///
/// Every program contains the text of all errors. So the functions that describe an error add to a
/// list that they borrow: one that they passed on by value would have to be dropped at each step,
/// if the next one panicked.
#[derive(Debug, Default)]
pub(crate) struct Words(Vec<(Part, String)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
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

/// A text that the methods of [`Words`] take: a literal, or `format_args!`.
pub(super) trait Text {
    fn add_to(self, words: &mut Words, part: Part);
}

impl Text for &str {
    #[inline(never)]
    fn add_to(self, words: &mut Words, part: Part) {
        words.push(part, self.to_owned());
    }
}

impl Text for Arguments<'_> {
    #[inline(never)]
    fn add_to(self, words: &mut Words, part: Part) {
        words.push(part, self.to_string());
    }
}

impl Words {
    fn push(&mut self, part: Part, text: String) {
        self.0.push((part, text));
    }

    /// Adds a text whose first line is the problem, and whose other lines are the place.
    pub(super) fn problem(&mut self, text: Arguments<'_>) -> &mut Self {
        self.lines(text, Part::Place)
    }

    /// Adds a problem with a source, whose text follows after a colon.
    pub(super) fn caused(&mut self, brief: Arguments<'_>, source: &dyn Display) -> &mut Self {
        self.lines(format_args!("{brief}: {source}"), Part::Rest).brief(brief)
    }

    /// Adds the first line as the problem.
    #[inline(never)]
    fn lines(&mut self, text: Arguments<'_>, others: Part) -> &mut Self {
        let mut part = Part::Problem;
        for line in text.to_string().lines() {
            self.push(part, line.to_owned());
            part = others;
        }
        self
    }

    fn with(&mut self, part: Part, text: impl Text) -> &mut Self {
        text.add_to(self, part);
        self
    }

    fn all(&self, part: Part) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(it, _)| *it == part).map(|(_, text)| text.as_str())
    }

    /// Returns the problem in one line.
    pub(super) fn first_line(&self) -> &str {
        self.all(Part::Problem).next().unwrap_or_default()
    }

    /// Sets the problem without the source's text.
    pub(super) fn brief(&mut self, brief: Arguments<'_>) -> &mut Self {
        self.with(Part::Brief, brief)
    }

    /// Returns the problem without the source's text, if there is a source.
    pub(super) fn without_source(&self) -> Option<&str> {
        self.all(Part::Brief).next()
    }

    /// Adds a line to the place.
    pub(super) fn line(&mut self, line: impl Text) -> &mut Self {
        self.with(Part::Place, line)
    }

    /// Adds indented lines to the place.
    pub(super) fn list<T: Display>(&mut self, items: &[T]) -> &mut Self {
        for item in items {
            self.item(item);
        }
        self
    }

    /// Adds the first items as indented lines, and the number of the others.
    pub(super) fn first<T: Display>(&mut self, items: &[T]) -> &mut Self {
        let shown = &items[..items.len().min(LISTED)];
        self.list(shown);
        match items.len() - shown.len() {
            0 => self,
            more => self.item(&format_args!(".. and {more} more")),
        }
    }

    /// Adds an indented line to the place.
    #[inline(never)]
    pub(super) fn item(&mut self, item: &dyn Display) -> &mut Self {
        self.line(format_args!("    {item}"))
    }

    /// Sets the state to unchanged; `rest` continues the sentence.
    pub(super) fn unchanged(&mut self, rest: &str) -> &mut Self {
        self.with(Part::Unchanged, rest)
    }

    pub(super) fn state(&mut self, state: impl Text) -> &mut Self {
        self.with(Part::State, state)
    }

    pub(super) fn help(&mut self, help: impl Text) -> &mut Self {
        self.with(Part::Help, help)
    }

    /// Returns what to do.
    pub(super) fn helps(&self) -> impl Iterator<Item = &str> {
        self.all(Part::Help)
    }

    /// Returns the rest of the source's text, the place and the state, line by line. `was_changed`
    /// says whether the run had changed something before.
    pub(super) fn details(&self, was_changed: bool) -> Vec<String> {
        let mut details = Vec::new();
        for (part, before) in details_of(was_changed) {
            details.extend(self.all(part).map(|line| format!("{before}{line}")));
        }
        details
    }

    /// Writes all parts, one per line; only the full text includes the source's.
    pub(super) fn write(
        &self,
        f: &mut Formatter<'_>,
        is_whole: bool,
        was_changed: bool,
    ) -> fmt::Result {
        let brief = self.without_source().filter(|_| !is_whole);
        f.write_str(brief.unwrap_or(self.first_line()))?;
        for (part, before) in details_of(was_changed) {
            if part != Part::Rest || brief.is_none() {
                self.write_all(f, part, before)?;
            }
        }
        self.write_all(f, Part::Help, "help: ")
    }

    fn write_all(&self, f: &mut Formatter<'_>, part: Part, before: &str) -> fmt::Result {
        self.all(part).try_for_each(|line| write!(f, "\n{before}{line}"))
    }
}

/// Returns the parts of the details, in order, with the beginning of their lines.
fn details_of(was_changed: bool) -> [(Part, &'static str); 4] {
    let unchanged = if was_changed { "nothing else was changed" } else { "nothing was changed" };
    [(Part::Rest, ""), (Part::Place, ""), (Part::Unchanged, unchanged), (Part::State, "")]
}
