//! The paths in the text of a Rust file, as far as they tell which files it uses.

/// The parts of a path: `crate`, `a`, `B` of `crate::a::B`.
pub(super) type Path = Vec<String>;

/// An import: the path, and the name that it has in the file.
pub(super) struct Import {
    pub(super) path: Path,
    pub(super) name: String,
}

/// Returns the text of a file without its comments and tests.
pub(super) fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the names after `mod` that are files of their own, except modules for tests.
pub(super) fn modules(code: &str) -> Vec<String> {
    let mut modules = Vec::new();
    let mut is_test = false;
    for line in code.lines().map(str::trim) {
        let declared = line.strip_suffix(';').and_then(|line| {
            let (before, name) = line.rsplit_once("mod ")?;
            (before.is_empty() || before.starts_with("pub")).then_some(name)
        });
        if let Some(name) = declared.filter(|_| !is_test) {
            modules.push(name.to_owned());
        }
        is_test = line == "#[cfg(test)]";
    }
    modules
}

/// Returns all paths that begin with one of these words, with braces expanded.
pub(super) fn beginning_with(code: &str, words: &[&str]) -> Vec<Path> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '$' | '.');
    let mut paths = Vec::new();
    for word in words {
        for (at, _) in code.match_indices(&format!("{word}::")) {
            if !code[..at].ends_with(is_part) {
                paths.extend(tree(&mut &code[at..], &[]).into_iter().map(|import| import.path));
            }
        }
    }
    paths
}

/// Returns the imports of a file's `use` lines, of any visibility.
pub(super) fn imports(code: &str) -> Vec<Import> {
    let mut imports = Vec::new();
    let uses = code.match_indices("use ").filter(|(at, _)| {
        let line = code[..*at].rsplit('\n').next().unwrap_or_default();
        line.is_empty() || line.starts_with("pub")
    });
    for (at, word) in uses {
        imports.extend(tree(&mut &code[at + word.len()..], &[]));
    }
    imports
}

/// Parses a tree such as `a::{b, c::{D as E}}` at the start of the text, and consumes it.
fn tree(text: &mut &str, prefix: &[String]) -> Vec<Import> {
    let mut path = prefix.to_vec();
    loop {
        *text = text.trim_start();
        if let Some(rest) = text.strip_prefix('{') {
            *text = rest;
            return branches(text, &path);
        }
        let part = word(text);
        if part.is_empty() {
            break;
        }
        // `a::{self}` is `a`.
        if part != "self" || path.is_empty() {
            path.push(part);
        }
        match text.strip_prefix("::") {
            Some(rest) => *text = rest,
            None => break,
        }
    }
    let name = match text.trim_start().strip_prefix("as ") {
        Some(rest) => {
            *text = rest;
            word(text)
        }
        None => path.last().cloned().unwrap_or_default(),
    };
    vec![Import { path, name }]
}

fn branches(text: &mut &str, path: &[String]) -> Vec<Import> {
    let mut all = Vec::new();
    loop {
        *text = text.trim_start();
        if let Some(rest) = text.strip_prefix('}') {
            *text = rest;
            return all;
        }
        let before = text.len();
        all.extend(tree(text, path));
        *text = text.trim_start().strip_prefix(',').unwrap_or(text.trim_start());
        if text.len() == before {
            return all;
        }
    }
}

/// Consumes the word at the start of the text.
fn word(text: &mut &str) -> String {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    *text = rest;
    word.to_owned()
}
