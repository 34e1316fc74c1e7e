//! Hashes the sources that decide what a rehearsal finds, as `MIGRATORY_SOURCES`.
//!
//! Builds remember a set that passed. After a change of a rule it must be rehearsed again, even if
//! nobody has raised the version: in a checkout of migratory, in a fork, with `[patch]`.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

fn main() {
    let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    // The rehearsal runs code of these crates. They are next to this one in a checkout, among
    // vendored crates, and in cargo's registry, where this crate requires its own version of them.
    let siblings = ["core", "runtime", "analysis"].into_iter().flat_map(|name| {
        let published = format!("migratory-{name}-{version}");
        [name.to_owned(), format!("migratory-{name}"), published]
    });
    let siblings: Vec<_> = siblings.map(|name| own.join("..").join(name)).collect();
    let mut hash = DefaultHasher::new();
    for root in [own].iter().chain(&siblings).map(|crate_root| crate_root.join("src")) {
        if root.join("lib.rs").is_file() {
            println!("cargo:rerun-if-changed={}", root.display());
            // A file that can't be read is not one that rustc compiles.
            let _ = add(&root, &mut hash);
        }
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=MIGRATORY_SOURCES={:016x}", hash.finish());
}

/// Adds the sources in a folder and below it, in the order of their names.
fn add(folder: &Path, hash: &mut DefaultHasher) -> io::Result<()> {
    let mut paths: Vec<_> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            add(&path, hash)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            path.file_name().hash(hash);
            fs::read(&path)?.hash(hash);
        }
    }
    Ok(())
}
