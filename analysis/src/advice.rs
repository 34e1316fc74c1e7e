//! Suggests `accept_through` where it resolves many findings of a folder.

use std::collections::BTreeSet;

use migratory_core::Version;

use crate::{Checked, Diagnostic, Findings, Options, Severity};

/// With errors in at least this many files, one option is better advice than editing each file.
const MANY: usize = 3;

/// Checks the folder as if all its migrations had shipped, and suggests the option if that resolves many errors.
pub(crate) fn advise(
    options: &Options,
    newest: Version,
    findings: &mut Findings,
    check: impl FnOnce(&Options) -> Result<Checked, Findings>,
) {
    if options.accept_through.is_some() || findings.len() < MANY {
        return;
    }
    let options = Options { memo: None, ..options.clone().accept_through(newest) };
    let left = match check(&options) {
        Ok(checked) => checked.warnings().clone(),
        Err(left) => left,
    };
    let gone = |found: &&Diagnostic| {
        is_error(found) && !is_directive(found) && !left.iter().any(|other| other == *found)
    };
    let files: BTreeSet<&str> = findings.iter().filter(gone).filter_map(migration).collect();
    let (count, is_many) = (findings.iter().filter(gone).count(), files.len() >= MANY);
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

/// Whether a finding is about a directive. A file with a directive was written for migratory, so it is not old.
fn is_directive(found: &Diagnostic) -> bool {
    found.code.number().starts_with("M04")
}

/// Returns the migration that a finding is about: the path without the ending of an up or a down.
fn migration(found: &Diagnostic) -> Option<&str> {
    let file = found.labels.first()?.file.as_str();
    let end = [".up.sql", ".down.sql", "/up.sql", "/down.sql"];
    Some(end.iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file))
}
