//! How the sources are laid out: no circle of files but that of a parent and its own child.
//!
//! A file that can be read without another one that reads it is a file that can be moved, tested and understood alone.

use std::collections::BTreeSet;
use std::path::Path;

use graph::Graph;
use sources::Sources;

mod graph;
mod paths;
mod sources;

/// The crates.
const CRATES: [&str; 7] =
    ["core", "runtime", "analysis", "rehearsal", "macros", "cli", "cli/diagram"];

#[test]
fn no_files_are_in_circles() {
    for name in CRATES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).join("src");
        let sources = Sources::read(&root);
        assert!(sources.files().count() > 1, "{name}: where are its files?");
        let graph = Graph::of(&sources);
        let circles: BTreeSet<_> = graph.in_circles();
        assert!(circles.is_empty(), "{name}: files are in circles: {}", graph.explain(&circles));
    }
}

/// The names and texts of files.
type Files = &'static [(&'static str, &'static str)];

#[test]
fn circles_are_found_and_parents_may_know_their_children() {
    let lib = ("lib.rs", "mod a;\nmod b;\nmod c;\npub use a::{A, Other as Renamed};\n");
    let cases: [(Files, &[&str]); 12] = [
        (&[("a.rs", "use crate::b::B;"), ("b.rs", "use std::fmt;")], &[]),
        (&[("a.rs", "use crate::b::B;"), ("b.rs", "use crate::a::A;")], &["a.rs", "b.rs"]),
        // By what the root re-exports, and by a path in the code.
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
        // A parent and its child, and a brother.
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
        // A circle that leads through a parent and its child, either way.
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
        // Comments, tests and texts do not count.
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
