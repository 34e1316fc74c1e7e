//! Takes a folder through all phases.

use std::path::Path;

use migratory_core::Version;

use crate::naming::constant;
use crate::read::source::{Sources, Subfolder};
use crate::set::assembled::Assembled;
use crate::set::compatible;
use crate::set::parsed::ParsedSet;
use crate::set::sample_rows;
use crate::{Checked, Findings, Options, advice};

/// What a folder holds, and what is wrong with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Analysis {
    /// The set, as far as it could be made out: also one with errors.
    pub set: Option<Checked>,
    /// What is wrong with it.
    pub findings: Findings,
    /// The options, with the versions that they name found in the set.
    pub options: Options,
    /// The options as they were given.
    given: Options,
    newest: Option<Version>,
}

/// Reads the migrations in `folder`, and says all that can be said of them without SQLite.
///
/// The arguments are those of [`check`](crate::check). What comes next is a rehearsal, or [`Analysis::conclude`].
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
        analysis.give(rows.as_ref());
    }
    analysis
}

impl Analysis {
    fn assemble(&mut self, sources: &Sources) -> Option<Checked> {
        self.findings.set_constants(constant::likely(sources));
        let mut parsed = ParsedSet::parse(sources, &self.given, &mut self.findings)?;
        // From here on it is a version, no longer the digits of a file name.
        self.options.accept_through = parsed.accept_through;
        self.newest = parsed.newest();
        compatible::resolve(&mut parsed);
        let set = Assembled::assemble(parsed, &self.options, &mut self.findings)?;
        Checked::new(set, &mut self.findings)
    }

    fn give(&mut self, rows: Option<&Subfolder>) {
        if let (Some(rows), Some(set)) = (rows, &mut self.set) {
            sample_rows::give(rows, set, &mut self.findings);
        }
    }

    /// Comes to a result: the set, or what keeps it from being taken.
    ///
    /// `check` judges the same folder with other options: where these resolve many errors at once, the findings say so.
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
