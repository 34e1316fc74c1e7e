//! The programs whose sets are run: their migrations as SQL, and as their effect in the model.

use migratory::{MigrationSet, Version};

use super::world::Effect;
use crate::support::numbered_set;

/// The script of a migration. Two scripts are the same if their effects are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) effect: Effect,
    pub(super) is_reversible: bool,
    /// The oldest program that may work with a database that has it.
    pub(super) compatible_with: Option<i64>,
}

/// A set of migrations in ascending order.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) texts: Vec<(i64, Text)>,
    pub(super) set: &'static MigrationSet<'static>,
}

const fn text(effect: Effect) -> Text {
    Text { effect, is_reversible: true, compatible_with: None }
}

const fn compatible(effect: Effect) -> Text {
    Text { compatible_with: Some(2), ..text(effect) }
}

const FIRST: Text = text(Effect::Create("a"));
const SECOND: Text = text(Effect::Insert("a", 1));
const THIRD: Text = compatible(Effect::Outside("a", 10));
const FOURTH: Text = compatible(Effect::Create("b"));
const FIFTH: Text = compatible(Effect::Rebuild("a"));
const SIXTH: Text = text(Effect::Insert("b", 7));

/// A short program, longer ones that it may grow into, a branch, the merged branch, and an edited one.
pub(super) fn all() -> Vec<Program> {
    let edited = text(Effect::Insert("a", 2));
    let branch = [(4, text(Effect::Create("c"))), (5, compatible(Effect::Add("a", 5)))];
    let last = Text { is_reversible: false, ..text(Effect::Add("a", 1000)) };
    let short = [(1, FIRST), (2, SECOND), (3, THIRD)];
    let long = [(4, FOURTH), (5, FIFTH), (6, SIXTH)];
    vec![
        Program::new("short", &[&short]),
        Program::new("long", &[&short, &long]),
        Program::new("ended", &[&short, &long[..2], &[(6, last)]]),
        Program::new("branch", &[&short[..2], &branch]),
        Program::new("merged", &[&short, &branch, &[(6, text(Effect::Insert("c", 7)))]]),
        Program::new("edited", &[&[(1, FIRST), (2, edited)], &short[2..], &long]),
    ]
}

impl Program {
    fn new(name: &'static str, parts: &[&[(i64, Text)]]) -> Self {
        let texts = parts.concat();
        let scripts: Vec<_> =
            texts.iter().map(|(version, text)| (*version, text.up(), text.down())).collect();
        let scripts: Vec<_> = scripts
            .iter()
            .map(|(version, up, down)| (*version, up.as_str(), down.as_deref()))
            .collect();
        Self { name, set: numbered_set(&scripts), texts }
    }

    pub(super) fn get(&self, version: i64) -> Option<Text> {
        self.texts.iter().find(|(it, _)| *it == version).map(|(_, text)| *text)
    }

    pub(super) fn latest(&self) -> i64 {
        self.texts.last().map_or(0, |(version, _)| *version)
    }

    /// Returns the scripts up to a version, which its chain checksum covers.
    pub(super) fn chain(&self, version: i64) -> Vec<(i64, Effect)> {
        let upto = self.texts.iter().take_while(|(it, _)| *it <= version);
        upto.map(|(it, text)| (*it, text.effect)).collect()
    }

    pub(super) fn checksum(&self, version: i64) -> String {
        let migration = self.set.get(Version::new(version)).expect("one of the set");
        migration.checksum().to_string()
    }
}

impl Text {
    fn up(&self) -> String {
        let compatible = self
            .compatible_with
            .map_or(String::new(), |it| format!("-- migratory: compatible-with {it}\n"));
        format!("{compatible}{}", self.effect.up())
    }

    fn down(&self) -> Option<String> {
        self.is_reversible.then(|| self.effect.down())
    }
}
