//! The migrations of all libraries: the same SQL, in each library's layout.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::sql::{self, Migration};

/// The layout of a library's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// All ups in one file.
    Script,
    /// `0001_name.up.sql` and `0001_name.down.sql`.
    Pairs,
    /// `0001-name/up.sql` and `0001-name/down.sql`.
    Folders,
    /// `0001_name/up.sql` and `0001_name/down.sql`.
    Diesel,
    /// `V1__name.sql`, without downs.
    Numbered,
}

impl Layout {
    const ALL: [Self; 5] = [Self::Script, Self::Pairs, Self::Folders, Self::Diesel, Self::Numbered];

    /// Returns the folder below `sets/`.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Pairs => "pairs",
            Self::Folders => "folders",
            Self::Diesel => "diesel",
            Self::Numbered => "numbered",
        }
    }

    /// Returns the paths and texts of a set's files.
    fn files(self, set: &[Migration]) -> Vec<(String, &str)> {
        let mut files = Vec::new();
        for (number, Migration { name, up, down }) in (1..).zip(set) {
            let mut pair = |up_file: String, down_file: String| {
                files.extend([(up_file, up.as_str()), (down_file, down.as_str())]);
            };
            let stem = format!("{number:04}");
            match self {
                Self::Script => {}
                Self::Pairs => {
                    pair(format!("{stem}_{name}.up.sql"), format!("{stem}_{name}.down.sql"));
                }
                Self::Folders => {
                    pair(format!("{stem}-{name}/up.sql"), format!("{stem}-{name}/down.sql"));
                }
                Self::Diesel => {
                    pair(format!("{stem}_{name}/up.sql"), format!("{stem}_{name}/down.sql"));
                }
                Self::Numbered => files.push((format!("V{number}__{name}.sql"), up)),
            }
        }
        files
    }

    /// Returns a file of a set to edit: the newest up.
    pub(crate) fn newest(self, set: &[Migration]) -> Option<String> {
        self.files(set).into_iter().map(|(path, _)| path).rfind(|path| !path.contains("down"))
    }
}

/// The names of all sets, which are their folders and the features of the peers.
pub(crate) const NAMES: [&str; 7] = ["10", "100", "200", "1000", "base", "rebuild", "large"];

/// Returns the set of this name.
pub(crate) fn named(name: &str) -> Vec<Migration> {
    match name {
        "base" => sql::rebuild().into_iter().take(1).collect(),
        "rebuild" => sql::rebuild(),
        "large" => vec![sql::large()],
        size => sql::pairs(size.parse().unwrap_or_default()),
    }
}

/// Writes all sets in all layouts below `folder`. Unchanged files are left untouched, so that
/// nothing is rebuilt without reason.
pub(crate) fn write(folder: &Path) -> Outcome {
    for name in NAMES {
        let set = named(name);
        for layout in Layout::ALL {
            let folder = folder.join(layout.folder()).join(name);
            for (path, text) in layout.files(&set) {
                write_changed(&folder.join(path), text)?;
            }
            if layout == Layout::Script {
                write_changed(&folder.join("all.sql"), &script(name, &set))?;
            }
        }
    }
    Ok(())
}

/// Returns the SQL to run without a library: all ups in order, or just the last one for the
/// rebuild.
pub(crate) fn script(name: &str, set: &[Migration]) -> String {
    let skipped = usize::from(name == "rebuild");
    set.iter().skip(skipped).map(|migration| migration.up.as_str()).collect()
}

fn write_changed(path: &Path, text: &str) -> Outcome {
    if fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layout_names_its_files() {
        let set = named("10");
        for (layout, count, first, newest) in [
            (Layout::Script, 0, None, None),
            (Layout::Pairs, 20, Some("0001_create_table.up.sql"), Some("0010_add_note.up.sql")),
            (Layout::Folders, 20, Some("0001-create_table/up.sql"), Some("0010-add_note/up.sql")),
            (Layout::Diesel, 20, Some("0001_create_table/up.sql"), Some("0010_add_note/up.sql")),
            (Layout::Numbered, 10, Some("V1__create_table.sql"), Some("V10__add_note.sql")),
        ] {
            let files = layout.files(&set);
            assert_eq!(files.len(), count, "{layout:?}");
            assert_eq!(files.first().map(|(path, _)| path.as_str()), first, "{layout:?}");
            assert_eq!(layout.newest(&set).as_deref(), newest, "{layout:?}");
        }
    }

    #[test]
    fn each_name_is_a_set() {
        for (name, count) in NAMES.into_iter().zip([10, 100, 200, 1000, 1, 2, 1]) {
            assert_eq!(named(name).len(), count, "{name}");
        }
    }

    #[test]
    fn the_script_of_the_rebuild_is_its_last_migration() {
        let set = named("rebuild");
        assert_eq!(script("rebuild", &set), set[1].up);
        assert!(script("10", &named("10")).contains("CREATE TABLE t6"));
    }
}
