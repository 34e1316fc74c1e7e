//! The scripts of a set, parsed and not yet validated.

use std::collections::{BTreeMap, BTreeSet};

use migratory_core::Version;

use crate::layout::{Layout, NamedScript};
use crate::naming::form::Form;
use crate::read::source::Sources;
use crate::text::metadata;
use crate::text::script::{Reader, Script};
use crate::{Findings, Options};
use migratory_core::Direction;

/// Scripts with parsed names and texts, which may not form a valid set.
#[derive(Debug)]
pub(crate) struct ParsedSet {
    pub(crate) folder: String,
    pub(crate) form: Form,
    pub(crate) scripts: Vec<ParsedScript>,
    /// Misnamed scripts with a known version: not part of the set, but run in its rehearsal.
    pub(crate) misnamed: Vec<ParsedScript>,
    /// The texts of files that have no place in the set.
    pub(crate) unplaced: Vec<String>,
    /// The versions of refused files. What the files may have held is not reported as missing.
    pub(crate) doubtful: BTreeSet<Version>,
    /// The last version that is accepted as it is.
    pub(crate) accept_through: Option<Version>,
}

#[derive(Debug)]
pub(crate) struct ParsedScript {
    /// Relative to the package.
    pub(crate) path: String,
    pub(crate) digits: String,
    pub(crate) version: Version,
    pub(crate) name: String,
    pub(crate) direction: Direction,
    /// Whether it is accepted as it is.
    pub(crate) is_accepted: bool,
    /// `None` if the text could not be read, which is reported.
    pub(crate) script: Option<Script>,
}

impl ParsedSet {
    pub(crate) fn parse(
        sources: &Sources,
        options: &Options,
        findings: &mut Findings,
    ) -> Option<Self> {
        let mut layout = Layout::find(sources, options, findings)?;
        let mut transactions = BTreeMap::new();
        let [scripts, misnamed] = [&mut layout.scripts, &mut layout.misnamed].map(|named| {
            let named = std::mem::take(named).into_iter();
            named.map(|it| ParsedScript::parse(it, &mut transactions, findings)).collect()
        });
        let Layout { folder, form, doubtful, accept_through, unplaced, .. } = layout;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let unplaced = unplaced.into_iter().map(text).collect();
        Some(Self { folder, form, scripts, misnamed, unplaced, doubtful, accept_through })
    }
}

impl ParsedScript {
    /// `transactions` caches what each `metadata.toml` says, since two scripts share one.
    fn parse(
        named: NamedScript,
        transactions: &mut BTreeMap<String, bool>,
        findings: &mut Findings,
    ) -> Self {
        let in_transaction = named.metadata.is_none_or(|(path, bytes)| {
            *transactions
                .entry(path)
                .or_insert_with_key(|path| metadata::runs_in_transaction(path, &bytes, findings))
        });
        let script = named.bytes.and_then(|bytes| {
            let how = Reader {
                path: &named.path,
                direction: named.direction,
                in_transaction,
                is_accepted: named.is_accepted,
            };
            Script::read(how, &bytes, findings)
        });
        Self {
            path: named.path,
            digits: named.digits,
            version: named.version,
            name: named.name,
            direction: named.direction,
            is_accepted: named.is_accepted,
            script,
        }
    }
}

impl ParsedSet {
    /// The version of the newest migration, as its file name spells it.
    pub(crate) fn newest(&self) -> Option<Version> {
        let newest = self.scripts.iter().max_by_key(|script| script.version)?;
        newest.digits.parse().ok().map(Version::new)
    }

    /// Help that gives a script these digits.
    pub(crate) fn rename(&self, script: &ParsedScript, digits: &str) -> String {
        script.rename(&self.folder, self.form, digits)
    }

    /// Whether another script has the version and the direction of this one.
    pub(crate) fn is_doubled(&self, script: &ParsedScript) -> bool {
        let alike = |other: &&ParsedScript| {
            (other.version, other.direction) == (script.version, script.direction)
        };
        self.scripts.iter().filter(alike).count() > 1
    }
}

impl ParsedScript {
    /// The path relative to the folder of the set.
    pub(crate) fn within(&self, folder: &str) -> &str {
        let path = self.path.strip_prefix(folder).unwrap_or(&self.path);
        path.trim_start_matches('/')
    }

    /// Whether `_` follows its version.
    pub(crate) fn is_underscored(&self, folder: &str) -> bool {
        self.within(folder)
            .trim_start_matches(|first: char| first.is_ascii_digit())
            .starts_with('_')
    }

    /// Help that gives the script these digits.
    pub(crate) fn rename(&self, folder: &str, form: Form, digits: &str) -> String {
        let within = self.within(folder);
        let right = form.write(digits, &self.name, self.direction);
        match (within.split_once('/'), right.split_once('/')) {
            (Some((from, _)), Some((to, _))) => format!("rename the folder `{from}` to `{to}`"),
            _ if form == Form::FlatPair => {
                let other = match self.direction {
                    Direction::Up => "its down",
                    Direction::Down => "its up",
                };
                format!("rename `{within}` to `{right}`, and {other} to match")
            }
            _ => format!("rename `{within}` to `{right}`"),
        }
    }
}
