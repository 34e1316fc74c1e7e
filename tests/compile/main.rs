//! What runs cargo and rustc, and so takes minutes: the macro in crates, and what a build sees of a folder.

mod builds;
mod ui;
