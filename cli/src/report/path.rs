//! Paths for programs outside the package.

use std::path::{Path, PathBuf};

use crate::path::resolved;

/// The folder that paths are relative to.
#[derive(Debug)]
pub(crate) struct Root(PathBuf);

impl Root {
    /// The checkout on GitHub, which accepts no other paths; otherwise the current folder.
    pub(crate) fn here() -> Self {
        let checkout = std::env::var_os("GITHUB_WORKSPACE").filter(|it| !it.is_empty());
        let root = checkout.map(PathBuf::from).or_else(|| std::env::current_dir().ok());
        Self(root.unwrap_or_default())
    }

    /// The path of a file that is given relative to the package, with `/`; absolute if it is outside of the root.
    pub(super) fn path(&self, package: &Path, file: &str) -> String {
        let path = resolved(&package.join(file));
        let below = path.strip_prefix(resolved(&self.0)).unwrap_or(&path);
        below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
    }

    /// The root as a URI that ends with `/`.
    pub(super) fn uri(&self) -> String {
        let root = self.0.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        uri(&format!("{}/", root.trim_end_matches('/')))
    }
}

/// A path with `/` as a URI: relative, or with the scheme `file`.
pub(super) fn uri(path: &str) -> String {
    let scheme = match path.as_bytes() {
        [b'/', ..] => "file://",
        [_, b':', ..] => "file:///",
        _ => "",
    };
    let mut uri = scheme.to_owned();
    for byte in path.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        // A drive letter keeps its colon.
        if is_plain || (byte == b':' && !scheme.is_empty()) {
            uri.push(char::from(byte));
        } else {
            let hex =
                |digit: u8| char::from_digit(digit.into(), 16).unwrap_or('0').to_ascii_uppercase();
            uri.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_root_are_relative_to_it() {
        let root = Root(PathBuf::from("/home/ci/app"));
        for (package, file, path) in [
            ("/home/ci/app", "migrations/1_a.up.sql", "migrations/1_a.up.sql"),
            ("/home/ci/app/db", "sql/1_a.up.sql", "db/sql/1_a.up.sql"),
            ("/home/ci/app/db", "../sql", "sql"),
            ("/home/ci/app/./x/../db", "sql", "db/sql"),
            ("/home/ci/other", "sql", "/home/ci/other/sql"),
        ] {
            assert_eq!(root.path(Path::new(package), file), path, "{package} {file}");
        }
        assert_eq!(root.uri(), "file:///home/ci/app/");
    }

    #[test]
    fn a_uri_has_only_allowed_characters() {
        for (path, expected) in [
            ("a/b.up.sql", "a/b.up.sql"),
            ("add tags/größe#1", "add%20tags/gr%C3%B6%C3%9Fe%231"),
            ("a:b", "file:///a:b"),
            ("/srv/a b", "file:///srv/a%20b"),
            ("C:/a", "file:///C:/a"),
        ] {
            assert_eq!(uri(path), expected, "{path}");
        }
    }
}
