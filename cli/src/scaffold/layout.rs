//! How the files of a folder are named, so that the next ones are named alike.
//!
//! The folder is read by its names alone: a set with findings takes a new migration too.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::moment::Moment;
use super::number::{self, only_digits};

/// Which of the two scripts of a migration a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// How the files of a set are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// `V1__name.sql`.
    Prefixed,
    /// `0001_name/migration.sql`.
    FolderAlone,
    /// `0001_name.sql`.
    Numbered,
    /// `0001_name/up.sql` and `0001_name/down.sql`.
    FolderPair,
    /// `0001_name.up.sql` and `0001_name.down.sql`.
    FlatPair,
}

/// The migrations of a folder, by their names.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) form: Form,
    entries: Vec<Entry>,
}

/// A migration.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    form: Form,
    /// As it is written, with Diesel's dashes.
    number: String,
    name: String,
    has_down: bool,
}

impl Layout {
    /// Reads the names in the folder; there may be none.
    pub(crate) fn read(folder: &Path, up_only: bool) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for path in listed(folder) {
            let found = if path.is_dir() { of_folder(&path) } else { of_file(&path) };
            let Some(entry) = found else { continue };
            let is_same = |it: &&mut Entry| it.number == entry.number && it.name == entry.name;
            match entries.iter_mut().find(is_same) {
                Some(known) => known.has_down |= entry.has_down,
                None => entries.push(entry),
            }
        }
        Self { form: elect(&entries, up_only), entries }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of the next migration.
    pub(crate) fn next(&self, now: Moment) -> String {
        number::next(self.newest().map(|entry| entry.number.as_str()), now)
    }

    /// Whether the newest migration has a down, or could have one if it is the first.
    pub(crate) fn has_downs(&self) -> bool {
        self.form.has_downs() && self.newest().is_none_or(|entry| entry.has_down)
    }

    /// The number of the migration with this name.
    pub(crate) fn taken(&self, name: &str) -> Option<&str> {
        let mut entries = self.entries.iter();
        let found = entries.find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        Some(&found.number)
    }

    fn newest(&self) -> Option<&Entry> {
        // A date that is written with dashes stands for one that is filled with zeros.
        let place = |entry: &&Entry| {
            let digits = only_digits(&entry.number);
            let width = if entry.number.contains('-') { 18 } else { 0 };
            let text = format!("{digits:0<width$}");
            text.parse::<u128>().unwrap_or_default()
        };
        self.entries.iter().max_by_key(place)
    }
}

impl Form {
    pub(crate) fn has_downs(self) -> bool {
        matches!(self, Self::FlatPair | Self::FolderPair)
    }

    /// The path of a script, within the folder.
    pub(crate) fn path(self, number: &str, name: &str, direction: Direction) -> String {
        let word = match direction {
            Direction::Up => "up",
            Direction::Down => "down",
        };
        match self {
            Self::FlatPair => format!("{number}_{name}.{word}.sql"),
            Self::FolderPair => format!("{number}_{name}/{word}.sql"),
            Self::Numbered => format!("{number}_{name}.sql"),
            Self::Prefixed => format!("V{number}__{name}.sql"),
            Self::FolderAlone => format!("{number}_{name}/migration.sql"),
        }
    }
}

fn listed(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn of_file(path: &Path) -> Option<Entry> {
    let file = path.file_name()?.to_str()?;
    let stem = file.strip_suffix(".sql")?;
    let (stem, has_down, is_pair) = match (stem.strip_suffix(".up"), stem.strip_suffix(".down")) {
        (Some(stem), _) => (stem, false, true),
        (_, Some(stem)) => (stem, true, true),
        _ => (stem, false, false),
    };
    let prefixed = stem.strip_prefix('V').and_then(|rest| rest.split_once("__"));
    let (form, (number, name)) = match prefixed {
        Some(parts) => (Form::Prefixed, parts),
        None if is_pair => (Form::FlatPair, stem.split_once('_')?),
        None => (Form::Numbered, stem.split_once('_')?),
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Entry { form, number: number.to_owned(), name: name.to_owned(), has_down })
}

fn of_folder(path: &Path) -> Option<Entry> {
    let (number, name) = path.file_name()?.to_str()?.split_once('_')?;
    let form = match () {
        () if path.join("up.sql").is_file() => Form::FolderPair,
        () if path.join("migration.sql").is_file() => Form::FolderAlone,
        () => return None,
    };
    let is_number = number.starts_with(|first: char| first.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let has_down = path.join("down.sql").is_file();
    is_number.then(|| Entry { form, number: number.to_owned(), name: name.to_owned(), has_down })
}

/// The form of most; a set that needs downs is one of pairs as soon as it holds a pair.
fn elect(entries: &[Entry], up_only: bool) -> Form {
    let mut votes: BTreeMap<Form, usize> = BTreeMap::new();
    for entry in entries {
        *votes.entry(entry.form).or_default() += 1;
    }
    let weight = |(form, votes): &(Form, usize)| (form.has_downs() && !up_only, *votes);
    votes.into_iter().max_by_key(weight).map_or(Form::FlatPair, |(form, _)| form)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "").expect("a file");
        }
        folder
    }

    #[test]
    fn the_next_files_are_named_like_those_that_are_there() {
        let now = Moment::parse("20240131120000").expect("a date");
        for (files, up_only, up, down) in [
            (&[][..], false, "0001_x.up.sql", Some("0001_x.down.sql")),
            (
                &["0001_a.up.sql", "0001_a.down.sql", "README.md", "rehearsal/1.sql"],
                false,
                "0002_x.up.sql",
                Some("0002_x.down.sql"),
            ),
            (&["01_a/up.sql", "01_a/down.sql"], false, "02_x/up.sql", Some("02_x/down.sql")),
            (
                &["2023-12-24-180000_a/up.sql", "2023-12-24-180000_a/down.sql"],
                false,
                "2024-01-31-120000_x/up.sql",
                Some("2024-01-31-120000_x/down.sql"),
            ),
            (&["V1__a.sql", "V2__b.sql"], true, "V3__x.sql", None),
            (&["20231224180000_a.sql"], true, "20240131120000_x.sql", None),
            (&["20231224180000_a/migration.sql"], true, "20240131120000_x/migration.sql", None),
            (&["1_a.up.sql"], true, "2_x.up.sql", None),
            (&["9_a.up.sql", "9_a.down.sql", "10_b.up.sql"], false, "11_x.up.sql", None),
        ] {
            let folder = folder(files);
            let layout = Layout::read(folder.path(), up_only);
            let number = layout.next(now);
            let path = |direction| layout.form.path(&number, "x", direction);
            assert_eq!(path(Direction::Up), up, "{files:?}");
            let written = layout.has_downs().then(|| path(Direction::Down));
            assert_eq!(written.as_deref(), down, "{files:?}");
        }
    }

    #[test]
    fn a_name_is_taken_in_any_case() {
        let folder = folder(&["0001_add_tags.up.sql", "0001_add_tags.down.sql"]);
        let layout = Layout::read(folder.path(), false);
        assert_eq!(layout.taken("Add_Tags"), Some("0001"));
        assert_eq!(layout.taken("add_tag"), None);
    }
}
