//! Reads the names of files and folders.
//!
//! Reading is lenient. A name is right if writing what was read gives the same name, so the right name is known for
//! every name that is almost right.

use migratory_core::{Direction, Version};

use crate::naming::date;
use crate::spelling;

/// The parts of a name, however it is spelt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<'a> {
    /// `V`, `v` or nothing.
    pub prefix: &'a str,
    /// The digits of the version, without Diesel's dashes; may be empty.
    pub digits: String,
    /// The version as written, dashes included.
    pub written: &'a str,
    /// Whether there are dashes between the digits, as in Diesel's dates.
    pub is_dashed: bool,
    /// The characters between the version and the name.
    pub separator: &'a str,
    /// The name as written; may be empty.
    pub name: &'a str,
    /// The ending.
    pub ending: Ending,
}

/// The ending of a file name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// The direction, if the name has `.up` or `.down`.
    pub direction: Option<Direction>,
    /// Whether it contains `.sql`.
    pub is_sql: bool,
    /// Whether it looks like a backup copy, such as `.bak`.
    pub is_copy: bool,
}

const SEPARATORS: &[char] = &['_', '-', ' ', '.', '+'];
const COPIES: &[&str] = &["bak", "old", "save", "tmp", "copy", "disabled"];

impl<'a> Reading<'a> {
    /// Reads the name of a file.
    pub fn of_file(file: &'a str) -> Self {
        let (stem, ending) = split_ending(file);
        let prefix = match stem.get(..1) {
            Some(letter @ ("V" | "v")) if is_digit(stem, 1) => letter,
            _ => "",
        };
        let (digits, rest) = split_digits(&stem[prefix.len()..]);
        match split_dashed(stem).filter(|_| digits.len() == date::DIGITS) {
            Some((digits, rest)) => Self::dashed(stem, digits, rest, ending),
            None => Self::new(prefix, digits, rest, ending),
        }
    }

    /// Reads the name of a folder that holds the scripts of a migration.
    pub fn of_folder(folder: &'a str) -> Self {
        if let Some((digits, rest)) = split_dashed(folder) {
            return Self::dashed(folder, digits, rest, Ending::default());
        }
        let (digits, rest) = split_digits(folder);
        Self::new("", digits, rest, Ending::default())
    }

    fn dashed(whole: &'a str, digits: String, rest: &'a str, ending: Ending) -> Self {
        let written = &whole[..whole.len() - rest.len()];
        Self { digits, is_dashed: true, ..Self::new("", written, rest, ending) }
    }

    fn new(prefix: &'a str, written: &'a str, rest: &'a str, ending: Ending) -> Self {
        let name = rest.trim_start_matches(SEPARATORS);
        let separator = &rest[..rest.len() - name.len()];
        let digits = written.to_owned();
        Self { prefix, digits, written, is_dashed: false, separator, name, ending }
    }

    /// Returns the version, if there are digits and they fit in 64 bits.
    ///
    /// Diesel compares versions as text. Padding a dashed one with zeros on the right keeps that order for dates
    /// with and without a time.
    pub fn version(&self) -> Option<Version> {
        if self.is_dashed { self.filled() } else { self.number() }
    }

    /// The digits in the file name, as a number.
    pub(crate) fn number(&self) -> Option<Version> {
        self.digits.parse().ok().map(Version::new)
    }

    /// The padded number, which for dates sorts like the digits as text.
    pub(crate) fn filled(&self) -> Option<Version> {
        fill(&self.digits).parse().ok().map(Version::new)
    }

    /// The name of the migration; `unnamed` for an accepted file without a name.
    pub(crate) fn migration_name(&self) -> String {
        match self.clean_name() {
            name if name.is_empty() => "unnamed".to_owned(),
            name => name,
        }
    }

    /// The name without characters that are not allowed; empty if nothing remains.
    pub(crate) fn clean_name(&self) -> String {
        clean(self.name)
    }
}

/// Replaces each run of characters that are not allowed in a name with one `_`.
pub fn clean(name: &str) -> String {
    let mut clean = String::new();
    for letter in name.chars() {
        if is_allowed(letter) {
            clean.push(letter);
        } else if !clean.is_empty() && !clean.ends_with('_') {
            clean.push('_');
        }
    }
    clean.trim_end_matches('_').to_owned()
}

/// Whether a name may contain this character.
pub(crate) fn is_allowed(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

/// A sort key for the files of a set: by version, ups before downs, files without a version last.
///
/// `file` is relative to the folder; the folder itself, `""`, comes first.
pub(crate) fn place(file: &str) -> (u8, usize, String, bool, String) {
    let (top, _) = file.split_once('/').unwrap_or((file, ""));
    let reading = if file.contains('/') { Reading::of_folder(top) } else { Reading::of_file(top) };
    let digits = if reading.is_dashed { fill(&reading.digits) } else { reading.digits };
    let rank = match (file, digits.as_str()) {
        ("", _) => 0,
        (_, "") => 2,
        _ => 1,
    };
    let number = digits.trim_start_matches('0').to_owned();
    let is_down = file.ends_with("down.sql");
    (rank, number.len(), number, is_down, file.to_owned())
}

fn is_digit(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_some_and(u8::is_ascii_digit)
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// Splits off Diesel's `2024-01-31-120000` or `20240131-120000`, or any run of groups that starts with a date.
///
/// Diesel's own command puts `_` before the name; folders made by hand also have `-` there.
fn split_dashed(text: &str) -> Option<(String, &str)> {
    let length = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
    let (mut groups, rest) = text.split_at(length);
    if !rest.is_empty() && !rest.starts_with(SEPARATORS) {
        // The last group belongs to the name: `2024-01-31-3d_models`.
        groups = &groups[..groups.rfind('-')?];
    }
    let groups = groups.trim_end_matches('-');
    let lengths: Vec<usize> = groups.split('-').map(str::len).collect();
    let is_date = match lengths.as_slice() {
        [4, 2, 2, time @ ..] => !time.contains(&0),
        // Diesel drops all dashes before the first `_`. Other tools name files like this too.
        [8, 6] => date::is_real(&groups.replace('-', "")),
        _ => false,
    };
    is_date.then(|| (groups.replace('-', ""), &text[groups.len()..]))
}

/// Pads a dashed version with zeros on the right, so that numbers sort like Diesel's text.
fn fill(digits: &str) -> String {
    format!("{digits:0<18}")
}

/// Splits a file name into its stem and its ending, even a repeated one.
///
/// golang-migrate reads the last `.up.` or `.down.` of a name as the direction and the rest as the ending:
/// `000001_init.down.db.sql` is a down.
fn split_ending(file: &str) -> (&str, Ending) {
    let mut ending = Ending::default();
    let mut stem = file;
    while let Some((rest, part)) = last_part(stem) {
        match part.to_ascii_lowercase().as_str() {
            "" => {}
            "sql" => ending.is_sql = true,
            word if direction(word).is_some() => {
                ending.direction = ending.direction.or(direction(word));
            }
            part if COPIES.contains(&part) => ending.is_copy = true,
            part if spelling::nearest(part, ["sql"]).is_some() => ending.is_sql = true,
            _ => break,
        }
        stem = rest;
    }
    if ending.direction.is_none() {
        let mut before = stem;
        while let Some((rest, part)) = last_part(before) {
            before = rest;
            ending.direction = direction(&part.to_ascii_lowercase());
            if ending.direction.is_some() {
                return (before, ending);
            }
        }
    }
    (stem, ending)
}

fn direction(word: &str) -> Option<Direction> {
    match word {
        "up" => Some(Direction::Up),
        "down" => Some(Direction::Down),
        _ => None,
    }
}

fn last_part(stem: &str) -> Option<(&str, &str)> {
    stem.rsplit_once('.').filter(|(rest, _)| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> (String, String, Option<Direction>) {
        let reading = Reading::of_file(name);
        let written = format!("{}{}", reading.prefix, reading.digits);
        (written, reading.clean_name(), reading.ending.direction)
    }

    #[test]
    fn names_of_files_are_read_leniently() {
        use Direction::{Down, Up};
        for (name, version, clean, direction) in [
            ("0001_a.up.sql", "0001", "a", Some(Up)),
            ("0001_a-b.down.sql", "0001", "a-b", Some(Down)),
            ("0001_a.up.slq", "0001", "a", Some(Up)),
            ("0001_a.UP.SQL", "0001", "a", Some(Up)),
            ("0001_a.up.sql.bak", "0001", "a", Some(Up)),
            ("0001_a.up.sql.up.sql", "0001", "a", Some(Up)),
            ("0001_a.up.sql.down.sql", "0001", "a", Some(Down)),
            ("000001_init.down.db.sql", "000001", "init", Some(Down)),
            ("000001_init.v2.up.sqlite.sql", "000001", "init_v2", Some(Up)),
            ("0001 add a.b.sql", "0001", "add_a_b", None),
            ("x..sql", "", "x", None),
            ("1-x.up.sql", "1", "x", Some(Up)),
            ("V1__a.sql", "V1", "a", None),
            ("V1_a.sql", "V1", "a", None),
            ("views.sql", "", "views", None),
            ("0001_größe.sql", "0001", "gr_e", None),
            ("0001.sql", "0001", "", None),
            ("20240131-120000_a.up.sql", "20240131120000", "a", Some(Up)),
            ("20240131-120000.sql", "20240131120000", "", None),
            ("2024-01-31_a.sql", "2024", "01-31_a", None),
            (".sql", "", "sql", None),
        ] {
            let expected = (version.to_owned(), clean.to_owned(), direction);
            assert_eq!(file(name), expected, "{name}");
        }
    }

    #[test]
    fn folders_may_have_diesels_dashes() {
        for (name, digits, separator, rest) in [
            ("01-name", "01", "-", "name"),
            ("20240131120000_a", "20240131120000", "_", "a"),
            ("2024-01-31-120000_a", "20240131120000", "_", "a"),
            ("2024-01-31-120000-0007_a", "202401311200000007", "_", "a"),
            ("2024-01-31_a", "20240131", "_", "a"),
            ("2020-12-08-121200-oauth", "20201208121200", "-", "oauth"),
            ("2020-12-08-oauth-2", "20201208", "-", "oauth-2"),
            ("2024-01-31-3d_models", "20240131", "-", "3d_models"),
            ("2024-01-31-120000", "20240131120000", "", ""),
            ("20240131-120000_a", "20240131120000", "_", "a"),
            ("20240131-120000", "20240131120000", "", ""),
            ("20240131-990000_a", "20240131", "-", "990000_a"),
            ("20240131-1200_a", "20240131", "-", "1200_a"),
            ("2024-0-31_a", "2024", "-", "0-31_a"),
            ("01-2-a", "01", "-", "2-a"),
            ("a", "", "", "a"),
        ] {
            let reading = Reading::of_folder(name);
            let read = (reading.digits.as_str(), reading.separator, reading.name);
            assert_eq!(read, (digits, separator, rest), "{name}");
        }
    }

    #[test]
    fn dashed_versions_sort_like_their_text() {
        let names = [
            "2019-12-31-235959_a",
            "2020-01-01_b",
            "2020-12-08-121200-oauth",
            "2021-01-01-000000-0001_c",
        ];
        let version = |name: &&str| Reading::of_folder(name).version();
        assert!(names.is_sorted_by_key(version), "{:?}", names.each_ref().map(version));
    }

    #[test]
    fn no_name_panics() {
        let names =
            ["", ".", "..", "V", "v", "é", "V\u{661}__a.sql", "1é.up.sql", "-", "2024-", "_"];
        for name in names {
            Reading::of_file(name).version();
            Reading::of_folder(name).version();
            place(name);
            place(&format!("{name}/up.sql"));
        }
    }

    #[test]
    fn files_sort_by_number() {
        let files = ["", "9_x.up.sql", "9_x.down.sql", "10_y.up.sql", "notes"];
        assert!(files.is_sorted_by_key(|file| place(file)));
    }
}
