//! Chooses the version of rusqlite for a package that has none.
//!
//! A build admits one `libsqlite3-sys`. If another dependency brings one, as sqlx and Diesel do, only
//! those versions of rusqlite fit that use the same.

use std::path::Path;

use toml::Table;

use crate::failure::{Failure, Result};
use crate::path::shown;
use crate::project::table;

/// The newest version, and the Rust that it needs.
const NEWEST: (&str, [u32; 2]) = ("0.43", [1, 89]);
/// The newest version for an older Rust.
const FOR_OLDER_RUST: &str = "0.40";
/// The oldest minor version of rusqlite 0.x that migratory supports.
pub(super) const OLDEST: u32 = 32;

/// Returns the version to write into the manifest of a package.
pub(super) fn suggested(package: &Path) -> Result<String> {
    let Some(lock) = package.ancestors().map(|it| it.join("Cargo.lock")).find(|it| it.is_file())
    else {
        return Ok(for_rust(rust_version(package)?).to_owned());
    };
    let locked = table(&lock)?;
    if let Some([0, minor]) = locked_version(&locked, "rusqlite").filter(|it| it[1] >= OLDEST) {
        return Ok(format!("0.{minor}"));
    }
    match locked_version(&locked, "libsqlite3-sys") {
        None => Ok(for_rust(rust_version(package)?).to_owned()),
        Some(bound) => match with_bindings(bound) {
            Some(version) => Ok(version),
            None => Err(unsupported(&lock, bound)),
        },
    }
}

fn for_rust(rust: Option<[u32; 2]>) -> &'static str {
    if rust.is_some_and(|rust| rust < NEWEST.1) { FOR_OLDER_RUST } else { NEWEST.0 }
}

/// Returns the newest rusqlite that uses this version of `libsqlite3-sys`; `None` if migratory
/// supports none of these.
fn with_bindings(version: [u32; 2]) -> Option<String> {
    match version {
        // Up to 0.41, both went up by one each time.
        [0, minor @ 30..=39] => Some(format!("0.{}", minor + 2)),
        [0, 40] => Some("0.43".to_owned()),
        _ => None,
    }
}

fn unsupported(lock: &Path, [major, minor]: [u32; 2]) -> Failure {
    let lock = shown(lock);
    Failure::new(format!("no rusqlite for libsqlite3-sys {major}.{minor}, which {lock} has, is known"))
        .because("a build admits one libsqlite3-sys; migratory supports rusqlite 0.32 to 0.43, which use 0.30 to 0.40")
        .help("see what needs it with `cargo tree -i libsqlite3-sys`, and update that; or add the line of rusqlite yourself; nothing was changed")
}

/// Returns the first two numbers of a package's version.
fn locked_version(lock: &Table, name: &str) -> Option<[u32; 2]> {
    let packages = lock.get("package")?.as_array()?;
    let is_it =
        |package: &&toml::Value| package.get("name").and_then(|it| it.as_str()) == Some(name);
    numbers(packages.iter().find(is_it)?.get("version")?.as_str()?)
}

/// Returns the Rust version of a package, which may be its workspace's.
fn rust_version(package: &Path) -> Result<Option<[u32; 2]>> {
    let manifest = table(&package.join("Cargo.toml"))?;
    let stated = |manifest: &Table, of: &[&str]| {
        let section = of.iter().try_fold(manifest, |table, key| table.get(*key)?.as_table());
        section.and_then(|it| it.get("rust-version").cloned())
    };
    let version = match stated(&manifest, &["package"]) {
        Some(toml::Value::Table(_)) => {
            workspace(package)?.and_then(|workspace| stated(&workspace, &["workspace", "package"]))
        }
        own => own,
    };
    Ok(version.as_ref().and_then(toml::Value::as_str).and_then(numbers))
}

/// Returns the manifest of the workspace around a package.
fn workspace(package: &Path) -> Result<Option<Table>> {
    let manifests = package.ancestors().map(|folder| folder.join("Cargo.toml"));
    for file in manifests.filter(|file| file.is_file()) {
        let manifest = table(&file)?;
        if manifest.contains_key("workspace") {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

fn numbers(version: &str) -> Option<[u32; 2]> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??])
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const WORKSPACE: &str = "[workspace]\n[workspace.package]\nrust-version = \"1.85\"\n";

    /// Returns the version for a package below a workspace.
    fn version(lock: &str, workspace: &str, package: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("app");
        fs::create_dir(&below).expect("a folder");
        if !lock.is_empty() {
            fs::write(folder.path().join("Cargo.lock"), lock).expect("a file");
        }
        fs::write(folder.path().join("Cargo.toml"), workspace).expect("a file");
        fs::write(below.join("Cargo.toml"), format!("[package]\n{package}")).expect("a file");
        match suggested(&below) {
            Ok(version) => version,
            Err(failure) => format!("{failure:?}"),
        }
    }

    #[test]
    fn the_version_fits_what_the_package_already_has() {
        let lock = |name: &str, version: &str| {
            format!("version = 4\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n")
        };
        let other = lock("serde", "1.0.0");
        for (lock, workspace, package, expected) in [
            ("", "", "", "0.43"),
            (&other, "", "rust-version = \"1.89\"", "0.43"),
            (&other, "", "rust-version = \"1.88.0\"", "0.40"),
            ("", WORKSPACE, "rust-version.workspace = true", "0.40"),
            ("", WORKSPACE, "", "0.43"),
            // sqlx 0.8.6.
            (&lock("libsqlite3-sys", "0.30.1"), "", "", "0.32"),
            (&lock("libsqlite3-sys", "0.35.0"), "", "", "0.37"),
            (&lock("libsqlite3-sys", "0.39.1"), "", "rust-version = \"1.85\"", "0.41"),
            (&lock("libsqlite3-sys", "0.40.0"), "", "", "0.43"),
            (&lock("rusqlite", "0.42.1"), "", "", "0.42"),
        ] {
            assert_eq!(version(lock, workspace, package), expected, "{lock} {package}");
        }
        let old = version(&lock("libsqlite3-sys", "0.28.0"), "", "");
        assert!(old.contains("no rusqlite for libsqlite3-sys 0.28"), "{old}");
    }
}
