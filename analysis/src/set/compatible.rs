//! Checks the versions in `compatible-with <version>`.

use std::collections::{BTreeMap, BTreeSet};

use migratory_core::Version;

use crate::directive::{Directive, DirectiveKind};
use crate::set::parsed::{ParsedScript, ParsedSet};
use crate::{Code, Diagnostic, Findings};
use migratory_core::Direction;

/// Replaces the digits of a file name with its version, which for a dashed folder is padded with zeros.
pub(crate) fn resolve(set: &mut ParsedSet) {
    let mut numbers = BTreeMap::new();
    for script in &set.scripts {
        let number = script.digits.parse().ok().map(Version::new);
        numbers.extend(number.map(|number| (number, script.version)));
    }
    let known: BTreeSet<_> = set.scripts.iter().map(|script| script.version).collect();
    let scripts = set.scripts.iter_mut().filter_map(|script| script.script.as_mut());
    for directive in scripts.flat_map(|script| &mut script.header.directives) {
        let DirectiveKind::CompatibleWith(named) = &mut directive.kind else { continue };
        if let Some(version) = numbers.get(named).filter(|_| !known.contains(named)) {
            *named = *version;
        }
    }
}

/// Reports each `compatible-with` that names a version which is unknown or not older.
pub(crate) fn check(set: &ParsedSet, findings: &mut Findings) {
    for up in set.scripts.iter().filter(|script| script.direction == Direction::Up) {
        let directives = up.script.iter().flat_map(|script| &script.header.directives);
        findings.extend(directives.filter_map(|directive| fault(set, up, directive)));
    }
}

fn fault(set: &ParsedSet, up: &ParsedScript, directive: &Directive) -> Option<Diagnostic> {
    let DirectiveKind::CompatibleWith(named) = directive.kind else { return None };
    let is_known =
        || set.doubtful.contains(&named) || set.scripts.iter().any(|it| it.version == named);
    let (message, why) = if named >= up.version {
        let own = up.version;
        let message = if named == own {
            format!("`compatible-with {named}` names the version of its own migration")
        } else {
            format!("`compatible-with {named}` names a version above its own migration, {own}")
        };
        (
            message,
            format!(
                "the directive is for older programs; those that know version {named} have this migration"
            ),
        )
    } else if is_known() {
        return None;
    } else {
        let message = format!("`compatible-with {named}` names a version that is not in the set");
        (message, format!("no program has version {named} as its newest migration"))
    };
    let error = Diagnostic::error(Code::CompatibleVersion, message)
        .on(&up.path, directive.range.clone(), "")
        .note(why);
    Some(error.help(suggestion(set, up)))
}

/// Suggests a directive, with the version before this migration as an example.
fn suggestion(set: &ParsedSet, up: &ParsedScript) -> String {
    let below = set.scripts.iter().filter(|script| script.version < up.version);
    match below.map(|script| script.version).max() {
        Some(before) => format!(
            "name the version of the oldest programs that may work with a database that has this \
             migration, such as `-- migratory: compatible-with {before}`; or delete the directive"
        ),
        None => "delete the directive: no migration comes before this one".to_owned(),
    }
}
