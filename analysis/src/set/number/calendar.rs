//! Checks numbers that are dates.

use super::{Numbers, UNRECORDED, shipped};
use crate::naming::date;
use crate::set::parsed::ParsedScript;
use crate::{Code, Diagnostic, Findings};

/// The number of versions to list in a finding about several.
const SPELT: usize = 3;

pub(super) fn check(numbers: &Numbers<'_>, findings: &mut Findings) {
    let mut before: Option<&ParsedScript> = None;
    let mut impossible: Vec<(&ParsedScript, String)> = Vec::new();
    for (&version, &script) in &numbers.scripts {
        let is_judged = !numbers.options.accepts(version);
        match date::fault(&script.digits) {
            Some(fault) if is_judged => impossible.push((script, fault)),
            Some(_) => {}
            None => {
                let before = before.replace(script).filter(|_| is_judged);
                findings.extend(before.and_then(|before| disorder(before, script)));
            }
        }
    }
    findings.extend(invalid_dates(&impossible));
}

/// Reports all versions that are not valid dates, in one finding.
fn invalid_dates(impossible: &[(&ParsedScript, String)]) -> Option<Diagnostic> {
    let ((_, fault), (last, _)) = (impossible.first()?, impossible.last()?);
    let shown = || impossible.iter().take(SPELT);
    let spelt: Vec<_> = shown().map(|(script, _)| script.digits.as_str()).collect();
    let message = match (impossible.len(), spelt.join(", ")) {
        (1, spelt) => format!("the version {spelt} is not a date: {fault}"),
        (many, spelt) if many > SPELT => {
            format!("the versions {spelt} and {} more are not dates: {fault}", many - SPELT)
        }
        (_, spelt) => format!("the versions {spelt} are not dates: {fault}"),
    };
    let mut error = Diagnostic::error(Code::ImpossibleDate, message);
    for (script, _) in shown() {
        error = error.at(&script.path);
    }
    error =
        error.note("8 digits and more are a date: `YYYYMMDD`, or with the time `YYYYMMDDHHMMSS`");
    if impossible.iter().all(|(script, _)| date::is_unix(&script.digits)) {
        let next = if impossible.len() == 1 { "it is a Unix time" } else { "they are Unix times" };
        error =
            error.note(format!("by their size {next}: dates that come later are larger numbers"));
    }
    let rename = match impossible.len() {
        1 => "rename it to the intended date; or count 1, 2, 3 with fewer digits",
        _ => "rename them to the intended dates; or count 1, 2, 3 with fewer digits",
    };
    Some(error.help(shipped(&last.digits)).help(format!("{UNRECORDED}{rename}")))
}

/// Reports a larger number that is an earlier date, which happens with numbers of different lengths.
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
            .help(shipped(&script.digits))
            .help(format!("{UNRECORDED}write all dates with {length} digits")),
    )
}
