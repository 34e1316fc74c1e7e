//! `compatible-with <version>`: which older programs may work with a database that has a migration.

use std::collections::{BTreeMap, BTreeSet};

use migratory_core::Version;

use crate::directive::{Directive, DirectiveKind, Key};
use crate::name::Reading;
use crate::parsed::{ParsedScript, ParsedSet};
use crate::{Code, Diagnostic, Findings};
use migratory_core::Direction;

/// The text between `compatible-with` and the reason, if there is any.
pub(crate) fn argument(written: &str) -> Option<&str> {
    let rest = written.strip_prefix(Key::CompatibleWith.word())?;
    rest.starts_with(|first: char| first.is_whitespace() || first == '(').then(|| rest.trim())
}

/// Parses a version as written in file names, with leading zeros or Diesel's dashes.
pub(crate) fn version(written: &str) -> Option<Version> {
    let name = format!("{written}_");
    let reading = Reading::of_folder(&name);
    let is_number = reading.separator == "_" && reading.name.is_empty();
    reading.version().filter(|_| is_number)
}

/// The directive that a malformed one was meant to be, if a typo explains it.
pub(crate) fn meant(body: &str) -> Option<String> {
    let key = Key::CompatibleWith.word();
    let written = body.trim_start().strip_prefix(key)?;
    let written = written.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let word = written.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let is_ours =
        ["", "v", "version"].contains(&&*written[..written.len() - word.len()].to_lowercase());
    let number = word.trim_start().trim_start_matches(['_', '=']);
    let is_digit = |letter: char| letter.is_ascii_digit() || letter == '-';
    let length = number.find(|letter| !is_digit(letter)).unwrap_or(number.len());
    let (digits, rest) = number.split_at(length);
    version(digits).filter(|_| is_ours)?;
    // The rest of a file name, or a parenthesis, is not part of the reason.
    let is_end = |letter: char| letter.is_whitespace() || letter == ':';
    let rest = rest.find(is_end).map_or("", |end| rest[end..].trim_matches(is_end));
    let colon = if rest.is_empty() { "" } else { ": " };
    Some(format!("{key} {digits}{colon}{rest}"))
}

/// Replaces the digits of a file name with the version that they stand for, which for a dashed folder is padded with
/// zeros.
pub(crate) fn resolve(set: &mut ParsedSet) {
    let mut numbers = BTreeMap::new();
    for script in &set.scripts {
        let number = script.digits.parse().ok().map(Version::new);
        numbers.extend(number.map(|number| (number, script.version)));
    }
    let known: BTreeSet<_> = set.scripts.iter().map(|script| script.version).collect();
    let scripts = set.scripts.iter_mut().filter_map(|script| script.script.as_mut());
    for directive in scripts.flat_map(|script| &mut script.header.directives) {
        let DirectiveKind::CompatibleWith(named) = &mut directive.kind else { continue };
        if let Some(version) = numbers.get(named).filter(|_| !known.contains(named)) {
            *named = *version;
        }
    }
}

/// Reports each `compatible-with` that names a version which is unknown or not older.
pub(crate) fn check(set: &ParsedSet, findings: &mut Findings) {
    for up in set.scripts.iter().filter(|script| script.direction == Direction::Up) {
        let directives = up.script.iter().flat_map(|script| &script.header.directives);
        findings.extend(directives.filter_map(|directive| fault(set, up, directive)));
    }
}

fn fault(set: &ParsedSet, up: &ParsedScript, directive: &Directive) -> Option<Diagnostic> {
    let DirectiveKind::CompatibleWith(named) = directive.kind else { return None };
    let is_known =
        || set.doubtful.contains(&named) || set.scripts.iter().any(|it| it.version == named);
    let (message, why) = if named >= up.version {
        let own = up.version;
        let message = if named == own {
            format!("`compatible-with {named}` names the version of its own migration")
        } else {
            format!("`compatible-with {named}` names a version above its own migration, {own}")
        };
        (
            message,
            format!(
                "the directive is for older programs; those that know version {named} have this migration"
            ),
        )
    } else if is_known() {
        return None;
    } else {
        let message = format!("`compatible-with {named}` names a version that is not in the set");
        (message, format!("no program has version {named} as its newest migration"))
    };
    let error = Diagnostic::error(Code::CompatibleVersion, message)
        .on(&up.path, directive.range.clone(), "")
        .note(why);
    Some(error.help(suggestion(set, up)))
}

/// Suggests a directive, with the version before this migration as an example.
fn suggestion(set: &ParsedSet, up: &ParsedScript) -> String {
    let below = set.scripts.iter().filter(|script| script.version < up.version);
    match below.map(|script| script.version).max() {
        Some(before) => format!(
            "name the version of the oldest programs that may work with a database that has this \
             migration, such as `-- migratory: compatible-with {before}`; or delete the directive"
        ),
        None => "delete the directive: no migration comes before this one".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_written_as_in_file_names() {
        for (written, number) in [
            ("3", Some(3)),
            ("0003", Some(3)),
            ("0", Some(0)),
            ("20240131120000", Some(20_240_131_120_000)),
            ("2024-01-31-120000", Some(202_401_311_200_000_000)),
            ("", None),
            ("v3", None),
            ("-3", None),
            ("+3", None),
            ("3_users", None),
            ("3 users", None),
            ("3_", None),
            ("01-2", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(version(written).map(Version::get), number, "{written:?}");
        }
    }

    #[test]
    fn typos_are_understood() {
        for (body, right) in [
            ("compatible-with: 3", Some("compatible-with 3")),
            ("compatible-with: 3: an index", Some("compatible-with 3: an index")),
            ("compatible-with(3): an index", Some("compatible-with 3: an index")),
            ("compatible-with 3 an index", Some("compatible-with 3: an index")),
            ("compatible-with v3", Some("compatible-with 3")),
            ("compatible-with version 0003: x", Some("compatible-with 0003: x")),
            ("compatible-with V1__users: x", Some("compatible-with 1: x")),
            ("compatible-with 3_users", Some("compatible-with 3")),
            ("compatible-with = 3", Some("compatible-with 3")),
            ("compatible-with", None),
            ("compatible-with: an index", None),
            ("compatible-with all 3", None),
            ("compatible-with 99999999999999999999", None),
        ] {
            assert_eq!(meant(body).as_deref(), right, "{body}");
        }
    }
}
