//! The document with all results.

use std::fs;
use std::time::{Duration, Instant};

use crate::arguments::To;
use crate::commit::Commit;
use crate::place::Place;
use crate::{Outcome, figures, machine, marked};

/// Results that are being collected, to be written in one go.
pub(crate) struct Report<'a> {
    place: &'a Place,
    to: &'a To,
    commit: Commit,
    started: Instant,
    parts: Vec<String>,
}

impl<'a> Report<'a> {
    /// Begins a report. `RESULTS.md` admits only what is committed.
    pub(crate) fn begin(place: &'a Place, to: &'a To) -> Outcome<Self> {
        let mut commit = Commit::of(&place.repository)?;
        if *to == To::Results {
            commit = commit.clean()?;
        }
        Ok(Self { place, to, commit, started: Instant::now(), parts: Vec::new() })
    }

    pub(crate) fn add(&mut self, section: &str, text: &str) {
        self.parts.push(marked::part(section, text));
    }

    pub(crate) fn elapsed(&self) -> String {
        minutes(self.started.elapsed())
    }

    /// Writes the document, and README's figures if it is `RESULTS.md`.
    pub(crate) fn finish(self) -> Outcome {
        let file = match self.to {
            To::Terminal => return Ok(()),
            To::Results => &self.place.results,
            To::File(file) => file,
        };
        let commit = self.commit.describe(&Commit::of(&self.place.repository)?);
        let head = machine::describe(self.place, commit, self.elapsed())?;
        let head = marked::part("machine", &head);
        let parts: Vec<String> = std::iter::once(head).chain(self.parts).collect();
        fs::write(file, parts.join("\n"))?;
        if *self.to == To::Results {
            figures::update(self.place)?;
        }
        Ok(())
    }
}

fn minutes(duration: Duration) -> String {
    let minutes = (duration.as_secs() + 30) / 60;
    format!("{minutes} minute{}", if minutes == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_rounded() {
        for (seconds, expected) in [(0, "0 minutes"), (80, "1 minute"), (1790, "30 minutes")] {
            assert_eq!(minutes(Duration::from_secs(seconds)), expected);
        }
    }
}
