//! `cargo migratory diagram`, as a process on the sample set.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use expect_test::expect_file;

fn diagram(args: &[&str]) -> Output {
    run(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations")), args)
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"));
    command.args(["migratory", "diagram", "--dir"]).arg(folder).args(args);
    // No folder above the temporary one is a package, so only `--dir` counts.
    command.current_dir(std::env::temp_dir()).output().expect("it runs")
}

#[track_caller]
fn text(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[test]
fn mermaid_shows_the_schema() {
    let mermaid = text(&diagram(&["--at", "3", "--format", "mermaid"]));
    expect_file!["diagram/version_3.mmd"].assert_eq(&mermaid);
}

#[test]
fn the_picture_is_deterministic() {
    for args in [&[][..], &["--at", "1"], &["--since", "3"], &["--at", "empty"]] {
        let svg = text(&diagram(args));
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"), "{args:?}");
        assert_eq!(svg, text(&diagram(args)), "{args:?}");
    }
}

#[test]
fn the_picture_shows_each_table_and_each_foreign_key() {
    let svg = text(&diagram(&[]));
    for name in ["borrower", "credit", "item", "item_search", "loan", "play", "setting"] {
        assert!(svg.contains(&format!(">{name}</text>")), "{name}");
    }
    // The shadow tables of the full-text search.
    assert!(!svg.contains("item_search_data"));
    assert!(svg.contains(">fts5</text>"));
    assert_eq!(svg.matches("<g class=\"edge c").count(), 9);
    for resource in ["href", "url(", "@import", "<image", "<script"] {
        assert!(!svg.contains(resource), "{resource}");
    }
}

#[test]
fn changes_are_marked_by_color_and_in_words() {
    let svg = text(&diagram(&["--since", "3"]));
    assert!(svg.contains("<title>play, new</title>"));
    assert!(svg.contains("<title>item, changed</title>"));
    assert!(svg.contains("<title>play_count INTEGER NOT NULL DEFAULT 0, new</title>"));
    assert!(svg.contains("<title>biography TEXT, removed</title>"));
    assert!(!text(&diagram(&["--since", "12"])).contains("class=\"table new"));
}

#[test]
fn the_page_shows_the_whole_history() {
    let page = text(&diagram(&["--format", "html"]));
    for version in 1..=12 {
        assert_eq!(page.matches(&format!("<article id=\"v{version}\">")).count(), 1, "{version}");
    }
    assert!(page.find("id=\"v12\"") < page.find("id=\"v1\""));
    for output in [
        "<code>allow(drop_column)</code>: the texts are kept in person_biography",
        "<i>added virtual table</i> <b>item_search</b>",
        "<i>changed column</i> <b>item.release_year</b> <small>no longer NOT NULL</small>",
        "<i>removed column</i> <b>person.biography</b>",
        "No change to the schema.",
        "<span class=\"k\">CREATE</span> <span class=\"k\">TABLE</span> medium",
        "0012_count_plays.down.sql",
    ] {
        assert!(page.contains(output), "{output}");
    }
    // The only address is the picture's namespace.
    assert!(!page.contains("<script") && page.matches("http").count() == 1);
    assert!(!text(&diagram(&["--format", "html", "--at", "3"])).contains("id=\"v4\""));
}

#[test]
fn a_file_is_written_as_a_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("schema.svg");
    fs::write(&path, "before").expect("it is written");
    let output = diagram(&["--output", path.to_str().expect("UTF-8")]);
    assert_eq!(text(&output), "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("wrote ") && said.contains("11 tables"), "{said}");
    assert_eq!(fs::read_to_string(&path).expect("a text"), text(&diagram(&[])));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[test]
fn odd_names_steps_in_rust_and_irreversible_migrations_are_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let migrations = folder.path().join("migrations");
    fs::create_dir(&migrations).expect("a folder");
    let up = "-- Says `a<b` & <more>.\n-- migratory: irreversible: \"why\" & <how>\n-- migratory: code\n\
              CREATE TABLE \"a <b> & \"\"c\"\"\" (\"x<y\" TEXT, pk INTEGER PRIMARY KEY);";
    fs::write(migrations.join("0001_odd.up.sql"), up).expect("it is written");
    let svg = text(&run(&migrations, &[]));
    assert!(svg.contains(">a &lt;b&gt; &amp; &quot;c&quot;</text>"), "{svg}");
    let page = text(&run(&migrations, &["--format", "html"]));
    for output in [
        "Says <code>a&lt;b</code> &amp; &lt;more&gt;.",
        "<b>This migration can't be rolled back.</b> &quot;why&quot; &amp; &lt;how&gt;",
        "<li><code>code</code></li>",
    ] {
        assert!(page.contains(output), "{output}\n{page}");
    }
    let mermaid = text(&run(&migrations, &["--format", "mermaid"]));
    assert!(mermaid.contains("INTEGER _pk PK \"pk, NOT NULL\""), "{mermaid}");
}

#[test]
fn contradictory_versions_are_refused() {
    for (args, said) in [
        (&["--at", "3", "--since", "4"][..], "`--since` is a later version than `--at`"),
        (&["--at", "99"], "no migration has version 99"),
    ] {
        let output = diagram(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{args:?}");
        assert!(output.stdout.is_empty());
    }
    let help = text(&diagram(&["--help"]));
    assert!(help.contains("cargo migratory diagram --since 3"), "{help}");
}
