//! The arguments on the command line.

use crate::Outcome;
use crate::section::{self, Section};

pub(crate) struct Arguments {
    pub(crate) sections: Vec<&'static Section>,
    /// Replaces each section's own number.
    pub(crate) rounds: Option<usize>,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut arguments = Self { sections: Vec::new(), rounds: None };
        while let Some(word) = words.next() {
            if word == "--rounds" {
                let rounds: usize = words.next().ok_or("`--rounds` wants a number")?.parse()?;
                arguments.rounds = Some(rounds.max(1));
                continue;
            }
            let known = section::ALL.iter().find(|section| section.name == word);
            arguments.sections.push(known.ok_or_else(|| unknown(&word))?);
        }
        if arguments.sections.is_empty() {
            arguments.sections = section::ALL.iter().collect();
        }
        Ok(arguments)
    }
}

fn unknown(word: &str) -> String {
    let names: Vec<&str> = section::ALL.iter().map(|section| section.name).collect();
    format!("there is no section `{word}`; there are {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<(Vec<&str>, Option<usize>), String> {
        Arguments::parse(words.split_whitespace().map(String::from))
            .map(|it| (it.sections.iter().map(|section| section.name).collect(), it.rounds))
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn sections_are_named() {
        assert_eq!(parsed("start fresh"), Ok((vec!["start", "fresh"], None)));
        assert_eq!(parsed("size --rounds 3"), Ok((vec!["size"], Some(3))));
        assert_eq!(parsed("").map(|(all, _)| all.len()), Ok(section::ALL.len()));
        assert!(
            parsed("speed").is_err_and(|text| text.contains("`speed`; there are nothing, start"))
        );
        assert!(parsed("--rounds").is_err());
    }
}
