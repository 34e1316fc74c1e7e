//! `cargo migratory init`, as a process.

mod package;

use migratory_analysis::Options;
use migratory_rehearsal::check;
use package::Package;

const LINE: &str = "println!(\"cargo::rerun-if-changed=migrations\");";

#[test]
fn a_package_gets_what_it_lacks_once() {
    let package = Package::new(&[("src/main.rs", "fn main() {}\n")]);
    let out = package.run(&["init", "--yes"]).ok();
    for said in [
        "  + CREATE TABLE note (",
        "wrote migrations/0001_initial_schema.up.sql",
        "wrote migrations/0001_initial_schema.down.sql",
        "wrote build.rs",
        "changed Cargo.toml",
        "wrote .gitattributes",
        "migratory::embed_migrations!();",
        "migrations::runner().up(&mut conn)?;",
    ] {
        assert!(out.contains(said), "{said}\n{out}");
    }
    assert_eq!(check(package.path(), "migrations", &Options::default()).err(), None);
    assert_eq!(package.read("build.rs"), format!("fn main() {{\n    {LINE}\n}}\n"));
    let manifest = package.read("Cargo.toml");
    assert!(manifest.contains("[dependencies]\nmigratory = {"), "{manifest}");
    assert_eq!(package.read(".gitattributes"), "*.sql text eol=lf\n");

    package.write("src/main.rs", "migratory::embed_migrations!();\nfn main() {}\n");
    let before = package.files();
    let out = package.run(&["init"]).ok();
    assert!(out.contains("everything is set up already"), "{out}");
    assert_eq!(package.files(), before);
}

#[test]
fn without_a_terminal_nothing_is_changed() {
    let package = Package::new(&[("src/main.rs", "fn main() {}\n")]);
    let before = package.files();
    let run = package.run(&["init"]);
    assert!(run.out().contains("build.rs (new)"), "{}", run.out());
    let err = run.fails(10);
    assert!(err.contains("confirmation required"), "{err}");
    assert!(err.contains("pass `--yes`"), "{err}");
    assert_eq!(package.files(), before);
}

#[test]
fn existing_content_stays() {
    let script = "fn main() {\n    println!(\"cargo::rerun-if-changed=proto\");\n}\n";
    let package = Package::new(&[
        ("build.rs", script),
        (".gitattributes", "*.png binary"),
        ("db/sql/0001_mine.up.sql", "CREATE TABLE mine (a);"),
        ("db/sql/0001_mine.down.sql", "DROP TABLE mine;"),
    ]);
    package.write(
        "Cargo.toml",
        "[package]\nname = \"app\" # a comment\n\n[dependencies]\nrusqlite = { version = \"0.37\", features = [\"bundled\"] }\n",
    );
    let out = package.run(&["init", "--yes", "--dir", "db/sql"]).ok();
    assert!(out.contains("unchanged: the folder `db/sql`"), "{out}");
    assert!(out.contains("migratory::embed_migrations!(\"db/sql\");"), "{out}");
    assert!(!package.path().join("migrations").exists());
    assert_eq!(
        package.read("build.rs"),
        script.replace("{\n", "{\n    println!(\"cargo::rerun-if-changed=db/sql\");\n")
    );
    assert_eq!(package.read(".gitattributes"), "*.png binary\n*.sql text eol=lf\n");
    assert_eq!(
        package.read("Cargo.toml"),
        "[package]\nname = \"app\" # a comment\n\n[dependencies]\nmigratory = \"0.1\"\n\
         rusqlite = { version = \"0.37\", features = [\"bundled\"] }\n"
    );
}

#[test]
fn a_build_script_that_watches_everything_is_left_to_the_author() {
    let script = "fn main() {\n    tonic_build::compile();\n}\n";
    let package = Package::new(&[("build.rs", script)]);
    let out = package.run(&["init", "--yes"]).ok();
    assert!(out.contains(&format!("note add `{LINE}` to `main` in build.rs")), "{out}");
    assert_eq!(package.read("build.rs"), script);
}

#[test]
fn unsuitable_packages_are_refused() {
    let package = Package::new(&[("Cargo.toml", "[workspace]\n")]);
    let err = package.run(&["init", "--yes"]).fails(1);
    assert!(err.contains("is a workspace without a package"), "{err}");
    let old = "[package]\nname = \"app\"\n[dependencies]\nrusqlite = \"0.29\"\n";
    let package = Package::new(&[("Cargo.toml", old)]);
    let err = package.run(&["init", "--yes"]).fails(1);
    assert!(err.contains("doesn't support rusqlite 0.29"), "{err}");
    let err = package.run(&["init", "--yes", "--dir", "../other"]).fails(2);
    assert!(err.contains("isn't in the package"), "{err}");
    assert_eq!(package.files().len(), 1);
}

#[test]
fn the_help_has_examples() {
    let out = Package::new(&[]).run(&["init", "--help"]).ok();
    assert!(out.contains("cargo migratory init --yes"), "{out}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_out_of_the_package() {
    use std::fs;
    use std::os::unix::fs::symlink;

    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("there"), "*.png binary\n").expect("a file");
    fs::create_dir(outside.path().join("empty")).expect("a folder");
    for (name, link) in [
        (".gitattributes", outside.path().join("there")),
        (".gitattributes", outside.path().join("not there")),
        ("build.rs", outside.path().join("not there")),
        ("migrations", outside.path().join("empty")),
        ("migrations", outside.path().join("not there")),
    ] {
        let package = Package::new(&[("src/main.rs", "fn main() {}\n")]);
        symlink(&link, package.path().join(name)).expect("a link");
        let out = package.run(&["init", "--yes"]).ok();
        let said =
            if name == "migrations" { "migrations/0001_initial_schema.up.sql" } else { name };
        let said = format!(
            "{said} leads out of the package through a link, so it was not changed; it needs"
        );
        assert!(out.contains(&said), "{name} to {link:?}: {out}");
        assert!(out.contains("changed Cargo.toml"), "{out}");
        assert_eq!(fs::read_dir(outside.path()).expect("a folder").count(), 2, "{name}");
        let there = fs::read_to_string(outside.path().join("there")).expect("a text");
        assert_eq!(there, "*.png binary\n");
        assert_eq!(fs::read_dir(outside.path().join("empty")).expect("a folder").count(), 0);
    }

    // A link within the package is followed.
    let package = Package::new(&[("src/main.rs", "fn main() {}\n"), ("shared", "*.png binary\n")]);
    symlink("shared", package.path().join(".gitattributes")).expect("a link");
    package.run(&["init", "--yes"]).ok();
    assert_eq!(package.read("shared"), "*.png binary\n*.sql text eol=lf\n");
}
