//! The macro's output compiles in every edition, also if the dependency is renamed or hidden in another crate.

use std::fs;
use std::path::Path;

use super::{Project, errors};

const EDITIONS: [&str; 4] = ["2015", "2018", "2021", "2024"];

/// A crate that wraps migratory in its own macro.
const WRAPPER: &str = r"
pub extern crate migratory;

#[macro_export]
macro_rules! embed {
    ($folder:literal, $module:ident) => {
        $crate::migratory::embed_migrations!(
            $folder, module = $module, watch = off, crate = $crate::migratory
        );
    };
}
";

/// A crate that has migratory under other names only, and none of the standard library's names.
const STRICT: &str = r#"
//! A strict crate.
#![no_implicit_prelude]
#![forbid(dead_code, missing_docs, unsafe_code, unused_imports, unreachable_pub, nonstandard_style)]

extern crate renamed;
extern crate wrapper;

/// A name of the standard library.
pub mod core {}

::renamed::embed_migrations!("../migrations", crate = ::renamed, min_sqlite = "3.37");
::wrapper::embed!("../migrations", wrapped);

/// A module.
pub mod inner {
    ::renamed::embed_migrations!("../migrations", crate = crate::renamed, foreign_keys = off);
}

/// A function.
pub fn in_a_function() -> ::renamed::Version {
    ::renamed::embed_migrations!("../migrations", crate = ::renamed, watch = off);
    migrations::V1_FIRST
}
"#;

#[test]
fn the_expansion_compiles_in_every_edition() {
    let project = Project { folder: tempfile::tempdir().expect("a folder") };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = workspace.display().to_string().replace('\\', "/");
    let package = |name: &str, edition: &str, dependencies: &str, source: &str| {
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"{edition}\"\n\n[dependencies]\n{dependencies}"
        );
        project.write(&format!("{name}/Cargo.toml"), &manifest);
        project.write(&format!("{name}/src/lib.rs"), source);
    };
    let from = format!("path = \"{path}\", features = [\"bundled\"]");
    package("wrapper", "2021", &format!("migratory = {{ {from} }}\n"), WRAPPER);
    let dependencies = format!(
        "renamed = {{ package = \"migratory\", {from} }}\nwrapper = {{ path = \"../wrapper\" }}\n"
    );
    for edition in EDITIONS {
        package(&format!("edition-{edition}"), edition, &dependencies, STRICT);
    }
    project.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"edition-*\", \"wrapper\"]\nresolver = \"2\"\n",
    );
    project.pair("0001_first", "CREATE TABLE first (x);", "DROP TABLE first;");
    fs::copy(workspace.join("Cargo.lock"), project.path("Cargo.lock")).expect("the lock file");

    let output = project.cargo(&["build"]);
    assert!(output.status.success(), "{}", errors(&output));
    let warnings = errors(&output).matches("NEW_MIGRATIONS_ARE_NOT_SEEN").count();
    assert_eq!(warnings, 2 * EDITIONS.len(), "{}", errors(&output));
}
