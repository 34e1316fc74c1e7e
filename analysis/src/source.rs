//! The folder as it was read: its entries, and the bytes of the files that may be migrations.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::entry::{self, Entry, Kind};
use crate::folder::Folder;
use crate::given;
use crate::{Code, Diagnostic, Findings};

/// What a folder holds, all that is known to be no migration left out.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(crate) folder: Folder,
    pub(crate) files: Vec<Source>,
    pub(crate) folders: Vec<Subfolder>,
    /// The names of entries that were refused already, as far as they are known.
    pub(crate) refused: Vec<String>,
}

/// A file, by the name that it has in its folder.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    /// `None` if it could not be read, and was told, or if it is of no interest.
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
        let mut sources =
            Self { folder, files: Vec::new(), folders: Vec::new(), refused: Vec::new() };
        for entry in sources.sound(entries, "", findings) {
            if matches!(entry.kind, Kind::Folder) {
                sources.read_folder(entry, findings);
            } else {
                let source = sources.read_file(entry, "", findings);
                sources.files.push(source);
            }
        }
        Some(sources)
    }

    fn read_folder(&mut self, folder: Entry, findings: &mut Findings) {
        let entries = match entry::list(&folder.path, &self.folder.inside) {
            Ok(entries) => entries,
            Err(error) => {
                findings.push(unreadable(&self.folder.file(&folder.name), &error));
                self.refused.push(format!("{}/", folder.name));
                return;
            }
        };
        let parent = format!("{}/", folder.name);
        let mut read = Subfolder { name: folder.name, files: Vec::new(), folders: Vec::new() };
        let refused = self.refused.len();
        for entry in self.sound(entries, &parent, findings) {
            match entry.kind {
                Kind::Folder => read.folders.push(entry.name),
                _ => read.files.push(self.read_file(entry, &parent, findings)),
            }
        }
        // A folder that holds nothing but what was refused is not told once more for being empty.
        if !read.files.is_empty() || refused == self.refused.len() {
            self.folders.push(read);
        }
    }

    fn read_file(&self, entry: Entry, parent: &str, findings: &mut Findings) -> Source {
        let is_sql = entry.path.extension().is_some_and(|extension| extension == "sql");
        let wanted = is_sql || entry.name == "metadata.toml";
        let bytes = wanted.then(|| fs::read(&entry.path)).and_then(|read| {
            let path = self.folder.file(&format!("{parent}{}", entry.name));
            read.map_err(|error| findings.push(unreadable(&path, &error))).ok()
        });
        Source { name: entry.name, bytes }
    }

    /// The entries that can be looked into, and are not to be passed over.
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

/// What is in many folders and means nothing: notes, hidden files, what editors and systems leave
/// behind; and what Prisma and Drizzle keep beside their migrations.
fn is_ignored(entry: &Entry) -> bool {
    let name = entry.name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match entry.kind {
        Kind::Folder => name.starts_with('.') || matches!(name.as_str(), given::FOLDER | "meta"),
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
        let why = "a name that is not UTF-8 can't be written into the program";
        let error = error(Code::NameEncoding, "has a name that is not UTF-8");
        return Some(error.note(why).help("rename it with letters, digits, `_` and `-`"));
    }
    match entry.kind {
        Kind::BrokenLink => Some(
            error(Code::Link, "is a symbolic link that leads nowhere")
                .help("put the file itself here, or delete the link"),
        ),
        Kind::LinkOut => Some(
            error(Code::Link, "is a symbolic link that leads out of the package")
                .note("what it leads to is missing from a checkout or a published crate")
                .help("put the file itself here"),
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
    let message =
        format!("`{}` and `{}` differ in upper and lower case alone", last(one), last(other));
    Diagnostic::error(Code::CaseCollision, message)
        .at(other)
        .at(one)
        .note(
            "on the disks of macOS and Windows they are one file: a checkout there loses the other",
        )
        .help("delete or rename one of them")
}

fn unreadable(path: &str, error: &io::Error) -> Diagnostic {
    let help = match error.kind() {
        io::ErrorKind::PermissionDenied => "allow the user who builds to read it",
        _ => "see that it can be read, then build again",
    };
    Diagnostic::error(Code::Unreadable, format!("`{path}` can't be read: {error}"))
        .at(path)
        .help(help)
}
