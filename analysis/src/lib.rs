//! The analysis of [`migratory`](https://docs.rs/migratory): reads a folder of SQLite migrations and checks it.
//!
//! This is a plain library, and it needs no SQLite: `migratory-rehearsal` runs the set. [`check`] is the entry point.
//! Each phase has a type of its own:
//!
//! ```text
//! &Path -> Sources -> ParsedSet -> Assembled -> Checked
//! ```
//!
//! Each phase collects all its findings and skips only what depends on a broken part: one build error shows all causes
//! and no consequences. A set with an error in a name or a text is analysed as far as possible.

mod accept;
mod advice;
mod analysis;
mod assembled;
#[cfg(feature = "call")]
mod call;
mod checked;
mod code;
mod compatible;
mod constant;
#[doc(hidden)]
pub mod date;
mod diagnostic;
mod directive;
mod entry;
mod faults;
#[doc(hidden)]
pub mod file;
mod findings;
mod folder;
mod form;
mod given;
mod header;
mod identity;
mod layout;
mod metadata;
mod name;
#[doc(hidden)]
pub mod naming;
mod number;
mod options;
mod other_tool;
mod pair;
mod parameter;
mod parsed;
mod rehearsed;
pub mod render;
mod script;
mod source;
#[doc(hidden)]
pub mod spelling;
mod text;
mod transaction;

use std::path::Path;

pub use analysis::{Analysis, analyse};
#[cfg(feature = "call")]
pub use call::{Call, CallFault};
pub use checked::{Checked, CheckedDown, CheckedMigration, CheckedScript};
pub use code::Code;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use directive::{Assumption, Condition, Directive, DirectiveKind, Rule};
pub use faults::Faults;
pub use findings::Findings;
pub use given::FOLDER as SAMPLE_ROWS;
pub use options::Options;
pub use rehearsed::{Rehearsal, Untried, UntriedReason, Writes};

/// Reads the migrations in `folder` and checks them, without a rehearsal.
///
/// `package` is the folder of the user's `Cargo.toml`; `folder` is relative to it, separated by `/`, as the user wrote
/// it. All paths in the result are relative to `package` as well.
///
/// The same folder gives the same result, byte for byte: nothing depends on the machine, the clock, or the order in
/// which the file system lists entries.
///
/// # Errors
///
/// Returns every problem of the set, once each.
pub fn check(package: &Path, folder: &str, options: &Options) -> Result<Checked, Findings> {
    analyse(package, folder, options).conclude(|options| check(package, folder, options))
}
