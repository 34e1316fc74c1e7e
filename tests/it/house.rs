//! How the sources are laid out: files don't use each other in a circle, except a parent and its child.
//!
//! A file that doesn't need another one that needs it can be moved, tested and understood alone.

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
fn no_files_use_each_other_in_a_circle() {
    for name in CRATES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).join("src");
        let sources = Sources::read(&root);
        assert!(sources.files().count() > 1, "{name}: no files");
        let graph = Graph::of(&sources);
        let circles: BTreeSet<_> = graph.in_circles();
        assert!(circles.is_empty(), "{name}: files are in circles: {}", graph.explain(&circles));
    }
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
