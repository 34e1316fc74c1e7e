//! The grammar of `compatible-with <version>`.

use migratory_core::Version;

use super::Key;
use crate::naming::name::Reading;

/// Returns the text between `compatible-with` and the reason, if there is any.
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

/// Returns the directive that the author of a malformed one meant, if a typo explains it.
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
