//! Explains what is wrong with the name of a file, and suggests the right one.

use std::collections::BTreeSet;

use migratory_core::Version;

use super::Candidate;
use crate::naming::form::Form;
use crate::naming::name::{self, Reading};
use crate::read::folder::Folder;
use crate::{Code, Diagnostic, Findings};
use migratory_core::Direction;

/// The number of files to list in a finding about several.
const SHOWN: usize = 4;

/// Reports why each of `others` does not belong to a set of this form.
pub(super) fn report(
    folder: &Folder,
    form: Form,
    members: &[Candidate<'_>],
    others: &[Candidate<'_>],
    findings: &mut Findings,
) {
    let names = Names::new(form, members, others);
    let (foreign, near): (Vec<_>, Vec<_>) =
        others.iter().partition(|each| each.form.has_folders() != form.has_folders());
    if !foreign.is_empty() {
        findings.push(mixed(folder, &names, &foreign));
    }
    // Two scripts share a folder and often a version: a fault in these is reported once.
    let mut reported = BTreeSet::new();
    for each in near {
        let (subject, fault) = if each.is_right && each.form == form {
            (each.reading.digits.as_str(), too_large(folder, each))
        } else if let Some((top, _)) = each.path.split_once('/').filter(|_| !each.is_folder_right())
        {
            (top, misnamed_folder(folder, &names, top, each))
        } else {
            (each.path.as_str(), misnamed(folder, &names, each))
        };
        if reported.insert(subject) {
            findings.push(fault);
        }
    }
}

/// The names of a set, for making suggestions.
struct Names {
    form: Form,
    /// The paths within the folder, including those of misnamed files.
    paths: BTreeSet<String>,
    /// The names without a version that can be kept: each gets a new number.
    numberless: BTreeSet<String>,
    last: Version,
    width: usize,
}

impl Names {
    fn new(form: Form, members: &[Candidate<'_>], others: &[Candidate<'_>]) -> Self {
        let all = || members.iter().chain(others);
        let versions = all().filter_map(|each| Some((each.reading.version()?, &each.reading)));
        let last = versions.max_by_key(|&(version, _)| version);
        let (last, width) =
            last.map_or((Version::new(0), 4), |(last, reading)| (last, reading.digits.len()));
        let mut names = Self {
            form,
            paths: all().map(|each| each.path.clone()).collect(),
            numberless: BTreeSet::new(),
            last,
            width,
        };
        let numberless = others.iter().filter(|each| !has_number(&each.reading));
        names.numberless = numberless.map(|each| names.directed(each).0).collect();
        names
    }

    /// The right path for a file, within the folder; `None` if its name says too little.
    fn right(&self, each: &Candidate<'_>) -> Option<String> {
        if each.is_folder_right() && self.form.has_folders() {
            let (folder, _) = each.path.split_once('/')?;
            let file = self.form.write("", "", each.direction);
            return Some(format!("{folder}/{}", file.rsplit('/').next()?));
        }
        let (name, direction) = self.directed(each);
        let says_enough = each.reading.name.is_ascii() && !name.is_empty();
        says_enough.then(|| self.form.write(&self.digits(&each.reading, &name), &name, direction))
    }

    /// The name and the direction, which may be a word in the name.
    fn directed(&self, each: &Candidate<'_>) -> (String, Direction) {
        let reading = &each.reading;
        let name = if is_fraction(reading) {
            name::clean(reading.name.trim_start_matches(|letter: char| !letter.is_alphabetic()))
        } else {
            reading.clean_name()
        };
        let may_be_word = self.form.has_downs() && each.form == Form::Numbered;
        match split_direction(&name).filter(|_| may_be_word) {
            Some((name, direction)) => (name.to_owned(), direction),
            None => (name, each.direction),
        }
    }

    /// The digits of a file's version, or of the next free one.
    fn digits(&self, reading: &Reading<'_>, name: &str) -> String {
        if has_number(reading) {
            return reading.written.to_owned();
        }
        let before = self.numberless.iter().take_while(|each| *each != name).count();
        let before = i64::try_from(before).unwrap_or_default();
        let next = self.last.get().saturating_add(1).saturating_add(before);
        format!("{next:0width$}", width = self.width)
    }
}

fn has_number(reading: &Reading<'_>) -> bool {
    !reading.digits.is_empty() && !is_fraction(reading)
}

pub(super) fn is_fraction(reading: &Reading<'_>) -> bool {
    reading.separator == "." && reading.name.starts_with(|first: char| first.is_ascii_digit())
}

/// Splits the direction off a name such as `add_users_down`.
fn split_direction(name: &str) -> Option<(&str, Direction)> {
    let (rest, word) = name.rsplit_once(['_', '-'])?;
    let direction = match word {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => return None,
    };
    (!rest.is_empty()).then_some((rest, direction))
}

fn misnamed(folder: &Folder, names: &Names, each: &Candidate<'_>) -> Diagnostic {
    let path = &each.path;
    let message = format!("`{path}` is not named like a migration");
    let error = Diagnostic::error(Code::Misnamed, message)
        .at(folder.file(path))
        .note(reason(names.form, each));
    let Some(right) = names.right(each) else {
        let digits = names.digits(&each.reading, "");
        let example = names.form.write(&digits, "add_users", each.direction);
        return error.help(format!("rename it, for example to `{example}`"));
    };
    if names.paths.contains(&right) {
        return error.help(format!("delete it, if `{right}` holds the same SQL"));
    }
    let rename = format!("rename it to `{right}`");
    if is_whole_schema(&each.reading) {
        return error
            .help("if it holds the whole schema, move it to another folder: a migration holds a change")
            .help(format!("or, if it should run as a migration, {rename}"));
    }
    if each.reading.ending.is_copy {
        error.help(format!("delete it; or, if it should run, {rename}"))
    } else {
        error.help(rename)
    }
}

/// Whether a file is named like one that tools keep next to their migrations and never run.
fn is_whole_schema(reading: &Reading<'_>) -> bool {
    const WORDS: [&str; 6] = ["latest", "schema", "structure", "dump", "seed", "seeds"];
    let name = reading.clean_name().to_lowercase();
    reading.digits.is_empty() && name.split(['_', '-']).any(|word| WORDS.contains(&word))
}

fn misnamed_folder(folder: &Folder, names: &Names, top: &str, each: &Candidate<'_>) -> Diagnostic {
    let message = format!("the folder `{top}` is not named like a migration");
    let error = Diagnostic::error(Code::Misnamed, message).at(folder.file(top));
    let error = error.note(name_fault(names.form, &each.reading).unwrap_or_default());
    let right = names.right(each);
    let example = || format!("{}_add_users", names.digits(&each.reading, ""));
    error.help(match right.as_deref().and_then(|right| right.split_once('/')) {
        Some((right, _)) => format!("rename it to `{right}`"),
        None => format!("rename it, for example to `{}`", example()),
    })
}

/// Says which part of a file name is wrong.
fn reason(form: Form, each: &Candidate<'_>) -> String {
    let fault = name_fault(if each.form == form { form } else { each.form }, &each.reading);
    let right = form.write("", "", each.direction);
    let ending = right.trim_start_matches(['V', '_', '/']);
    match fault.filter(|_| !each.path.contains('/')) {
        _ if each.reading.ending.is_copy => "it looks like a backup copy".to_owned(),
        Some(fault) => fault,
        None if form.has_downs() && !each.form.has_downs() => {
            "in this set, an up ends with `.up.sql` and a down with `.down.sql`".to_owned()
        }
        None if each.form != form => format!("in this set, files are named {}", form.pattern()),
        None if form.has_folders() => format!("a script is named `{ending}`, in lower case"),
        None => format!("a name ends with `{ending}`, once and in lower case"),
    }
}

/// Says what is wrong with the version, the separator or the name.
fn name_fault(form: Form, reading: &Reading<'_>) -> Option<String> {
    let separator = if form == Form::Prefixed { "__" } else { "_" };
    let wrong = |text: &str| Some(text.to_owned());
    if reading.digits.is_empty() {
        wrong("a name starts with its version: migrations run in that order")
    } else if reading.prefix == "v" {
        wrong("a name starts with `V`, in upper case")
    } else if form != Form::Prefixed && !reading.prefix.is_empty() {
        wrong("a version has only digits")
    } else if is_fraction(reading) {
        wrong("a version is a whole number")
    } else if reading.name.is_empty() {
        wrong("a version is followed by a name that says what the migration does")
    } else if reading.clean_name() != reading.name {
        wrong("a name contains only letters from a to z, digits, `_` and `-`")
    } else if reading.separator != separator {
        Some(format!("`{separator}` separates the version from the name"))
    } else {
        None
    }
}

fn too_large(folder: &Folder, each: &Candidate<'_>) -> Diagnostic {
    let digits = &each.reading.digits;
    let message = format!("version {digits} is too large");
    Diagnostic::error(Code::VersionTooLarge, message)
        .at(folder.file(&each.path))
        .note(format!("a version is a 64-bit number: {} is the largest", i64::MAX))
        .help("use the next number of the sequence, or a time in the form `YYYYMMDDHHMMSS`")
}

fn mixed(folder: &Folder, names: &Names, foreign: &[&Candidate<'_>]) -> Diagnostic {
    let other = foreign.first().map_or("", |each| each.form.pattern());
    let message = format!("the folder mixes two layouts, {} and {other}", names.form.pattern());
    let mut error = Diagnostic::error(Code::MixedLayouts, message)
        .note("a folder has one layout, so that no file is skipped");
    for each in foreign.iter().take(SHOWN) {
        error = error.at(folder.file(&each.path));
        if let Some(right) = names.right(each) {
            error = error.help(format!("move `{}` to `{right}`", each.path));
        }
    }
    match foreign.len().saturating_sub(SHOWN) {
        0 => error,
        more => error.help(format!("and {more} more in the same way")),
    }
}
