//! The package that embeds the migrations, their folder, and the macro's options.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use migratory_analysis::{Call, Options, file};
use proc_macro2::{TokenStream, TokenTree};

use crate::check_options::messages;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::path;

/// Where the migrations are, and the options of their check.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder of the Cargo.toml.
    pub(crate) package: PathBuf,
    /// The folder of migrations, relative to the package, with `/`.
    pub(crate) folder: String,
    pub(crate) options: Options,
    /// The oldest SQLite that the set runs on.
    pub(crate) min_sqlite: Option<i32>,
    /// The database that the package's metadata names.
    pub(crate) database: Option<String>,
    /// Whether the sources call the macro.
    pub(crate) is_embedded: bool,
}

impl Project {
    /// Finds the project: by the command line's options, or the package around the current folder.
    ///
    /// Options of the set that the command line gives replace those of the macro's call.
    pub(crate) fn find(context: &Context) -> Result<Self> {
        let mut project = Self::located(context)?;
        context.options.apply(&mut project.options)?;
        Ok(project)
    }

    fn located(context: &Context) -> Result<Self> {
        let manifest = manifest(context.manifest_path.as_deref());
        if let (Err(_), Some(dir)) = (&manifest, &context.dir) {
            return Self::bare(dir);
        }
        let manifest = manifest?;
        let package = manifest.parent().unwrap_or(Path::new("")).to_owned();
        let database = metadata(&manifest)?;
        let calls = calls(&package)?;
        let wanted = context.dir.as_deref().map(|dir| relative(&package, dir)).transpose()?;
        let fits = |call: &&Found| {
            wanted.as_ref().is_none_or(|wanted| *wanted == trimmed(&call.call.folder))
        };
        let mut fitting = calls.iter().filter(fits);
        match (fitting.next(), fitting.next(), wanted) {
            (Some(one), Some(other), _) => Err(ambiguous(one, other)),
            (Some(found), None, _) => Ok(Self {
                package,
                folder: found.call.folder.clone(),
                options: found.call.options.clone(),
                min_sqlite: found.call.min_sqlite,
                database,
                is_embedded: true,
            }),
            (None, _, Some(folder)) => Ok(Self::plain(package, folder, database)),
            (None, _, None) if package.join("migrations").is_dir() => {
                Ok(Self::plain(package, "migrations".to_owned(), database))
            }
            (None, _, None) => Err(Failure::new("the package has no migrations")
                .because(format!(
                    "there is no `embed_migrations!` in {}, and no folder `migrations`",
                    package.display()
                ))
                .help("`cargo migratory init` sets them up; `--dir` names a folder elsewhere")),
        }
    }

    /// Finds the set in this folder, inside or outside of a package.
    pub(crate) fn of_folder(context: &Context, folder: &Path) -> Result<Self> {
        let manifest = manifest(context.manifest_path.as_deref());
        let is_inside = manifest.is_ok_and(|manifest| {
            let package = manifest.parent().and_then(|package| fs::canonicalize(package).ok());
            let folder = fs::canonicalize(folder);
            package.zip(folder.ok()).is_some_and(|(package, folder)| folder.starts_with(package))
        });
        if is_inside {
            Self::find(&Context { dir: Some(folder.to_owned()), ..context.clone() })
        } else {
            let mut project = Self::bare(folder)?;
            context.options.apply(&mut project.options)?;
            Ok(project)
        }
    }

    /// A folder outside of any package.
    fn bare(dir: &Path) -> Result<Self> {
        let dir = fs::canonicalize(dir).map_err(|error| unreadable(dir, &error))?;
        let package = dir.parent().unwrap_or(Path::new("/")).to_owned();
        let folder = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self::plain(package, folder, None))
    }

    fn plain(package: PathBuf, folder: String, database: Option<String>) -> Self {
        let options = Options::default();
        Self { package, folder, options, min_sqlite: None, database, is_embedded: false }
    }

    /// The folder of migrations, as a path.
    pub(crate) fn path(&self) -> PathBuf {
        self.package.join(&self.folder)
    }
}

/// A call of the macro, and its file.
#[derive(Debug)]
struct Found {
    file: PathBuf,
    call: Call,
}

fn ambiguous(one: &Found, other: &Found) -> Failure {
    let place = |found: &Found| format!("{} in {}", found.call.folder, found.file.display());
    Failure::new("the package has several sets of migrations")
        .because(format!("{}\n{}", place(one), place(other)))
        .help("choose one with `--dir`")
}

/// The given Cargo.toml, or the nearest one, here or in a parent folder.
pub(crate) fn manifest(given: Option<&Path>) -> Result<PathBuf> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::new("can't read the current folder").because(error))?;
    if let Some(given) = given {
        let path = here.join(given);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(Failure::new(format!("no file {}", given.display())))
        };
    }
    let found =
        here.ancestors().map(|folder| folder.join("Cargo.toml")).find(|path| path.is_file());
    found.ok_or_else(|| {
        Failure::new("no Cargo.toml here or in a parent folder")
            .help("run it in the package, pass `--manifest-path`, or pass `--dir` for a folder outside of any package")
    })
}

/// `database` in `[package.metadata.migratory]`.
fn metadata(manifest: &Path) -> Result<Option<String>> {
    let value = table(manifest)?;
    let keys = ["package", "metadata", "migratory", "database"];
    let mut keys = keys.into_iter();
    let first = keys.next().and_then(|key| value.get(key));
    let database = keys.fold(first, |value, key| value.and_then(|value| value.get(key)));
    Ok(database.and_then(|value| value.as_str().map(str::to_owned)))
}

/// Reads a file in TOML, such as a Cargo.toml.
pub(crate) fn table(path: &Path) -> Result<toml::Table> {
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::new(format!("can't read {}", path.display())).because(error)
    };
    let bytes = file::read(path).map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| unreadable(&error))?;
    text.parse().map_err(|error: toml::de::Error| unreadable(&error))
}

/// The calls of the macro in the package's sources.
fn calls(package: &Path) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut folders = vec![package.join("src")];
    // A link may point to a parent folder, so each folder is read once.
    let mut seen = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        if !fs::canonicalize(&folder).is_ok_and(|real| seen.insert(real)) {
            continue;
        }
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                calls_in(&path, &mut found)?;
            }
        }
    }
    Ok(found)
}

fn calls_in(path: &Path, found: &mut Vec<Found>) -> Result<()> {
    // The compiler reports files that aren't Rust.
    let Some(text) = file::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Ok(());
    };
    if !text.contains("embed_migrations") {
        return Ok(());
    }
    let Ok(tokens) = text.parse::<TokenStream>() else { return Ok(()) };
    let mut inputs = Vec::new();
    collect(tokens, &mut inputs);
    for input in inputs {
        let call = syn::parse2(input).map_err(|error| {
            Failure::new(format!("invalid call of `embed_migrations!` in {}", path.display()))
                .because(messages(error))
        })?;
        found.push(Found { file: path.to_owned(), call });
    }
    Ok(())
}

/// Collects the arguments of each call, in modules and functions too.
fn collect(tokens: TokenStream, inputs: &mut Vec<TokenStream>) {
    let mut before = [None, None];
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            if before == [Some("embed_migrations".to_owned()), Some("!".to_owned())] {
                inputs.extend(Some(group.stream()).filter(|input| !is_template(input)));
            } else {
                collect(group.stream(), inputs);
            }
        }
        let text = match &token {
            TokenTree::Ident(ident) => Some(ident.to_string()),
            TokenTree::Punct(punct) => Some(punct.as_char().to_string()),
            TokenTree::Group(_) | TokenTree::Literal(_) => None,
        };
        before = [before[1].take(), text];
    }
}

/// Returns whether the call is inside a `macro_rules!`, whose arguments come from elsewhere.
fn is_template(input: &TokenStream) -> bool {
    input.clone().into_iter().any(|it| matches!(it, TokenTree::Punct(it) if it.as_char() == '$'))
}

/// A folder that exists, as the macro takes it: relative to the package, with `/`.
fn relative(package: &Path, dir: &Path) -> Result<String> {
    let real = fs::canonicalize(dir).map_err(|error| unreadable(dir, &error))?;
    let root = fs::canonicalize(package).ok();
    let found = root.and_then(|root| path::relative(&root, &real));
    found.ok_or_else(|| path::outside(package, dir))
}

fn unreadable(dir: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("can't read the folder {}", dir.display())).because(error)
}

fn trimmed(folder: &str) -> String {
    folder.trim_start_matches("./").trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_everywhere_but_in_comments_and_texts() {
        let text = "
            // migratory::embed_migrations!(\"comment\");
            migratory::embed_migrations!();
            mod inner { fn f() { embed_migrations!(\"db/sql\", up_only); } }
            macro_rules! m { ($p:literal) => { migratory::embed_migrations!($p, up_only); } }
            const TEXT: &str = \"embed_migrations!(no)\";";
        let mut inputs = Vec::new();
        collect(text.parse().expect("tokens"), &mut inputs);
        let calls: Vec<Call> =
            inputs.into_iter().map(|it| syn::parse2(it).expect("a call")).collect();
        let folders: Vec<_> = calls.iter().map(|call| call.folder.as_str()).collect();
        assert_eq!(folders, ["migrations", "db/sql"]);
        assert!(calls[1].options.up_only);
    }
}
