//! Checks the numbers of a set, which are a sequence without gaps, or dates.

use std::collections::BTreeMap;

use migratory_core::Version;

use crate::naming::date;
use crate::naming::form::Form;
use crate::set::parsed::{ParsedScript, ParsedSet};
use crate::{Code, Diagnostic, Findings, Options};
use migratory_core::Direction;

mod calendar;
mod sequence;

/// The number of files to list in a finding about several.
const SHOWN: usize = 3;
/// The start of a suggestion to renumber a migration.
const UNRECORDED: &str = "if no database has it yet, ";

/// One script per version, for findings to name: the up, if there is one.
struct Numbers<'a> {
    set: &'a ParsedSet,
    options: &'a Options,
    scripts: BTreeMap<Version, &'a ParsedScript>,
}

/// Reports wrong numbers, except those of accepted migrations.
pub(crate) fn check(set: &ParsedSet, options: &Options, findings: &mut Findings) {
    findings.extend(written_twice(set));
    findings.extend(text_order(set));
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
    // In a mixed set, only the larger part is held to the rules: the smaller one has to be renumbered anyway.
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
    let error = mixed(sequence, "a number in a sequence", "dates");
    let error = match sequence.scripts.last_key_value() {
        Some((_, last)) => error.help(shipped(&last.digits)),
        None => error,
    };
    error.help(format!("{UNRECORDED}give it a date, as `YYYYMMDDHHMMSS`"))
}

fn dates_after_sequence(dates: &Numbers<'_>, sequence: &Numbers<'_>) -> Diagnostic {
    let error = mixed(dates, "a date", "numbers in a sequence");
    let (Some((last, before)), Some((_, script))) =
        (sequence.scripts.last_key_value(), dates.scripts.first_key_value())
    else {
        return error;
    };
    let next = format!("{:0width$}", last.get() + 1, width = before.digits.len());
    error.help(format!("{UNRECORDED}{}", dates.set.rename(script, &next))).help(format!(
        "or, if all new migrations will have dates, add `accept_through = {}` to `embed_migrations!`",
        before.digits
    ))
}

/// Reports a set that mixes a sequence with dates; `foreign` is its smaller part.
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

/// Suggests `accept_through`, for a set that has shipped and can't be renamed any more.
fn shipped(digits: &str) -> String {
    format!(
        "if the set has shipped like this, add `accept_through = {digits}` to `embed_migrations!`"
    )
}

/// Reports two folders that have the same version for Diesel, one with dashes and one without.
fn written_twice(set: &ParsedSet) -> Option<Diagnostic> {
    let mut known: BTreeMap<&str, &ParsedScript> = BTreeMap::new();
    let mut doubles = set.scripts.iter().filter_map(|script| {
        let before = known.insert(&script.digits, script)?;
        (before.version != script.version).then_some((before, script))
    });
    let (one, other) = doubles.next()?;
    let message = format!("two migrations have the version {}", one.digits);
    Some(
        Diagnostic::error(Code::DuplicateVersion, message)
            .at(&other.path)
            .at(&one.path)
            .note("Diesel leaves out the dashes of a version: to it, both are one")
            .help("give one of them a later date"),
    )
}

/// Reports numbers that Diesel or Prisma ran in another order, since they compare text: 10 before 9.
///
/// Which order the databases have is unknown: the folder may be that of a runner that compares numbers.
fn text_order(set: &ParsedSet) -> Option<Diagnostic> {
    let tool = match set.form {
        Form::FolderPair => "Diesel",
        Form::FolderAlone => "Prisma",
        Form::FlatPair | Form::Numbered | Form::Prefixed => return None,
    };
    let is_theirs = |script: &&ParsedScript| {
        script.direction == Direction::Up
            && script.is_accepted
            && script.is_underscored(&set.folder)
    };
    let mut scripts: Vec<_> = set.scripts.iter().filter(is_theirs).collect();
    scripts.sort_by_key(|script| script.version);
    let pair = scripts.windows(2).find(|pair| pair[0].digits > pair[1].digits)?;
    let (before, after) = (pair[0], pair[1]);
    let message = format!(
        "{tool} runs version {} before {}, since it compares versions as texts",
        after.digits, before.digits
    );
    let widest = scripts.iter().map(|script| script.digits.len()).max()?;
    let padded = format!("{:0>widest$}", before.digits);
    let error = Diagnostic::error(Code::OtherOrder, message)
        .at(&before.path)
        .at(&after.path)
        .note("migratory runs migrations in the order of their numbers, and does not reorder shipped ones")
        .help(format!(
            "if the databases were migrated in the order of the numbers, write all versions with {widest} digits: {}",
            set.rename(before, &padded)
        ));
    Some(error.help(format!(
        "if {tool} ran them, give them dates in the order in which it did, as `YYYYMMDDHHMMSS`, and take databases over with `baseline`"
    )))
}
