//! Waits for a folder to change, by polling.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

/// The time between two polls.
const PAUSE: Duration = Duration::from_millis(300);
/// Folders of migrations, and rows for the rehearsal, are one level down.
const DEPTH: usize = 2;

/// The content of a folder: names, sizes and times.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// A folder and its last known content.
#[derive(Debug)]
pub(crate) struct Watch {
    folder: PathBuf,
    seen: Seen,
}

impl Watch {
    pub(crate) fn new(folder: PathBuf) -> Self {
        let seen = look(&folder, DEPTH);
        Self { folder, seen }
    }

    /// Returns when something has changed.
    pub(crate) fn wait(&mut self) {
        while !self.has_changed() {
            thread::sleep(PAUSE);
        }
    }

    fn has_changed(&mut self) -> bool {
        let now = look(&self.folder, DEPTH);
        let has_changed = now != self.seen;
        self.seen = now;
        has_changed
    }
}

/// A folder that can't be read counts as empty: the check reports it.
fn look(folder: &Path, depth: usize) -> Seen {
    let mut seen = Seen::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let about = fs::metadata(&path).ok();
        if depth > 1 && about.as_ref().is_some_and(fs::Metadata::is_dir) {
            seen.extend(look(&path, depth - 1));
        }
        let about = about.map_or((0, None), |about| (about.len(), about.modified().ok()));
        seen.insert(path, about);
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_the_folder_and_one_below_are_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut watch = Watch::new(folder.path().join("migrations"));
        assert!(!watch.has_changed());
        let below = folder.path().join("migrations/rehearsal");
        fs::create_dir_all(&below).expect("a folder");
        assert!(watch.has_changed() && !watch.has_changed());
        for text in ["SELECT 1;", "SELECT 12;"] {
            fs::write(below.join("1.sql"), text).expect("a file");
            assert!(watch.has_changed() && !watch.has_changed(), "{text}");
        }
        fs::remove_file(below.join("1.sql")).expect("no file");
        assert!(watch.has_changed() && !watch.has_changed());
    }
}
