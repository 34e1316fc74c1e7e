//! Suggests `accept_through` where it resolves many findings of a folder.

use std::collections::BTreeSet;
use std::path::Path;

use migratory_core::Version;

use crate::{Code, Diagnostic, Findings, Options, Severity, check};

/// The number of files from which one option is better advice than an edit of each.
const MANY: usize = 3;

/// Checks the folder as if all of it had shipped, and says how many of the findings that resolves.
///
/// An up that fails even then is reported now, not in the build after the other errors are gone.
pub(crate) fn advise(
    package: &Path,
    folder: &str,
    options: &Options,
    newest: Version,
    findings: &mut Findings,
) {
    let keeps_from_running = |found: &Diagnostic| is_error(found) && !is_rehearsed(found);
    let is_hidden = findings.iter().any(keeps_from_running);
    if options.accept_through.is_some() || (!is_hidden && findings.len() < MANY) {
        return;
    }
    let options = Options { memo: None, ..options.clone().accept_through(newest) };
    let left = match check(package, folder, &options) {
        Ok(checked) => checked.warnings().clone(),
        Err(left) => left,
    };
    let gone = |found: &&Diagnostic| {
        is_error(found) && !is_directive(found) && !left.iter().any(|other| other == *found)
    };
    let files: BTreeSet<&str> = findings.iter().filter(gone).filter_map(place).collect();
    let (count, is_many) = (findings.iter().filter(gone).count(), files.len() >= MANY);
    if is_hidden && left.iter().filter(|found| is_error(found)).all(is_rehearsed) {
        let fails = left.iter().filter(|found| found.code == Code::UpFails);
        let is_new = |found: &&Diagnostic| !findings.iter().any(|it| it == *found);
        let new: Vec<_> = fails.filter(is_new).cloned().collect();
        findings.take(new, &left);
    }
    let all = findings.iter().filter(|found| is_error(found)).count();
    findings.set_advice(is_many.then(|| {
        let which = if count == all { "all".to_owned() } else { format!("{count}") };
        format!(
            "if all migrations have shipped, `embed_migrations!(.., accept_through = {newest})` \
             accepts {which} of these {all} errors; otherwise, name the last version that has shipped"
        )
    }));
}

fn is_error(found: &Diagnostic) -> bool {
    found.severity == Severity::Error
}

/// Whether a finding is about a directive. A file with one was written for migratory, so it is not old.
fn is_directive(found: &Diagnostic) -> bool {
    found.code.number().starts_with("M04")
}

/// Whether a finding comes from the rehearsal.
fn is_rehearsed(found: &Diagnostic) -> bool {
    found.code.number() >= Code::UpFails.number()
}

/// The migration that a finding is about: the path without the ending of an up or a down.
fn place(found: &Diagnostic) -> Option<&str> {
    let file = found.labels.first()?.file.as_str();
    let end = [".up.sql", ".down.sql", "/up.sql", "/down.sql"];
    Some(end.iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file))
}
