//! The analysis of [`migratory`](https://docs.rs/migratory): reads a folder of SQLite migrations, checks it, and
//! rehearses it.
//!
//! This is a plain library; the macro and the command line print its findings. [`check`] is the entry point. Each phase
//! has a type of its own:
//!
//! ```text
//! &Path -> Sources -> ParsedSet -> Assembled -> Checked, rehearsed
//! ```
//!
//! Each phase collects all its findings and skips only what depends on a broken part: one build error shows all causes
//! and no consequences. A set with an error in a name or a text is rehearsed as far as possible.

mod accept;
#[cfg(feature = "rehearsal")]
mod act;
mod advice;
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
#[cfg(feature = "rehearsal")]
mod populate;
#[cfg(feature = "rehearsal")]
mod rehearsal;
mod rehearsed;
pub mod render;
#[cfg(feature = "rehearsal")]
mod rule;
#[cfg(feature = "rehearsal")]
pub mod schema;
mod script;
mod source;
mod spelling;
mod text;
mod transaction;
#[cfg(feature = "rehearsal")]
mod unenforced;

use std::path::Path;

#[cfg(feature = "call")]
pub use call::{Call, CallFault};
pub use checked::{Checked, CheckedDown, CheckedMigration, CheckedScript};
pub use code::Code;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use directive::{Assumption, Condition, Directive, DirectiveKind, Rule};
pub use findings::Findings;
pub use options::Options;
#[cfg(feature = "rehearsal")]
pub use rehearsal::real;
#[cfg(feature = "rehearsal")]
pub use rehearsal::sandbox::scratch::{confine, scratch};
pub use rehearsed::{Rehearsal, Untried, UntriedReason};

/// Reads the migrations in `folder` and checks them.
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
    let mut findings = Findings::new(folder);
    let mut rows = None;
    let mut resolved = options.clone();
    let mut newest = None;
    let checked = source::Sources::read(package, folder, &mut findings)
        .and_then(|mut sources| {
            rows = sources.rows.take();
            findings.set_constants(constant::likely(&sources));
            parsed::ParsedSet::parse(&sources, options, &mut findings)
        })
        .and_then(|mut parsed| {
            // From here on it is a version, no longer the digits of a file name.
            resolved.accept_through = parsed.accept_through;
            newest = parsed.newest();
            compatible::resolve(&mut parsed);
            assembled::Assembled::assemble(parsed, &resolved, &mut findings)
        })
        .and_then(|set| Checked::new(set, &mut findings));
    let rehearsed = checked.map(|mut checked| {
        if let Some(rows) = &rows {
            given::give(rows, &mut checked, &mut findings);
        }
        let rehearsal = rehearse(&checked, &resolved, &mut findings);
        checked.with_rehearsal(rehearsal)
    });
    let outcome = rehearsed.filter(|_| !findings.has_errors());
    if let (None, Some(newest)) = (&outcome, newest) {
        advice::advise(package, folder, options, newest, &mut findings);
    }
    findings.sort();
    match outcome {
        Some(checked) => Ok(checked.with_warnings(findings)),
        None => Err(findings),
    }
}

#[cfg(feature = "rehearsal")]
fn rehearse(checked: &Checked, options: &Options, findings: &mut Findings) -> Option<Rehearsal> {
    options.rehearsal.then(|| unenforced::rehearse(checked, options, findings))
}

/// Without the feature `rehearsal`, there is no SQLite to rehearse on.
#[cfg(not(feature = "rehearsal"))]
fn rehearse(_: &Checked, _: &Options, _: &mut Findings) -> Option<Rehearsal> {
    None
}
