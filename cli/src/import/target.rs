//! The new folder for the pairs.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf, absolute};

use migratory_analysis::Options;
use migratory_core::Version;
use migratory_rehearsal::check;

use crate::failure::{Failure, Result};
use crate::path::shown;

/// A new or empty folder.
#[derive(Debug)]
pub(crate) struct Target {
    path: PathBuf,
}

/// The number of findings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Those of a build.
    pub(crate) strict: usize,
    /// The `accept_through` that leaves the fewest, if it helps, and how many it leaves.
    pub(crate) accepting: Option<(i64, usize)>,
}

impl Target {
    /// The folder `to`, or one next to the source.
    pub(crate) fn new(source: &Path, to: Option<&Path>) -> Result<Self> {
        let unusable = |error: io::Error| {
            Failure::new(format!("can't read the folder {}", shown(source))).because(error)
        };
        let real = fs::canonicalize(source).map_err(unusable)?;
        let path = match to {
            Some(to) => absolute(to).map_err(unusable)?,
            None => beside(&absolute(source).map_err(unusable)?, &real),
        };
        let above = path.ancestors().find(|above| above.exists());
        if above
            .and_then(|above| fs::canonicalize(above).ok())
            .is_some_and(|it| it.starts_with(&real))
        {
            return Err(Failure::new(format!("{} is inside the folder to import", shown(&path)))
                .help("that folder stays unchanged: choose another one with `--to`"));
        }
        let is_empty = || fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_none());
        if fs::symlink_metadata(&path).is_ok() && !is_empty() {
            return Err(Failure::new(format!("{} already exists", shown(&path)))
                .because("nothing is overwritten")
                .help("delete it, or choose another folder with `--to`"));
        }
        Ok(Self { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes all of the files, or none.
    pub(crate) fn write<'a>(&self, files: impl Iterator<Item = (String, &'a str)>) -> Result<()> {
        let is_new = !self.path.exists();
        let mut written = Vec::new();
        let all = fs::create_dir_all(&self.path).and_then(|()| {
            files.into_iter().try_for_each(|(name, text)| {
                let path = self.path.join(name);
                let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
                written.push(path);
                file.write_all(text.as_bytes())
            })
        });
        all.map_err(|error| {
            // If this fails, what remains is visible: files, or an empty folder.
            for path in &written {
                _ = fs::remove_file(path);
            }
            if is_new {
                _ = fs::remove_dir(&self.path);
            }
            Failure::unwritable(shown(&self.path), &error)
        })
    }

    /// Checks the folder as a build would; if there are findings, also with `accept_through` each of these versions.
    pub(crate) fn judge(&self, versions: &[i64]) -> Judged {
        let options = Options::default();
        let strict = self.findings(&options);
        let mut accepting = None;
        let mut fewest = strict;
        for &last in versions {
            if fewest == 0 {
                break;
            }
            let count = self.findings(&options.clone().accept_through(Version::new(last)));
            if count < fewest {
                accepting = Some((last, count));
                fewest = count;
            }
        }
        Judged { strict, accepting }
    }

    fn findings(&self, options: &Options) -> usize {
        let package = self.path.parent().unwrap_or(Path::new("/"));
        let folder = self.path.file_name().unwrap_or_default().to_string_lossy();
        match check(package, &folder, options) {
            Ok(checked) => checked.warnings().len(),
            Err(findings) => findings.len(),
        }
    }
}

/// `<source>-migratory`.
fn beside(source: &Path, real: &Path) -> PathBuf {
    // A path that ends with `..` has no name, but its target has one.
    let named = if source.file_name().is_some() { source } else { real };
    let mut name = named.file_name().unwrap_or_default().to_owned();
    name.push("-migratory");
    named.with_file_name(name)
}
