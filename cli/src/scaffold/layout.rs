//! The naming scheme of a folder's files, so that new ones follow it.
//!
//! Only the names are read, so a set with findings can still get a new migration.

use std::fs;
use std::path::{Path, PathBuf};

use migratory_analysis::naming::{Direction, Form, Reading};
use migratory_runtime::Version;

use super::moment::Moment;
use super::number;

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
    /// As the file name has it, with Diesel's dashes.
    number: String,
    /// `None` if the number is too large for one.
    version: Option<Version>,
    name: String,
    has_down: bool,
}

impl Layout {
    /// Reads the names in the folder, which need not exist.
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
        let form = Form::elect(entries.iter().map(|entry| entry.form), up_only);
        Self { form: form.unwrap_or(Form::FlatPair), entries }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of the next migration.
    pub(crate) fn next(&self, now: Moment) -> String {
        number::next(self.newest().map(|entry| entry.number.as_str()), now)
    }

    /// Returns whether the newest migration has a down, or could have one if it is the first.
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
        self.entries.iter().max_by_key(|entry| entry.version)
    }
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn of_file(path: &Path) -> Option<Entry> {
    let reading = Reading::of_file(path.file_name()?.to_str()?);
    let is_migration = reading.ending.is_sql && !reading.ending.is_copy;
    let form = Form::of_file(&reading).filter(|_| is_migration)?;
    entry(form, &reading, reading.ending.direction == Some(Direction::Down))
}

fn of_folder(path: &Path) -> Option<Entry> {
    let reading = Reading::of_folder(path.file_name()?.to_str()?);
    let form = match () {
        () if path.join("up.sql").is_file() => Form::FolderPair,
        () if path.join("migration.sql").is_file() => Form::FolderAlone,
        () => return None,
    };
    entry(form, &reading, path.join("down.sql").is_file())
}

fn entry(form: Form, reading: &Reading<'_>, has_down: bool) -> Option<Entry> {
    let (number, name) = (reading.written.to_owned(), reading.name.to_owned());
    let entry = Entry { form, number, version: reading.version(), name, has_down };
    (!reading.digits.is_empty()).then_some(entry)
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
    fn new_files_are_named_like_existing_ones() {
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
            // A misnamed file has a number too.
            (&["1-a.sql", "2 b.sql"], true, "3_x.sql", None),
            (&["9_a.up.sql", "9_a.down.sql", "10_b.up.sql"], false, "11_x.up.sql", None),
        ] {
            let folder = folder(files);
            let layout = Layout::read(folder.path(), up_only);
            let number = layout.next(now);
            let path = |direction| layout.form.write(&number, "x", direction);
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
