//! How the name of a migration's file is read.
//!
//! A name is read leniently first, and is right when it is the one that the reading would be
//! written as: so every name that is nearly right has the right one at hand.

use migratory_runtime::Version;

use crate::spelling;

/// What a name says, whatever it is written like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading<'a> {
    /// `V`, `v` or nothing.
    pub(crate) prefix: &'a str,
    /// The digits of the version, without Diesel's dashes; may be empty.
    pub(crate) digits: String,
    /// What stands between the version and the name.
    pub(crate) separator: &'a str,
    /// The name as it stands; may be empty.
    pub(crate) name: &'a str,
    pub(crate) ending: Ending,
}

/// What a file name ends with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) direction: Option<Direction>,
    /// Whether there is a `.sql` somewhere in it.
    pub(crate) is_sql: bool,
    /// Whether it ends like a copy that was set aside, as `.bak`.
    pub(crate) is_copy: bool,
}

/// Which of the two scripts of a migration a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    Up,
    Down,
}

impl Direction {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

const SEPARATORS: &[char] = &['_', '-', ' ', '.', '+'];
const COPIES: &[&str] = &["bak", "old", "save", "tmp", "copy", "disabled"];

impl<'a> Reading<'a> {
    /// Reads the name of a file.
    pub(crate) fn of_file(file: &'a str) -> Self {
        let (stem, ending) = split_ending(file);
        let prefix = match stem.get(..1) {
            Some(letter @ ("V" | "v")) if is_digit(stem, 1) => letter,
            _ => "",
        };
        let (digits, rest) = split_digits(&stem[prefix.len()..]);
        Self::new(prefix, digits.to_owned(), rest, ending)
    }

    /// Reads the name of a folder that holds the scripts of a migration.
    pub(crate) fn of_folder(folder: &'a str) -> Self {
        let (digits, rest) = split_digits(folder);
        let (dashed, after) = split_dashed(folder);
        if after.starts_with('_') && dashed.len() > digits.len() {
            Self::new("", fill(&dashed), after, Ending::default())
        } else {
            Self::new("", digits.to_owned(), rest, Ending::default())
        }
    }

    fn new(prefix: &'a str, digits: String, rest: &'a str, ending: Ending) -> Self {
        let name = rest.trim_start_matches(SEPARATORS);
        let separator = &rest[..rest.len() - name.len()];
        Self { prefix, digits, separator, name, ending }
    }

    /// The number, if there are digits and they fit.
    pub(crate) fn version(&self) -> Option<Version> {
        self.digits.parse().ok().map(Version::new)
    }

    /// The name with all that a name may not hold replaced; empty if nothing remains.
    pub(crate) fn clean_name(&self) -> String {
        clean(self.name)
    }
}

/// The name with each run of what a name may not hold made one `_`.
pub(crate) fn clean(name: &str) -> String {
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

/// Whether a name may hold this.
pub(crate) fn is_allowed(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

/// The order of files within the set: by version, ups before downs, what has no version last.
///
/// `file` is relative to the folder; the folder itself, `""`, comes first.
pub(crate) fn place(file: &str) -> (u8, usize, String, bool, String) {
    let (top, _) = file.split_once('/').unwrap_or((file, ""));
    let digits = if file.contains('/') {
        Reading::of_folder(top).digits
    } else {
        Reading::of_file(top).digits
    };
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

/// Diesel's `2024-01-31-120000`, or any such run of groups that begins with a date.
fn split_dashed(text: &str) -> (String, &str) {
    let length = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'-').count();
    let (groups, rest) = text.split_at(length);
    let lengths: Vec<usize> = groups.split('-').map(str::len).collect();
    match lengths.as_slice() {
        [4, 2, 2, time @ ..] if !time.contains(&0) => (groups.replace('-', ""), rest),
        _ => (String::new(), text),
    }
}

/// Fills a dashed version with zeros on the right, which keeps the order of their texts.
fn fill(digits: &str) -> String {
    format!("{digits:0<18}")
}

/// Takes off the end of a file name all that belongs to an ending, however often it stands there.
fn split_ending(file: &str) -> (&str, Ending) {
    let mut ending = Ending::default();
    let mut stem = file;
    while let Some((rest, part)) = last_part(stem) {
        match part.to_ascii_lowercase().as_str() {
            "" => {}
            "sql" => ending.is_sql = true,
            "up" => ending.direction = Some(Direction::Up),
            "down" => ending.direction = Some(Direction::Down),
            part if COPIES.contains(&part) => ending.is_copy = true,
            part if spelling::nearest(part, ["sql"]).is_some() => ending.is_sql = true,
            _ => break,
        }
        stem = rest;
    }
    (stem, ending)
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
    fn files_are_read_whatever_they_are_written_like() {
        use Direction::{Down, Up};
        for (name, version, clean, direction) in [
            ("0001_a.up.sql", "0001", "a", Some(Up)),
            ("0001_a-b.down.sql", "0001", "a-b", Some(Down)),
            ("0001_a.up.slq", "0001", "a", Some(Up)),
            ("0001_a.UP.SQL", "0001", "a", Some(Up)),
            ("0001_a.up.sql.bak", "0001", "a", Some(Up)),
            ("0001_a.up.sql.up.sql", "0001", "a", Some(Up)),
            ("0001 add a.b.sql", "0001", "add_a_b", None),
            ("x..sql", "", "x", None),
            ("1-x.up.sql", "1", "x", Some(Up)),
            ("V1__a.sql", "V1", "a", None),
            ("V1_a.sql", "V1", "a", None),
            ("views.sql", "", "views", None),
            ("0001_größe.sql", "0001", "gr_e", None),
            ("0001.sql", "0001", "", None),
            (".sql", "", "sql", None),
        ] {
            let expected = (version.to_owned(), clean.to_owned(), direction);
            assert_eq!(file(name), expected, "{name}");
        }
    }

    #[test]
    fn folders_are_read_with_the_dashes_of_diesel() {
        for (name, digits, separator, rest) in [
            ("01-name", "01", "-", "name"),
            ("20240131120000_a", "20240131120000", "_", "a"),
            ("2024-01-31-120000_a", "202401311200000000", "_", "a"),
            ("2024-01-31-120000-0007_a", "202401311200000007", "_", "a"),
            ("2024-01-31_a", "202401310000000000", "_", "a"),
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
    fn no_name_makes_it_panic() {
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
    fn the_set_is_in_the_order_of_numbers() {
        let files = ["", "9_x.up.sql", "9_x.down.sql", "10_y.up.sql", "notes"];
        assert!(files.is_sorted_by_key(|file| place(file)));
    }
}
