//! The analysis of [`migratory`](https://docs.rs/migratory): reads a folder of SQLite migrations and checks it.
//!
//! `migratory` runs it while an application compiles, and `cargo migratory check` on the command line; applications
//! depend on `migratory`. This crate is for other tools on the same checks: a plain library that needs no SQLite, while
//! `migratory-rehearsal` also runs the set.
//!
//! [`check`] is the entry point. Each phase has a type and a module of its own:
//!
//! ```text
//! &Path -> Sources -> ParsedSet -> Assembled -> Checked
//!          read       layout, text set          set
//! ```
//!
//! Each folder imports only from those below it:
//!
//! | folder | contents |
//! |---|---|
//! | `call` | the arguments of `embed_migrations!`, parsed with `syn` |
//! | `set` | the order of the scripts, pairs, and the set that is checked |
//! | `text` | a script's text: its header, statements, parameters and metadata |
//! | `layout` | which files are migrations, and the one scheme of their names |
//! | `read` | the folder, and the bytes of its files |
//! | `report` | findings: their codes and parts, and how they are shown |
//! | `directive` | the grammar of directives |
//! | `naming` | the parts of a name, dates, and the names of constants |
//!
//! Each phase collects all its findings and skips only what depends on a broken part: one build error shows all causes
//! and no consequences. A set with an error in a name or a text is analysed as far as possible.

mod advice;
mod analysis;
#[cfg(feature = "call")]
mod call;
mod directive;
mod layout;
#[doc(hidden)]
pub mod naming;
mod options;
mod read;
mod report;
mod set;
#[doc(hidden)]
pub mod spelling;
mod text;

use std::path::Path;

pub use analysis::{Analysis, analyse};
#[cfg(feature = "call")]
pub use call::{Arguments, Call};
pub use directive::{Assumption, ColumnName, Condition, Directive, DirectiveKind, Rule};
#[doc(hidden)]
pub use naming::date;
pub use options::Options;
#[doc(hidden)]
pub use read::file;
pub use read::source::SAMPLE_ROWS;
pub use report::code::Code;
pub use report::diagnostic::{Diagnostic, Label, Severity};
pub use report::exception::Exception;
pub use report::findings::Findings;
pub use report::render;
pub use report::subject::Subject;
pub use set::checked::{Checked, CheckedDown, CheckedMigration, CheckedScript};
pub use set::faults::Faults;
pub use set::rehearsed::{Rehearsal, Untried, UntriedReason, Writes};

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
