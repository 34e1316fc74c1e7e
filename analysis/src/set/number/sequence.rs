//! Checks numbers that count up by one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use migratory_core::Version;

use super::{Numbers, SHOWN, UNRECORDED, shipped};
use crate::naming::date;
use crate::set::parsed::ParsedScript;
use crate::spelling;
use crate::{Code, Diagnostic, Findings};

/// The number of runs of missing versions to list.
const RUNS: usize = 5;

pub(super) fn check(numbers: &Numbers<'_>, findings: &mut Findings) {
    findings.extend(first(numbers));
    findings.extend(gaps(numbers));
    findings.extend(padding(numbers));
}

fn first(numbers: &Numbers<'_>) -> Option<Diagnostic> {
    let (&version, script) = numbers.scripts.first_key_value()?;
    let is_first = present(numbers).first() == Some(&version.get());
    if version.get() <= 1 || !is_first || numbers.options.accepts(version) {
        return None;
    }
    let one = format!("{:0width$}", 1, width = script.digits.len());
    Some(
        Diagnostic::error(Code::FirstVersion, format!("the first version is {version}"))
            .at(&script.path)
            .note("a sequence begins with 0 or 1: what comes before may have been lost")
            .help(shipped(&script.digits))
            .help(format!(
                "or add what is missing; {UNRECORDED}{}",
                numbers.set.rename(script, &one)
            )),
    )
}

fn gaps(numbers: &Numbers<'_>) -> Option<Diagnostic> {
    let present: Vec<i64> = present(numbers).into_iter().collect();
    let gaps: Vec<(i64, i64)> = present
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|&(before, after)| after - before > 1)
        .filter(|&(_, after)| !numbers.options.accepts(Version::new(after)))
        .collect();
    let (&(before, after), &(_, last)) = (gaps.first()?, gaps.last()?);
    let missing: Vec<_> = gaps.iter().map(|&(before, after)| before + 1..=after - 1).collect();
    let mut error = Diagnostic::error(Code::Gap, missing_versions(&missing));
    let behind = gaps.iter().filter_map(|(_, after)| numbers.scripts.get(&Version::new(*after)));
    for script in behind.take(SHOWN) {
        error = error.at(&script.path);
    }
    if error.labels.is_empty() {
        error = error.at(&numbers.set.folder);
    }
    let error = error.note("a migration may have been lost, or is still to be merged");
    let behind = |number| numbers.scripts.get(&Version::new(number));
    let digits = behind(last).map_or(last.to_string(), |script| script.digits.clone());
    let error = error.help(shipped(&digits));
    Some(match behind(after) {
        _ if gaps.len() > 1 => {
            error.help(format!("{UNRECORDED}number them without gaps, from {} on", before + 1))
        }
        Some(script) => {
            let free = format!("{:0width$}", before + 1, width = script.digits.len());
            error.help(format!(
                "or add what is missing; {UNRECORDED}{}",
                numbers.set.rename(script, &free)
            ))
        }
        None => error,
    })
}

/// Returns the versions of the sequence, including those of refused files.
fn present(numbers: &Numbers<'_>) -> BTreeSet<i64> {
    let below = 10_i64.pow(u32::try_from(date::DIGITS).unwrap_or(8) - 1);
    let doubtful = numbers.set.doubtful.iter();
    numbers
        .scripts
        .keys()
        .chain(doubtful)
        .map(|version| version.get())
        .filter(|&number| number < below)
        .collect()
}

/// Returns a short sentence about the missing versions.
fn missing_versions(missing: &[RangeInclusive<i64>]) -> String {
    let number: i64 = missing.iter().map(|run| run.end() - run.start() + 1).sum();
    let mut runs: Vec<String> = missing.iter().take(RUNS).map(spelt).collect();
    match missing.len().saturating_sub(RUNS) {
        0 => {}
        more => runs.push(spelling::counted(more, "more run", "more runs")),
    }
    let runs = spelling::list(&runs);
    if number == 1 {
        format!("version {runs} is missing")
    } else {
        format!("versions {runs} are missing")
    }
}

fn spelt(run: &RangeInclusive<i64>) -> String {
    if run.start() == run.end() {
        run.start().to_string()
    } else {
        format!("{} to {}", run.start(), run.end())
    }
}

fn padding(numbers: &Numbers<'_>) -> Option<Diagnostic> {
    let scripts: Vec<_> =
        numbers.scripts.values().copied().filter(|each| !numbers.set.is_doubled(each)).collect();
    let width = usual_width(&scripts)?;
    let others: Vec<_> = scripts
        .iter()
        .filter(|script| !numbers.options.accepts(script.version))
        .filter(|script| script.digits != padded(script, width))
        .collect();
    others.first()?;
    let digits: Vec<_> =
        others.iter().take(SHOWN).map(|each| format!("`{}`", each.digits)).collect();
    let more = others.len() - digits.len();
    let which = if more == 0 {
        spelling::list(&digits)
    } else {
        format!("{} and {more} more", digits.join(", "))
    };
    let message = format!(
        "{which} {} not padded as the other versions are",
        if others.len() == 1 { "is" } else { "are" }
    );
    let mut error = Diagnostic::error(Code::Padding, message);
    for script in others.iter().take(SHOWN) {
        error = error.at(&script.path).help(numbers.set.rename(script, &padded(script, width)));
    }
    let rest = match width {
        1 => "have no zeros before the number".to_owned(),
        width => format!("are {width} digits wide"),
    };
    Some(error.note(format!(
        "the others {rest}: a listing would show them in another order than they run"
    )))
}

fn padded(script: &ParsedScript, width: usize) -> String {
    format!("{:0width$}", script.version.get())
}

/// Returns the width to which most versions are padded; 1 if they are not padded.
fn usual_width(scripts: &[&ParsedScript]) -> Option<usize> {
    let mut votes: BTreeMap<usize, usize> = BTreeMap::from([(1, 0)]);
    for script in scripts {
        votes.entry(script.digits.len()).or_default();
    }
    for (width, votes) in &mut votes {
        *votes = scripts.iter().filter(|script| script.digits == padded(script, *width)).count();
    }
    votes.into_iter().max_by_key(|&(width, votes)| (votes, width)).map(|(width, _)| width)
}

#[cfg(test)]
mod tests {
    use super::missing_versions;

    #[test]
    fn missing_versions_are_listed_as_runs() {
        for (missing, expected) in [
            (vec![3..=3], "version 3 is missing"),
            (vec![3..=5], "versions 3 to 5 are missing"),
            (vec![3..=3, 7..=9], "versions 3 and 7 to 9 are missing"),
        ] {
            assert_eq!(missing_versions(&missing), expected);
        }
        let many: Vec<_> = (0..9).map(|each| each * 10 + 1..=each * 10 + 9).collect();
        let message = missing_versions(&many);
        assert!(message.ends_with("41 to 49 and 4 more runs are missing"), "{message}");
    }
}
