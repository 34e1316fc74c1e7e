//! Reads the folder: its entries, and the bytes of every file that may be a migration.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::read::entry::{self, Entry, Kind};
use crate::read::file;
use crate::read::folder::Folder;
use crate::{Code, Diagnostic, Findings};

/// The name of the subfolder with sample rows for the rehearsal.
pub const SAMPLE_ROWS: &str = "rehearsal";

/// The largest total size of a folder's files, which are all in memory at the same time.
const LIMIT: u64 = 256 << 20;

/// The contents of a folder, without the entries that are known not to be migrations.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) folder: Folder,
    pub(crate) files: Vec<Source>,
    pub(crate) folders: Vec<Subfolder>,
    /// The files of sample rows for the rehearsal.
    pub(crate) rows: Option<Subfolder>,
    /// How many bytes may still be read; `None` once a file has exceeded the limit.
    left: Option<u64>,
    /// The names of the entries that were refused.
    pub(crate) refused: Vec<String>,
}

/// A file, and its name within its folder.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    /// `None` if the file could not be read (which is reported), or need not be.
    pub(crate) bytes: Option<Vec<u8>>,
}

#[derive(Debug)]
pub(crate) struct Subfolder {
    pub(crate) name: String,
    pub(crate) files: Vec<Source>,
    /// The names of folders in it.
    pub(crate) folders: Vec<String>,
}

impl Sources {
    pub(crate) fn read(package: &Path, folder: &str, findings: &mut Findings) -> Option<Self> {
        let folder = Folder::locate(package, folder, findings)?;
        let entries = match entry::list(&folder.path, &folder.inside) {
            Ok(entries) => entries,
            Err(error) => {
                findings.push(unreadable(&folder.name, &error));
                return None;
            }
        };
        let mut sources = Self {
            folder,
            files: Vec::new(),
            folders: Vec::new(),
            rows: None,
            left: Some(LIMIT),
            refused: Vec::new(),
        };
        for entry in sources.sound(entries, "", findings) {
            if matches!(entry.kind, Kind::Folder) {
                let is_rows = entry.name.eq_ignore_ascii_case(SAMPLE_ROWS);
                let refused = sources.refused.len();
                let Some(read) = sources.read_folder(entry, findings) else { continue };
                // If all entries of a folder were refused, its being empty is only a consequence.
                if is_rows {
                    sources.rows = Some(read);
                } else if !read.files.is_empty() || refused == sources.refused.len() {
                    sources.folders.push(read);
                }
            } else {
                let source = sources.read_file(entry, "", findings);
                sources.files.push(source);
            }
        }
        // Past the limit the set is refused anyway; checking the 256 MiB read so far would only take time.
        sources.left.is_some().then_some(sources)
    }

    fn read_folder(&mut self, folder: Entry, findings: &mut Findings) -> Option<Subfolder> {
        let entries = match entry::list(&folder.path, &self.folder.inside) {
            Ok(entries) => entries,
            Err(error) => {
                findings.push(unreadable(&self.folder.file(&folder.name), &error));
                self.refused.push(format!("{}/", folder.name));
                return None;
            }
        };
        let parent = format!("{}/", folder.name);
        let mut read = Subfolder { name: folder.name, files: Vec::new(), folders: Vec::new() };
        for entry in self.sound(entries, &parent, findings) {
            match entry.kind {
                Kind::Folder => read.folders.push(entry.name),
                _ => read.files.push(self.read_file(entry, &parent, findings)),
            }
        }
        Some(read)
    }

    fn read_file(&mut self, entry: Entry, parent: &str, findings: &mut Findings) -> Source {
        let is_sql = entry.path.extension().is_some_and(|extension| extension == "sql");
        if !is_sql && entry.name != "metadata.toml" {
            return Source { name: entry.name, bytes: None };
        }
        let path = self.folder.file(&format!("{parent}{}", entry.name));
        let Some(left) = self.left else { return Source { name: entry.name, bytes: None } };
        let bytes = match file::read_within(&entry.path, left.min(file::LIMIT)) {
            Ok(bytes) => {
                self.left = Some(left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(left)));
                Some(bytes)
            }
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                findings.push(too_large(&path, left < file::LIMIT));
                self.left = None;
                None
            }
            Err(error) => {
                findings.push(unreadable(&path, &error));
                None
            }
        };
        Source { name: entry.name, bytes }
    }

    /// Reports the entries that can't be read, and returns the others without the ignored ones.
    fn sound(&mut self, entries: Vec<Entry>, parent: &str, findings: &mut Findings) -> Vec<Entry> {
        let mut sound = Vec::new();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for entry in entries.into_iter().filter(|entry| !is_ignored(entry)) {
            let name = format!("{parent}{}", entry.name);
            let path = self.folder.file(&name);
            let alike = seen.insert(name.to_lowercase(), path.clone());
            let fault = fault(&entry, &path).or_else(|| Some(collision(&alike?, &path)));
            match fault {
                Some(fault) => {
                    findings.push(fault);
                    self.refused.push(name);
                }
                None => sound.push(entry),
            }
        }
        sound
    }
}

/// Whether an entry is ignored: notes, hidden files, leftovers of editors and operating systems, and
/// the files that Prisma and Drizzle keep next to their migrations.
fn is_ignored(entry: &Entry) -> bool {
    let name = entry.name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match entry.kind {
        Kind::Folder => name.starts_with('.') || name == "meta",
        _ => {
            name.starts_with(['.', '#'])
                || name.starts_with("readme")
                || ends(&["~", ".swp", ".swo", ".orig"])
                || matches!(name.as_str(), "thumbs.db" | "desktop.ini")
                || matches!(name.as_str(), "migration_lock.toml" | "snapshot.json")
        }
    }
}

fn fault(entry: &Entry, path: &str) -> Option<Diagnostic> {
    let name = &entry.name;
    let error =
        |code, message: &str| Diagnostic::error(code, format!("`{name}` {message}")).at(path);
    if !entry.is_utf8 {
        let why = "file names become string literals in the program, and those are UTF-8";
        let error = error(Code::NameEncoding, "has a name that is not UTF-8");
        return Some(error.note(why).help("rename it, using letters, digits, `_` and `-`"));
    }
    match entry.kind {
        Kind::BrokenLink => Some(
            error(Code::Link, "is a broken symbolic link")
                .help("replace the link with the file itself, or delete it"),
        ),
        Kind::LinkOut => Some(
            error(Code::Link, "is a symbolic link to a place outside the package")
                .note("a checkout on another machine or a published crate lacks its target")
                .help("replace the link with the file itself"),
        ),
        Kind::Other => Some(
            error(Code::Stray, "is neither a file nor a folder")
                .help("delete it, or move it to another folder"),
        ),
        Kind::File | Kind::Folder => None,
    }
}

fn collision(one: &str, other: &str) -> Diagnostic {
    let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let message = format!("`{}` and `{}` differ only in case", last(one), last(other));
    Diagnostic::error(Code::CaseCollision, message)
        .at(other)
        .at(one)
        .note("macOS and Windows treat them as one file: a checkout there loses one of them")
        .help("delete or rename one of them")
}

fn too_large(path: &str, is_together: bool) -> Diagnostic {
    let message = if is_together {
        format!("with `{path}`, the files of the folder exceed {} MiB", LIMIT >> 20)
    } else {
        format!("`{path}` is larger than {} MiB", file::LIMIT >> 20)
    };
    Diagnostic::error(Code::Unreadable, message)
        .at(path)
        .note("all files of the folder are in memory while the crate compiles, and the scripts become part of the program")
        .help("move the data to a file that the program loads itself: `-- migratory: code` adds a step in Rust to a migration")
}

fn unreadable(path: &str, error: &io::Error) -> Diagnostic {
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => "give the user who runs the build read permission",
        _ => "make it readable, then build again",
    };
    Diagnostic::error(Code::Unreadable, format!("can't read `{path}`: {error}")).at(path).help(help)
}
