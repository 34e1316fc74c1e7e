//! Locates the folder of the migrations, and suggests another one if it does not exist.

use std::fs;
use std::path::{Path, PathBuf};

use crate::report::findings::tidy;
use crate::spelling;
use crate::{Code, Diagnostic, Findings};

/// A folder that exists.
#[derive(Debug)]
pub(crate) struct Folder {
    /// As the user wrote it, without a leading `./` and a trailing `/`.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    /// The folders that a symbolic link may point into.
    pub(crate) inside: Vec<PathBuf>,
}

impl Folder {
    pub(crate) fn locate(package: &Path, folder: &str, findings: &mut Findings) -> Option<Self> {
        match locate(package, tidy(folder)) {
            Ok(folder) => Some(folder),
            Err(diagnostic) => {
                findings.push(diagnostic);
                None
            }
        }
    }

    /// The path of an entry, relative to the package.
    pub(crate) fn file(&self, entry: &str) -> String {
        format!("{}/{entry}", self.name)
    }
}

fn locate(package: &Path, name: &str) -> Result<Folder, Diagnostic> {
    if let Some(error) = misspelt(name) {
        return Err(error);
    }
    let path = package.join(name);
    if !path.is_dir() {
        return Err(if path.exists() {
            is_file(name, &path)
        } else {
            missing(package, name, &path)
        });
    }
    let inside = [package, &path].iter().filter_map(|folder| folder.canonicalize().ok()).collect();
    Ok(Folder { name: name.to_owned(), path, inside })
}

fn misspelt(name: &str) -> Option<Diagnostic> {
    let error = |message: String| Diagnostic::error(Code::FolderPath, message).at(name);
    let relative = "name a folder inside the package: `embed_migrations!(\"migrations\")`";
    let drive = name.as_bytes().get(1) == Some(&b':');
    if matches!(name, "" | ".") {
        let why = "every file in the folder of the migrations must be a migration";
        let message = "the package itself can't be the folder of the migrations".to_owned();
        return Some(error(message).note(why).help(relative));
    }
    if name.starts_with(['/', '\\']) || drive {
        let why = "an absolute path exists on one machine only; paths are relative to the \
                   folder of Cargo.toml";
        return Some(error(format!("`{name}` is an absolute path")).note(why).help(relative));
    }
    if name.contains('\\') {
        let why = "a backslash separates folders only on Windows";
        let help = format!("write `{}`", name.replace('\\', "/"));
        return Some(error(format!("`{name}` contains a backslash")).note(why).help(help));
    }
    None
}

fn is_file(name: &str, path: &Path) -> Diagnostic {
    let what = if path.is_file() { "a file" } else { "neither a file nor a folder" };
    let parent = name.rsplit_once('/').map_or(".", |(parent, _)| parent);
    Diagnostic::error(Code::FolderIsFile, format!("`{name}` is {what}"))
        .at(name)
        .note("`embed_migrations!` reads all files of a folder")
        .help(match parent {
            "." => "move it to a folder of its own, and name that folder".to_owned(),
            _ => format!("name the folder that holds it: `embed_migrations!(\"{parent}\")`"),
        })
}

fn missing(package: &Path, name: &str, path: &Path) -> Diagnostic {
    let (message, note) = if path.is_symlink() {
        ("is a broken symbolic link", None)
    } else {
        let relative_to = "paths are relative to the folder of Cargo.toml";
        ("does not exist", Some(relative_to))
    };
    let mut error =
        Diagnostic::error(Code::FolderMissing, format!("the folder `{name}` {message}")).at(name);
    error.notes.extend(note.map(str::to_owned));
    let candidates = candidates(package);
    let names = || candidates.iter().map(String::as_str);
    let only = names().next().filter(|_| candidates.len() == 1);
    error.help(match (spelling::nearest(name, names()).or(only), &candidates[..]) {
        (Some(meant), _) => format!("did you mean `embed_migrations!(\"{meant}\")`?"),
        (None, []) => format!(
            "create it, with a first migration: `{name}/000001_initial_schema.up.sql` and \
             `{name}/000001_initial_schema.down.sql`"
        ),
        (None, found) => {
            let found: Vec<_> = found.iter().map(|each| format!("`{each}`")).collect();
            format!("the folders with SQL files are {}: name the right one", spelling::list(&found))
        }
    })
}

/// The folders of a package that hold SQL files, directly or one level down.
fn candidates(package: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for name in folders(package) {
        let folder = package.join(&name);
        let below: Vec<_> =
            folders(&folder).into_iter().filter(|inner| holds_sql(&folder.join(inner))).collect();
        let versions = below.iter().all(|inner| inner.starts_with(|c: char| c.is_ascii_digit()));
        if holds_sql(&folder) || (!below.is_empty() && versions) {
            found.push(name);
        } else {
            found.extend(below.iter().map(|inner| format!("{name}/{inner}")));
        }
    }
    found.truncate(5);
    found
}

fn folders(parent: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.') && name != "target")
        .collect();
    names.sort();
    names
}

fn holds_sql(folder: &Path) -> bool {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.path().extension().is_some_and(|extension| extension == "sql"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_must_be_relative_and_use_slashes() {
        for name in ["", ".", "/srv/migrations", "C:/migrations", "\\\\host\\share", "db\\sql"] {
            assert!(misspelt(name).is_some(), "{name}");
        }
        for name in ["migrations", "db/sql", "../shared/migrations"] {
            assert_eq!(misspelt(name), None, "{name}");
        }
    }
}
