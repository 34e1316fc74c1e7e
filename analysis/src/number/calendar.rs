//! Numbers that are dates.

use super::{Numbers, shipped};
use crate::date;
use crate::parsed::ParsedScript;
use crate::{Code, Diagnostic, Findings};

pub(super) fn check(numbers: &Numbers<'_>, findings: &mut Findings) {
    let mut before: Option<&ParsedScript> = None;
    for (&version, script) in &numbers.scripts {
        let fault = date::fault(&script.digits);
        let is_date = fault.is_none();
        if !numbers.options.accepts(version) {
            let told = fault.map(|fault| impossible(script, &fault));
            findings.extend(told.or_else(|| disorder(before.filter(|_| is_date)?, script)));
        }
        if is_date {
            before = Some(script);
        }
    }
}

fn impossible(script: &ParsedScript, fault: &str) -> Diagnostic {
    let digits = &script.digits;
    Diagnostic::error(Code::ImpossibleDate, format!("the version {digits} is no date: {fault}"))
        .at(&script.path)
        .note("8 digits and more are a date: `YYYYMMDD`, or with the time `YYYYMMDDHHMMSS`")
        .help("rename it to the date that is meant; or count 1, 2, 3 with fewer digits")
        .help(shipped(script.version))
}

/// Numbers of unlike length may be in another order than the dates that they stand for.
fn disorder(before: &ParsedScript, script: &ParsedScript) -> Option<Diagnostic> {
    if date::moment(&before.digits) <= date::moment(&script.digits) {
        return None;
    }
    let (length, other) = (script.digits.len(), before.digits.len());
    let message =
        format!("{} is an earlier date than {}, and a larger number", script.digits, before.digits);
    Some(
        Diagnostic::error(Code::DateOrder, message)
            .at(&script.path)
            .at(&before.path)
            .note(format!(
                "migrations run in the order of their numbers: {length} digits come after {other}"
            ))
            .help(format!("write all dates with {length} digits"))
            .help(shipped(script.version)),
    )
}
