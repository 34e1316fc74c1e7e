//! Tests that run cargo and rustc, and so take minutes: the macro in crates, and how builds notice changes.

mod builds;
mod ui;
