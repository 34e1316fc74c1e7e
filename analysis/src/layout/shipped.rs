//! Decides about files that shipped under names that no new migration may have.

use std::collections::BTreeSet;

use migratory_core::Version;

use super::Candidate;
use super::misnamed::is_fraction;
use crate::layout::accept::Accepted;
use crate::naming::date;
use crate::naming::form::Form;
use crate::read::folder::Folder;
use crate::{Code, Diagnostic, Severity};
use migratory_core::Direction;

/// The role of a file in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Member,
    /// The former tool never ran it.
    PassedOver,
    Misnamed,
}

/// Facts about the tool that ran a folder, inferred from the names in it.
pub(super) struct Shipped {
    form: Form,
    accepted: Accepted,
    /// Whether any name is right, so that `_` after the version is the convention.
    has_right_names: bool,
    /// The versions of ups that belong to pairs of files.
    pairs: BTreeSet<Version>,
    /// Whether the tool that ran the pairs runs `0003_name.sql` too.
    runs_plain_files: bool,
}

impl Shipped {
    pub(super) fn new(form: Form, accepted: Accepted, candidates: &[Candidate<'_>]) -> Self {
        let of = |form| candidates.iter().filter(move |each| each.form == form);
        let ups = || of(Form::FlatPair).filter(|each| each.direction == Direction::Up);
        let pairs: BTreeSet<_> = ups().filter_map(|each| accepted.version(&each.reading)).collect();
        // sqlx runs both kinds, and writes dates; golang-migrate runs pairs alone.
        let is_dated = ups().all(|each| each.reading.digits.len() >= date::DIGITS);
        let is_mostly_plain = of(Form::Numbered).count() > pairs.len();
        Self {
            form,
            accepted,
            has_right_names: of(form).any(|each| each.is_right),
            pairs,
            runs_plain_files: is_dated || is_mostly_plain,
        }
    }

    pub(super) fn place(&self, each: &Candidate<'_>) -> Place {
        let Some(version) = self.accepted.version(&each.reading) else { return Place::Misnamed };
        if each.is_right && each.form == self.form {
            return Place::Member;
        }
        if !self.accepted.covers(&each.reading) || !self.is_readable(each) {
            return Place::Misnamed;
        }
        match (self.form, each.form) {
            (Form::FlatPair, Form::Numbered) => self.plain(version),
            (Form::Numbered, Form::FlatPair) => Place::Member,
            (form, other) if form == other => Place::Member,
            _ => Place::Misnamed,
        }
    }

    /// Whether a tool reads such a file as a migration.
    fn is_readable(&self, each: &Candidate<'_>) -> bool {
        let reading = &each.reading;
        let is_separated = match each.form {
            Form::Prefixed => reading.prefix == "V" && reading.separator == "__",
            Form::FolderPair | Form::FolderAlone => true,
            Form::FlatPair | Form::Numbered => {
                reading.separator.starts_with('_') || !self.has_right_names
            }
        };
        let has_text = each.source.bytes.is_some();
        is_separated && has_text && !reading.ending.is_copy && !is_fraction(reading)
    }

    /// Places a file without `.up` or `.down` in a folder of pairs.
    fn plain(&self, version: Version) -> Place {
        let is_before_pairs = self.pairs.first().is_none_or(|first| version < *first);
        let is_run = self.runs_plain_files || is_before_pairs;
        if is_run && !self.pairs.contains(&version) { Place::Member } else { Place::PassedOver }
    }
}

/// Warns about a file that does not run.
pub(super) fn passed_over(folder: &Folder, each: &Candidate<'_>) -> Diagnostic {
    let path = &each.path;
    let right =
        Form::FlatPair.write(each.reading.written, &each.reading.clean_name(), Direction::Up);
    let mut warning = Diagnostic::error(Code::Misnamed, format!("`{path}` is not run"))
        .at(folder.file(path))
        .note("in a folder of pairs, golang-migrate runs no file without `.up` or `.down`, and `accept_through` keeps it so")
        .help(format!("delete it; or, if it has run on users' databases, rename it to `{right}`"));
    warning.severity = Severity::Warning;
    warning
}
