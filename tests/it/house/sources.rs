//! The files of a crate, by module.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::paths::{self, Import};

/// The path of a module; the root's is empty.
pub(super) type Module = Vec<String>;

/// A file of a crate.
pub(super) struct File {
    /// Its name in `src`.
    pub(super) name: String,
    pub(super) code: String,
    imports: Vec<Import>,
}

/// The files of a crate, without those for tests.
pub(super) struct Sources(BTreeMap<Module, File>);

impl Sources {
    /// Reads the files below a folder.
    pub(super) fn read(root: &Path) -> Self {
        let mut texts = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name =
                        path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                    texts.push((name, fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let texts: Vec<_> =
            texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Self::of(&texts)
    }

    /// Creates sources from names and texts, one of which is `lib.rs`.
    pub(super) fn of(texts: &[(&str, &str)]) -> Self {
        let mut all: BTreeMap<Module, File> = BTreeMap::new();
        for (name, text) in texts {
            let module = name.trim_end_matches(".rs").split('/').map(str::to_owned);
            let module: Module = if *name == "lib.rs" { Vec::new() } else { module.collect() };
            let code = paths::code(text);
            let imports = paths::imports(&code);
            all.insert(module, File { name: (*name).to_owned(), code, imports });
        }
        let mut reached = BTreeMap::new();
        let mut open = vec![Vec::new()];
        while let Some(module) = open.pop() {
            let Some(file) = all.remove(&module) else { continue };
            for child in paths::modules(&file.code) {
                open.push([module.clone(), vec![child]].concat());
            }
            reached.insert(module, file);
        }
        Self(reached)
    }

    /// Returns the files with their modules.
    pub(super) fn files(&self) -> impl Iterator<Item = (&Module, &File)> {
        self.0.iter()
    }

    /// Returns the modules whose files a file uses.
    pub(super) fn used_by(&self, module: &Module, file: &File) -> Vec<Module> {
        let mut roots = vec!["crate", "super", "self"];
        let children = paths::modules(&file.code);
        roots.extend(children.iter().map(String::as_str));
        let found = paths::beginning_with(&file.code, &roots);
        found.iter().filter_map(|path| self.home(module, path, 0)).collect()
    }

    /// Returns the module in whose file the item is defined that a path names, following re-exports; `None` if it is
    /// another crate's.
    fn home(&self, module: &Module, path: &[String], steps: usize) -> Option<Module> {
        let mut at = module.clone();
        let mut rest = path;
        while let Some((first, others)) = rest.split_first() {
            match first.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => {
                    at.pop();
                }
                child => {
                    at.push(child.to_owned());
                    if !self.0.contains_key(&at) {
                        at.pop();
                        break;
                    }
                }
            }
            rest = others;
        }
        let Some(name) = rest.first() else { return Some(at) };
        let imported =
            self.0.get(&at).and_then(|file| file.imports.iter().find(|it| it.name == *name));
        match imported {
            Some(import) if !self.is_ours(&at, &import.path) => None,
            // Re-exports by glob imports could form a circle.
            Some(import) if steps < 8 => self.home(&at, &import.path, steps + 1),
            _ => Some(at),
        }
    }

    fn is_ours(&self, module: &Module, path: &[String]) -> bool {
        path.first().is_some_and(|first| {
            let child = [module.clone(), vec![first.clone()]].concat();
            matches!(first.as_str(), "crate" | "self" | "super") || self.0.contains_key(&child)
        })
    }
}
