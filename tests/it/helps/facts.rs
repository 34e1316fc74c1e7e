//! A finding knows what its texts say: which tables and columns it is about, and which directive lets it pass.

use std::collections::BTreeSet;

use migratory_analysis::{Code, Diagnostic, Exception, Subject};

use super::{each, ticked};

/// The codes of findings about the rows or the definition of a table.
const OF_TABLES: [Code; 13] = [
    Code::RowsVanish,
    Code::ValuesMove,
    Code::RowsMultiply,
    Code::LossyRebuild,
    Code::HighWater,
    Code::RenameFirst,
    Code::PositionalCopy,
    Code::DropTable,
    Code::DropColumn,
    Code::DeleteAll,
    Code::ReplaceParent,
    Code::UnmatchedUpdate,
    Code::UpdateConflict,
];

#[test]
fn every_finding_names_its_subject() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    each(|set, _, finding, _| {
        seen.insert(finding.code);
        let is_of_table = OF_TABLES.contains(&finding.code);
        let is_of_rows = finding.code == Code::Dangles;
        let has_names = !(finding.subject().is_empty() && finding.mentioned().is_empty());
        let is_named = (!is_of_table || finding.table().is_some()) && (!is_of_rows || has_names);
        if !is_named || !is_said(finding) {
            wrong.push(format!("{}: {finding:?}", set.package.display()));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let missing: Vec<_> = OF_TABLES.iter().filter(|code| !seen.contains(*code)).collect();
    assert!(missing.is_empty(), "no set has a finding with {missing:?}");
}

/// Whether the message names all that the finding is about.
fn is_said(finding: &Diagnostic) -> bool {
    let mut names = finding.subject().iter().flat_map(Subject::names);
    names.all(|name| finding.message.contains(name.as_str()))
}

#[test]
fn every_exception_is_the_one_that_a_help_names() {
    let mut tried = 0;
    let mut wrong = Vec::new();
    each(|set, _, finding, _| {
        let is_of_header = finding.code.number() < Code::UpFails.number();
        let directives = finding.help.iter().flat_map(|help| ticked(help)).filter_map(|text| {
            let directive = text.strip_prefix("-- migratory: ")?.strip_suffix(": <reason>")?;
            ["allow(", "assumes("].iter().any(|it| directive.starts_with(it)).then_some(directive)
        });
        let said: Vec<_> = directives.collect();
        let known: Vec<_> = finding.exception().map(Exception::written).into_iter().collect();
        tried += known.len();
        if said != known && !is_of_header {
            wrong.push(format!("{}: {said:?} {finding:?}", set.package.display()));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 60, "{tried}");
}
