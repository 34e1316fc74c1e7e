//! The names of backups in a folder, and the removal of old ones.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::partial::{self, Partial};

/// The extension of backups.
pub(super) const BACKUP: &str = ".backup";
/// The extension of databases that a restore replaced.
pub(super) const REPLACED: &str = ".replaced";

/// The names of one database's copies in one folder.
pub(super) struct Names<'d> {
    database: &'d Path,
    folder: &'d Path,
    ending: &'static str,
}

/// The parts of a copy's name: the time, the version, and a counter for copies of the same second.
///
/// Ordered as the copies were made. Compared as text, the tenth copy of a second would come before
/// the second.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    moment: String,
    nth: u32,
    version: i64,
}

impl<'d> Names<'d> {
    pub(super) const fn new(database: &'d Path, folder: &'d Path, ending: &'static str) -> Self {
        Self { database, folder, ending }
    }

    /// Returns an unused name, reserved by its unfinished copy.
    pub(super) fn next(&self, moment: &str, version: i64) -> io::Result<(PathBuf, Partial)> {
        let of_this_moment = self.found().into_iter().filter(|(name, _)| name.moment == moment);
        let mut nth = of_this_moment.map(|(name, _)| name.nth).max().map_or(1, |last| last + 1);
        loop {
            let path = self.path(&Name { moment: moment.to_owned(), nth, version });
            match Partial::create(&path) {
                // Check now, not before: another process has by this time either reserved the name
                // or published its copy.
                Ok(partial) if fs::symlink_metadata(&path).is_err() => return Ok((path, partial)),
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => nth += 1,
            }
        }
    }

    /// Removes all but the newest `keep` copies, and never `newest`. A copy that can't be removed
    /// stays and is not an error.
    pub(super) fn prune(&self, newest: &Path, keep: usize) {
        let mut found = self.found();
        found.sort_unstable();
        let surplus = found.len().saturating_sub(keep);
        for (_, old) in found.into_iter().filter(|(_, path)| path != newest).take(surplus) {
            let _ = fs::remove_file(old);
        }
        if self.database.parent() == Some(self.folder) {
            self.remove_left_overs();
        }
    }

    /// Removes what killed backups and restores left next to the database. The caller holds the
    /// write lock, so no other process is copying it. In another folder, a database of the same
    /// name may be in the middle of a copy.
    pub(super) fn remove_left_overs(&self) {
        let is_copy = |name: &[u8]| {
            [BACKUP, REPLACED].iter().any(|ending| Self { ending, ..*self }.parse(name).is_some())
        };
        for path in self.entries() {
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            if name.strip_suffix(partial::SUFFIX.as_bytes()).is_some_and(is_copy) {
                let _ = partial::remove_left_over(&path);
            }
        }
    }

    /// Returns whether a file is named like a copy of the database at version 0, without a history.
    pub(super) fn is_before_first(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().as_encoded_bytes();
        self.parse(name).is_some_and(|name| name.version == 0)
    }

    fn found(&self) -> Vec<(Name, PathBuf)> {
        let named = self.entries().into_iter().filter_map(|path| {
            let name = self.parse(path.file_name()?.as_encoded_bytes())?;
            let is_file = fs::symlink_metadata(&path).is_ok_and(|it| it.is_file());
            is_file.then_some((name, path))
        });
        named.collect()
    }

    fn entries(&self) -> Vec<PathBuf> {
        let here = Path::new(".");
        let folder = if self.folder.as_os_str().is_empty() { here } else { self.folder };
        let entries = folder.read_dir().map(|entries| entries.flatten().collect::<Vec<_>>());
        entries.unwrap_or_default().iter().map(|it| self.folder.join(it.file_name())).collect()
    }

    fn path(&self, Name { moment, nth, version }: &Name) -> PathBuf {
        let more = if *nth > 1 { format!("-{nth}") } else { String::new() };
        let mut name = self.database.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{moment}-v{version}{more}{}", self.ending));
        self.folder.join(name)
    }

    /// Parses a name that [`path`](Self::path) wrote. It takes bytes because the name of a database
    /// need not be UTF-8.
    fn parse(&self, name: &[u8]) -> Option<Name> {
        let database = self.database.file_name().unwrap_or_default().as_encoded_bytes();
        let rest = name.strip_prefix(database)?.strip_prefix(b".")?;
        let rest = std::str::from_utf8(rest.strip_suffix(self.ending.as_bytes())?).ok()?;
        let (moment, version) = rest.split_once("-v").filter(|(moment, _)| is_moment(moment))?;
        let (sign, digits) = version.strip_prefix('-').map_or(("", version), |rest| ("-", rest));
        let (digits, nth) = digits.split_once('-').unwrap_or((digits, "1"));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(digits) || !is_number(nth) {
            return None;
        }
        let version = format!("{sign}{digits}").parse().ok()?;
        Some(Name { moment: moment.to_owned(), nth: nth.parse().ok()?, version })
    }
}

/// Returns whether a text looks like `20261121T101500Z`.
fn is_moment(text: &str) -> bool {
    text.len() == 16
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 => byte == b'T',
            15 => byte == b'Z',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names<'static> {
        Names::new(Path::new("/data/app.db"), Path::new("/data"), BACKUP)
    }

    #[test]
    fn names_round_trip() {
        for (nth, version) in [(1, 0), (1, 12), (2, 12), (10, 12), (1, -1), (3, -7), (1, i64::MIN)]
        {
            let name = Name { moment: "20261121T101500Z".to_owned(), nth, version };
            let path = names().path(&name);
            let bytes = path.file_name().expect("a name").as_encoded_bytes();
            assert_eq!(names().parse(bytes), Some(name), "{}", path.display());
        }
    }

    #[test]
    fn only_generated_names_are_parsed() {
        for name in [
            "app.db",
            "app.db.backup",
            "app.db.20261121T101500Z-v12.backup.partial",
            "app.db.20261121T101500Z-v12.replaced",
            "app.db.2026-11-21T1015Z-v12.backup",
            "app.db.20261121T101500Z-vx.backup",
            "app.db.20261121T101500Z-v.backup",
            "app.db.20261121T101500Z-v--1.backup",
            "app.db.20261121T101500Z-v1-2-3.backup",
            "app.db.20261121T101500Z-v1-.backup",
            "app.db.20261121T101500Z-v99999999999999999999.backup",
            "other.db.20261121T101500Z-v12.backup",
        ] {
            assert_eq!(names().parse(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn the_tenth_copy_of_a_second_is_newer_than_the_second() {
        let parsed = |name: &str| names().parse(name.as_bytes()).expect("one of ours");
        let in_order = [
            "app.db.20261121T101459Z-v99.backup",
            "app.db.20261121T101500Z-v13.backup",
            "app.db.20261121T101500Z-v12-2.backup",
            "app.db.20261121T101500Z-v9-10.backup",
            "app.db.20261121T101501Z-v1.backup",
        ];
        let mut sorted = in_order.map(parsed);
        sorted.sort();
        assert_eq!(sorted, in_order.map(parsed));
    }
}
