//! The arguments on the command line.

use std::path::PathBuf;

use crate::Outcome;
use crate::section::{self, Section};

/// What to do.
pub(crate) enum Task {
    Measure(Measure),
    /// Take README's figures from the results.
    Figures,
}

pub(crate) struct Measure {
    pub(crate) sections: Vec<&'static Section>,
    /// Replaces each section's own number.
    pub(crate) rounds: Option<usize>,
    pub(crate) to: To,
}

/// Where the results go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum To {
    /// `benches/RESULTS.md`, which always holds all sections of one commit.
    Results,
    File(PathBuf),
    /// The terminal only, where they are printed in any case.
    Terminal,
}

impl Task {
    pub(crate) fn parse(words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut words = words.peekable();
        if words.next_if_eq("figures").is_some() {
            return match words.next() {
                None => Ok(Self::Figures),
                Some(word) => Err(format!("`figures` takes no argument, not `{word}`").into()),
            };
        }
        Measure::parse(words).map(Self::Measure)
    }
}

impl Measure {
    fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let (mut sections, mut rounds, mut file) = (Vec::new(), None, None);
        while let Some(word) = words.next() {
            if word == "--rounds" {
                let count: usize = words.next().ok_or("`--rounds` wants a number")?.parse()?;
                rounds = Some(count.max(1));
            } else if word == "--to" {
                file = Some(PathBuf::from(words.next().ok_or("`--to` wants a file")?));
            } else {
                let known = section::ALL.iter().find(|section| section.name == word);
                sections.push(known.ok_or_else(|| unknown(&word))?);
            }
        }
        let to = match file {
            Some(file) => To::File(file),
            None if sections.is_empty() => To::Results,
            None => To::Terminal,
        };
        if sections.is_empty() {
            sections = section::ALL.iter().collect();
        }
        Ok(Self { sections, rounds, to })
    }
}

fn unknown(word: &str) -> String {
    let names: Vec<&str> = section::ALL.iter().map(|section| section.name).collect();
    format!("there is no section `{word}`; there are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<(Vec<&str>, Option<usize>, To), String> {
        match Task::parse(words.split_whitespace().map(String::from)) {
            Ok(Task::Measure(it)) => {
                Ok((it.sections.iter().map(|section| section.name).collect(), it.rounds, it.to))
            }
            Ok(Task::Figures) => Ok((vec!["figures"], None, To::Terminal)),
            Err(fault) => Err(fault.to_string()),
        }
    }

    #[test]
    fn named_sections_go_to_the_terminal_and_all_of_them_to_the_results() {
        let all: Vec<&str> = section::ALL.iter().map(|section| section.name).collect();
        let file = To::File("x.md".into());
        for (words, sections, rounds, to) in [
            ("start fresh", vec!["start", "fresh"], None, To::Terminal),
            ("size --rounds 3", vec!["size"], Some(3), To::Terminal),
            ("size --to x.md", vec!["size"], None, file.clone()),
            ("--rounds 0 --to x.md", all.clone(), Some(1), file),
            ("", all, None, To::Results),
            ("figures", vec!["figures"], None, To::Terminal),
        ] {
            assert_eq!(parsed(words), Ok((sections, rounds, to)), "{words}");
        }
    }

    #[test]
    fn an_unknown_word_is_an_error() {
        for (words, expected) in [
            ("speed", "`speed`; there are nothing, start"),
            ("--rounds", "wants a number"),
            ("--to", "wants a file"),
            ("figures size", "takes no argument"),
        ] {
            assert!(parsed(words).is_err_and(|text| text.contains(expected)), "{words}");
        }
    }
}
