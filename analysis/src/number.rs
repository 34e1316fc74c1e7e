//! Whether the versions of a set are numbered as they should be.

use std::collections::BTreeMap;

use migratory_runtime::Version;

use crate::date;
use crate::parsed::{ParsedScript, ParsedSet};
use crate::{Code, Diagnostic, Findings, Options};

mod calendar;
mod sequence;

/// How many files are named one by one in a finding about several.
const SHOWN: usize = 3;

/// One script for each version, to speak of it by: the up, where there is one.
struct Numbers<'a> {
    set: &'a ParsedSet,
    options: &'a Options,
    scripts: BTreeMap<Version, &'a ParsedScript>,
}

/// Tells what is wrong with the numbers, as far as it is not accepted.
pub(crate) fn check(set: &ParsedSet, options: &Options, findings: &mut Findings) {
    let mut scripts: BTreeMap<Version, &ParsedScript> = BTreeMap::new();
    for script in &set.scripts {
        let known = scripts.entry(script.version).or_insert(script);
        if script.direction < known.direction {
            *known = script;
        }
    }
    let (dates, sequence): (BTreeMap<_, _>, BTreeMap<_, _>) =
        scripts.into_iter().partition(|(_, script)| script.digits.len() >= date::DIGITS);
    let numbers = |scripts| Numbers { set, options, scripts };
    let (dates, sequence) = (numbers(dates), numbers(sequence));
    // Which of the two the set means is decided first: the rest is not held to its rules.
    if dates.scripts.is_empty() || sequence.is_accepted() {
        sequence::check(&sequence, findings);
        calendar::check(&dates, findings);
    } else if dates.scripts.len() > sequence.scripts.len() {
        findings.push(sequence_among_dates(&sequence));
        calendar::check(&dates, findings);
    } else {
        findings.push(dates_after_sequence(&dates, &sequence));
        sequence::check(&sequence, findings);
    }
}

impl Numbers<'_> {
    fn is_accepted(&self) -> bool {
        self.scripts.keys().all(|&version| self.options.accepts(version))
    }
}

fn sequence_among_dates(sequence: &Numbers<'_>) -> Diagnostic {
    let error = mixed(sequence, "a number in a sequence", "dates")
        .help("give it a date, as `YYYYMMDDHHMMSS`");
    match sequence.scripts.last_key_value() {
        Some((&last, _)) => error.help(shipped(last)),
        None => error,
    }
}

fn dates_after_sequence(dates: &Numbers<'_>, sequence: &Numbers<'_>) -> Diagnostic {
    let error = mixed(dates, "a date", "numbers in a sequence");
    let (Some((last, before)), Some((_, script))) =
        (sequence.scripts.last_key_value(), dates.scripts.first_key_value())
    else {
        return error;
    };
    let next = format!("{:0width$}", last.get() + 1, width = before.digits.len());
    error.help(dates.set.rename(script, &next)).help(format!(
        "or, if all that comes is to have dates, add `accept_through = {last}` to \
         `embed_migrations!`"
    ))
}

/// `foreign` are the smaller part of the set.
fn mixed(foreign: &Numbers<'_>, one: &str, rest: &str) -> Diagnostic {
    let shown: Vec<_> = foreign.scripts.values().take(SHOWN).collect();
    let versions: Vec<_> = shown.iter().map(|script| script.digits.as_str()).collect();
    let message = match (foreign.scripts.len(), versions.join(", ")) {
        (1, version) => format!("{version} is {one}, the other versions are {rest}"),
        (many, versions) if many > SHOWN => {
            let more = many - SHOWN;
            format!("{versions} and {more} more are each {one}, the other versions are {rest}")
        }
        (_, versions) => format!("{versions} are each {one}, the other versions are {rest}"),
    };
    let mut error = Diagnostic::error(Code::MixedNumbering, message);
    for script in shown {
        error = error.at(&script.path);
    }
    error.note(
        "migrations run in the order of their numbers: a version of 8 digits and more is a date, \
         and comes after all others",
    )
}

/// The way out for a set that can't be renamed any more.
fn shipped(last: Version) -> String {
    format!(
        "if the set has shipped like this, add `accept_through = {last}` to `embed_migrations!`"
    )
}
