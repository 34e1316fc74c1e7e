//! Gives the sources that decide what a rehearsal finds a name of their own, as `MIGRATORY_SOURCES`.
//!
//! A set that passed is remembered from build to build. After a change of a rule it has to be rehearsed again, also
//! if nobody has raised the version: in a checkout of migratory, in a fork, by `[patch]`.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};

fn main() {
    let own = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    // The rehearsal runs code of these crates: they are next to this one in a checkout, among vendored crates, and
    // in cargo's registry, where the version that is required exactly says the same.
    let siblings = ["core", "runtime", "analysis"].into_iter().flat_map(|name| {
        let published = format!("migratory-{name}-{version}");
        [name.to_owned(), format!("migratory-{name}"), published]
    });
    let siblings: Vec<_> = siblings.map(|name| own.join("..").join(name)).collect();
    let mut hash = DefaultHasher::new();
    for root in [own].iter().chain(&siblings).map(|crate_root| crate_root.join("src")) {
        if root.join("lib.rs").is_file() {
            println!("cargo:rerun-if-changed={}", root.display());
            // What can't be read is no source that rustc reads.
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
