//! Paths: as people see them, resolved, and relative to the package.

use std::path::{Component, Path, PathBuf};

use crate::failure::Failure;

/// A path relative to the current folder, if it is below it.
pub(crate) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let below = here.as_ref().and_then(|here| path.strip_prefix(here).ok());
    below.unwrap_or(path).display().to_string()
}

/// Resolves `.` and `..` by the path alone, for files that may not exist.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(resolved.pop()),
            part => resolved.push(part),
        }
    }
    resolved
}

/// The path relative to the package, with `/`, as the macro takes it; `None` if it is outside.
pub(crate) fn relative(package: &Path, path: &Path) -> Option<String> {
    let below = path.strip_prefix(package).ok()?;
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    Some(parts.join("/"))
}

/// A folder of migrations that isn't in the package.
pub(crate) fn outside(package: &Path, dir: &Path) -> Failure {
    let (dir, package) = (dir.display(), package.display());
    Failure::new(format!("the folder {dir} isn't in the package {package}"))
        .help("pass a folder below the one with the Cargo.toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_and_relative_to_the_package() {
        for (path, expected) in [
            ("/app/db/sql", Some("db/sql")),
            ("/app/./x/../db", Some("db")),
            ("/app", Some("")),
            ("/app/../other", None),
            ("/application", None),
        ] {
            let found = relative(Path::new("/app"), &resolved(Path::new(path)));
            assert_eq!(found.as_deref(), expected, "{path}");
        }
    }
}
