//! Runs all phases of the analysis on a folder.

use std::path::Path;

use migratory_core::Version;

use crate::layout::likely_constants::likely_constants;
use crate::read::source::{Sources, Subfolder};
use crate::set::assembled::Assembled;
use crate::set::compatible;
use crate::set::parsed::ParsedSet;
use crate::set::sample_rows;
use crate::{Checked, Findings, Options, advice};

/// The set in a folder, and the findings about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Analysis {
    /// The set, even if it has errors; `None` if it could not be assembled.
    pub set: Option<Checked>,
    /// The findings about the folder and the set.
    pub findings: Findings,
    /// The options; `accept_through` is the version in the set that it names.
    pub options: Options,
    /// The options as the caller passed them.
    given: Options,
    newest: Option<Version>,
}

/// Reads the migrations in `folder`, and runs every check that needs no SQLite.
///
/// Takes the same arguments as [`check`](crate::check). [`Analysis::conclude`] returns the result; a rehearsal comes
/// before it.
pub fn analyse(package: &Path, folder: &str, options: &Options) -> Analysis {
    let mut analysis = Analysis {
        set: None,
        findings: Findings::new(folder),
        options: options.clone(),
        given: options.clone(),
        newest: None,
    };
    if let Some(mut sources) = Sources::read(package, folder, &mut analysis.findings) {
        let rows = sources.rows.take();
        analysis.set = analysis.assemble(&sources);
        analysis.attach_rows(rows.as_ref());
    }
    analysis
}

impl Analysis {
    fn assemble(&mut self, sources: &Sources) -> Option<Checked> {
        self.findings.set_constants(likely_constants(sources));
        let mut parsed = ParsedSet::parse(sources, &self.given, &mut self.findings)?;
        // From here on it is a version, not the digits of a file name.
        self.options.accept_through = parsed.accept_through;
        self.newest = parsed.newest();
        compatible::resolve(&mut parsed);
        let set = Assembled::assemble(parsed, &self.options, &mut self.findings)?;
        Checked::new(set, &mut self.findings)
    }

    fn attach_rows(&mut self, rows: Option<&Subfolder>) {
        if let (Some(rows), Some(set)) = (rows, &mut self.set) {
            sample_rows::attach(rows, set, &mut self.findings);
        }
    }

    /// Returns the set with its warnings, or all findings if one of them is an error.
    ///
    /// Calls `check` on the same folder with `accept_through` set, and suggests this option if it resolves many errors.
    ///
    /// # Errors
    ///
    /// If there is an error among the findings, returns all of them.
    pub fn conclude(
        self,
        check: impl FnOnce(&Options) -> Result<Checked, Findings>,
    ) -> Result<Checked, Findings> {
        let Self { set, mut findings, given, newest, .. } = self;
        let set = set.filter(|_| !findings.has_errors());
        if let (None, Some(newest)) = (&set, newest) {
            advice::advise(&given, newest, &mut findings, check);
        }
        findings.sort();
        match set {
            Some(set) => Ok(set.with_warnings(findings)),
            None => Err(findings),
        }
    }
}
