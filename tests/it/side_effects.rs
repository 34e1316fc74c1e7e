//! Side effects on rows, values and indexes that no statement of a script names, each with a correct variant.

use migratory_analysis::{Options, Severity};

use crate::support::findings;

mod generated;
mod rowids;
mod search_index;
mod triggers;
mod virtual_tables;

/// A script after a schema, and the codes of its findings, with `W` before those of warnings.
struct Case<'a> {
    name: &'a str,
    before: &'a str,
    script: &'a str,
    found: &'a [&'a str],
}

fn check(cases: &[Case<'_>]) {
    for Case { name, before, script, found } in cases {
        let files = [("1_before.up", *before), ("2_script.up", *script)];
        let findings = findings(&files, &Options::default().up_only(true));
        let codes = findings.iter().map(|finding| match finding.severity {
            Severity::Warning => format!("W{}", finding.code),
            Severity::Error => finding.code.to_string(),
        });
        assert_eq!(codes.collect::<Vec<_>>(), *found, "{name}\n{findings}");
    }
}

/// Returns the message about a script after this schema.
fn output_of(before: &str, script: &str) -> String {
    let files = [("1_before.up", before), ("2_script.up", script)];
    findings(&files, &Options::default().up_only(true)).to_string()
}
