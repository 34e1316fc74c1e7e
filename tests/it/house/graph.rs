//! Which files use which, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};

use super::sources::{Module, Sources};

/// The files, and those that each of them uses.
pub(super) struct Graph {
    names: BTreeMap<Module, String>,
    uses: BTreeMap<Module, BTreeSet<Module>>,
}

impl Graph {
    pub(super) fn of(sources: &Sources) -> Self {
        let names = sources.files().map(|(module, file)| (module.clone(), file.name.clone()));
        let uses = sources.files().map(|(module, file)| {
            let used = sources.used_by(module, file).into_iter().filter(|used| used != module);
            (module.clone(), used.collect())
        });
        Self { names: names.collect(), uses: uses.collect() }
    }

    /// Returns the names of the files in circles other than those between a parent and the files in its folder.
    ///
    /// A parent uses its children, and they use it, so circles are searched twice: ignoring the uses in one
    /// direction, and then in the other.
    pub(super) fn in_circles(&self) -> BTreeSet<String> {
        let down = |from: &Module, to: &Module| is_below(to, from);
        let up = |from: &Module, to: &Module| is_below(from, to);
        let circular = self.uses.keys().filter(|module| {
            self.reached(module, down).contains(*module)
                || self.reached(module, up).contains(*module)
        });
        circular.map(|module| self.names[module].clone()).collect()
    }

    /// Returns which folders use which: only siblings, and each with its own file counted as one with it.
    pub(super) fn of_folders(&self) -> Self {
        let mut folders = Self { names: BTreeMap::new(), uses: BTreeMap::new() };
        let all = self.uses.iter().flat_map(|(from, used)| used.iter().map(move |to| (from, to)));
        for (from, to) in all.filter_map(|(from, to)| siblings(from, to)) {
            for folder in [&from, &to] {
                folders.names.insert(folder.clone(), folder.join("/"));
            }
            folders.uses.entry(from).or_default().insert(to);
        }
        folders
    }

    /// Removes the use of one file or folder by another.
    pub(super) fn remove(&mut self, from: &str, to: &str) {
        let module = |name: &str| name.split('/').map(str::to_owned).collect::<Module>();
        if let Some(used) = self.uses.get_mut(&module(from)) {
            used.remove(&module(to));
        }
    }

    /// Lists the uses of files in one of these folders by files in another one, one per line.
    pub(super) fn explain_folders(&self, folders: &BTreeSet<String>) -> String {
        let mut lines = String::new();
        for (from, used) in &self.uses {
            for to in used {
                let is_listed = siblings(from, to).is_some_and(|(from, to)| {
                    folders.contains(&from.join("/")) && folders.contains(&to.join("/"))
                });
                if is_listed {
                    lines.extend(["\n", &self.names[from], " uses ", &self.names[to]]);
                }
            }
        }
        lines
    }

    /// Lists the uses among these files, one per line.
    pub(super) fn explain(&self, files: &BTreeSet<String>) -> String {
        let mut lines = String::new();
        for (module, used) in &self.uses {
            let used =
                used.iter().map(|used| &self.names[used]).filter(|used| files.contains(*used));
            let used: Vec<_> = used.map(String::as_str).collect();
            if files.contains(&self.names[module]) {
                lines.extend(["\n", &self.names[module], " uses ", &used.join(", ")]);
            }
        }
        lines
    }

    /// Returns the files that a file uses, directly or indirectly, ignoring the skipped uses.
    fn reached(
        &self,
        from: &Module,
        is_passed: impl Fn(&Module, &Module) -> bool,
    ) -> BTreeSet<&Module> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            let used = self.uses.get(module).into_iter().flatten();
            for next in used.filter(|next| !is_passed(module, next)) {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached
    }
}

/// Returns the two siblings that contain these modules; `None` if one is in the other's folder.
fn siblings(one: &Module, other: &Module) -> Option<(Module, Module)> {
    let shared = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let sibling = |module: &Module| module.get(..=shared).map(<[String]>::to_vec);
    Some((sibling(one)?, sibling(other)?))
}

/// Returns whether a module is in another one's folder.
fn is_below(module: &Module, parent: &Module) -> bool {
    module.len() > parent.len() && module.starts_with(parent)
}
