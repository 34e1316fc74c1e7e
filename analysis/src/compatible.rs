//! `compatible-with <version>`: which older programs may work with a database that has a migration.

use std::collections::{BTreeMap, BTreeSet};

use migratory_runtime::Version;

use crate::directive::{Directive, DirectiveKind, Key};
use crate::name::{Direction, Reading};
use crate::parsed::{ParsedScript, ParsedSet};
use crate::{Code, Diagnostic, Findings};

/// What follows the key where more does than a reason.
pub(crate) fn argument(said: &str) -> Option<&str> {
    let rest = said.strip_prefix(Key::CompatibleWith.word())?;
    rest.starts_with(|first: char| first.is_whitespace() || first == '(').then(|| rest.trim())
}

/// The version that is written as file names write it, Diesel's dashes and zeros before it admitted.
pub(crate) fn version(written: &str) -> Option<Version> {
    let name = format!("{written}_");
    let reading = Reading::of_folder(&name);
    let is_number = reading.separator == "_" && reading.name.is_empty();
    reading.version().filter(|_| is_number)
}

/// What was meant by a directive that names no version, if a slip explains it.
pub(crate) fn meant(body: &str) -> Option<String> {
    let key = Key::CompatibleWith.word();
    let said = body.trim_start().strip_prefix(key)?;
    let said = said.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric());
    let word = said.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let is_ours = ["", "v", "version"].contains(&&*said[..said.len() - word.len()].to_lowercase());
    let number = word.trim_start().trim_start_matches(['_', '=']);
    let is_digit = |letter: char| letter.is_ascii_digit() || letter == '-';
    let length = number.find(|letter| !is_digit(letter)).unwrap_or(number.len());
    let (digits, rest) = number.split_at(length);
    version(digits).filter(|_| is_ours)?;
    // The rest of the name of a file, or a parenthesis, is no reason.
    let is_end = |letter: char| letter.is_whitespace() || letter == ':';
    let rest = rest.find(is_end).map_or("", |end| rest[end..].trim_matches(is_end));
    let colon = if rest.is_empty() { "" } else { ": " };
    Some(format!("{key} {digits}{colon}{rest}"))
}

/// Replaces digits that stand in a file name by the version that they stand for: that of a dashed
/// folder is filled with zeros.
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

/// Holds what the ups of a set say against its versions.
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
            format!("`compatible-with {named}` names the version of this migration itself")
        } else {
            format!("`compatible-with {named}` names a version above {own}, which is this one")
        };
        (
            message,
            format!(
                "programs that know version {named} have this migration in their set: it is the older ones that need a word"
            ),
        )
    } else if is_known() {
        return None;
    } else {
        let message =
            format!("`compatible-with {named}` names a version that the set does not have");
        (
            message,
            format!(
                "it speaks of programs whose newest migration is version {named}: there are none"
            ),
        )
    };
    let error = Diagnostic::error(Code::CompatibleVersion, message)
        .on(&up.path, directive.range.clone(), "")
        .note(why);
    Some(error.help(remedy(set, up)))
}

/// What to write, with the version that comes before this migration for an example.
fn remedy(set: &ParsedSet, up: &ParsedScript) -> String {
    let below = set.scripts.iter().filter(|script| script.version < up.version);
    match below.map(|script| script.version).max() {
        Some(before) => format!(
            "name the oldest version of the set whose programs may work with a database that has this \
             migration, as `-- migratory: compatible-with {before}`; or delete the directive"
        ),
        None => "delete the directive: no version comes before this migration".to_owned(),
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
    fn slips_are_understood() {
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
