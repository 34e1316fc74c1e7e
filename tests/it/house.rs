//! How the sources are laid out: files and folders don't use each other in a circle, except a parent and its child.
//!
//! A file or folder that doesn't need another one that needs it can be moved, tested and understood alone.

use std::path::Path;

use graph::Graph;
use sources::Sources;

mod graph;
mod paths;
mod sources;

/// The crates; the facade is in the root.
const CRATES: [&str; 9] = [
    "",
    "core",
    "runtime",
    "analysis",
    "rehearsal",
    "macros",
    "cli",
    "cli/diagram",
    "tests/faulty",
];

/// The uses between folders that close a circle and are still there: the crate, the folder, and what it uses.
const STILL_CIRCULAR: [(&str, &str, &str); 9] = [
    // Errors contain what other folders found, and all return errors.
    ("runtime", "error", "run"),
    ("runtime", "error", "adopt"),
    ("runtime", "error", "inspect"),
    ("runtime", "error", "plan"),
    ("runtime", "db", "error"),
    // The configuration has settings of all of them.
    ("runtime", "inspect", "config"),
    ("runtime", "run", "config"),
    // Single types and functions.
    ("runtime", "inspect", "run"),
    ("runtime", "run", "stored_down"),
];

#[test]
fn no_files_use_each_other_in_a_circle() {
    for name in CRATES {
        let graph = graph_of(name);
        let circles = graph.in_circles();
        assert!(circles.is_empty(), "{name}: files are in circles: {}", graph.explain(&circles));
    }
}

#[test]
fn no_folders_use_each_other_in_a_circle() {
    for name in CRATES {
        let files = graph_of(name);
        let circles = without_known(&files, name, None).in_circles();
        let uses = files.explain_folders(&circles);
        assert!(circles.is_empty(), "{name}: folders are in circles: {circles:?}{uses}");
        for known in STILL_CIRCULAR.iter().filter(|(of, ..)| *of == name) {
            let circles = without_known(&files, name, Some(known)).in_circles();
            assert!(!circles.is_empty(), "{known:?} closes no circle any more");
        }
    }
}

/// Returns which folders of a crate use which, without the known uses but this one.
fn without_known(files: &Graph, name: &str, but: Option<&(&str, &str, &str)>) -> Graph {
    let mut folders = files.of_folders();
    for known in STILL_CIRCULAR.iter().filter(|it| it.0 == name && Some(*it) != but) {
        folders.remove(known.1, known.2);
    }
    folders
}

/// Reads which files of a crate use which.
fn graph_of(name: &str) -> Graph {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).join("src");
    let sources = Sources::read(&root);
    assert!(sources.files().next().is_some(), "{name}: no files");
    Graph::of(&sources)
}

/// The names and texts of files.
type Files = &'static [(&'static str, &'static str)];

#[test]
fn circles_are_found_except_between_parents_and_children() {
    let lib = ("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::{A, Other as Renamed};\n");
    let cases: [(Files, &[&str]); 12] = [
        (&[("a.rs", "use crate::b::B;"), ("b.rs", "use std::fmt;")], &[]),
        (&[("a.rs", "use crate::b::B;"), ("b.rs", "use crate::a::A;")], &["a.rs", "b.rs"]),
        // By the root's re-exports, and by a path in the code.
        (&[("a.rs", "use crate::b;"), ("b.rs", "use crate::{c::C, A};")], &["a.rs", "b.rs"]),
        (&[("a.rs", "use crate::b;"), ("b.rs", "use crate::Renamed;")], &["a.rs", "b.rs"]),
        (&[("a.rs", "fn x() { crate::b::y() }"), ("b.rs", "use super::a;")], &["a.rs", "b.rs"]),
        (
            &[
                ("a.rs", "use crate::{b::{B, D}};"),
                ("b.rs", "use crate::c;"),
                ("c.rs", "use crate::a;"),
            ],
            &["a.rs", "b.rs", "c.rs"],
        ),
        // A parent and its child, and a sibling.
        (&[("a.rs", "mod d;\nuse d::D;"), ("a/d.rs", "use super::A;")], &[]),
        (
            &[
                ("a.rs", "mod d;\nmod e;\nuse d::D;"),
                ("a/d.rs", "use super::{A, e::E};"),
                ("a/e.rs", "use super::A;"),
            ],
            &[],
        ),
        (
            &[
                ("a.rs", "mod d;\nmod e;"),
                ("a/d.rs", "use super::e::E;"),
                ("a/e.rs", "use super::d;"),
            ],
            &["a/d.rs", "a/e.rs"],
        ),
        // A circle through a parent and its child, in both directions.
        (
            &[
                ("a.rs", "mod d;\nfn x() { d::y() }"),
                ("a/d.rs", "use crate::b;"),
                ("b.rs", "use crate::a::x;"),
            ],
            &["a.rs", "a/d.rs", "b.rs"],
        ),
        (
            &[
                ("a.rs", "mod d;\nuse crate::b;"),
                ("a/d.rs", "use super::A;"),
                ("b.rs", "use crate::a::d::y;"),
            ],
            &["a.rs", "a/d.rs", "b.rs"],
        ),
        // Comments, tests and strings don't count.
        (
            &[
                ("a.rs", "use crate::b;"),
                (
                    "b.rs",
                    "/// [`crate::a`]\n// use crate::a;\nfn x() {}\n#[cfg(test)]\nmod tests {\n    use crate::a;\n}",
                ),
            ],
            &[],
        ),
    ];
    for (files, expected) in cases {
        let others = ["a.rs", "b.rs", "c.rs"].into_iter().map(|file| (file, ""));
        let others = others.filter(|(file, _)| files.iter().all(|(name, _)| name != file));
        let all: Vec<_> = files.iter().copied().chain(others).chain([lib]).collect();
        let graph = Graph::of(&Sources::of(&all));
        let found: Vec<_> = graph.in_circles().into_iter().collect();
        assert_eq!(found, expected, "{files:?}");
    }
}

#[test]
fn circles_are_found_between_folders() {
    let roots = [
        ("lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("a.rs", "mod d;\nmod e;"),
        ("b.rs", "mod d;\nmod e;"),
        ("a/d.rs", "mod x;\nmod y;"),
    ];
    let cases: [(Files, &[&str]); 6] = [
        (&[("a/d/x.rs", "use crate::b::d::D;"), ("a/e.rs", "use crate::b::e::E;")], &[]),
        // No two files use each other, but their folders do.
        (&[("a/e.rs", "use crate::b::d::D;"), ("b/e.rs", "use crate::a::d::D;")], &["a", "b"]),
        (
            &[
                ("a/e.rs", "use crate::b::d::D;"),
                ("b/e.rs", "use crate::c::C;"),
                ("c.rs", "use crate::a::d::D;"),
            ],
            &["a", "b", "c"],
        ),
        // Below the top, and only there.
        (
            &[("a/e.rs", "use super::d::x::X;"), ("a/d/y.rs", "use crate::a::e::E;")],
            &["a/d", "a/e"],
        ),
        // A parent and its children, and what a folder uses within itself.
        (&[("a/d/x.rs", "use crate::a::A;"), ("a/d/y.rs", "use super::x::X;")], &[]),
        // A file counts as one with its folder.
        (&[("a/d/x.rs", "use crate::c::C;"), ("c.rs", "use crate::a::A;")], &["a", "c"]),
    ];
    let names = ["b/d.rs", "a/e.rs", "b/e.rs", "c.rs", "a/d/x.rs", "a/d/y.rs"];
    for (files, expected) in cases {
        let others = names.into_iter().filter(|name| files.iter().all(|(it, _)| it != name));
        let others = others.map(|name| (name, ""));
        let all: Vec<_> = files.iter().copied().chain(others).chain(roots).collect();
        let mut folders = Graph::of(&Sources::of(&all)).of_folders();
        let found: Vec<_> = folders.in_circles().into_iter().collect();
        assert_eq!(found, expected, "{files:?}");
        // Without the uses of one of them, no circle is left.
        let [from, to, ..] = found.as_slice() else { continue };
        folders.remove(from, to);
        assert!(folders.in_circles().is_empty(), "{files:?}");
    }
}
