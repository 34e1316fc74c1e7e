//! Determines which migrations `accept_through` accepts as they are, and in which order they run.

use migratory_core::Version;

use crate::naming::date;
use crate::naming::name::Reading;
use crate::spelling;
use crate::{Code, Diagnostic, Options};

/// The migrations that `accept_through` covers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Accepted {
    /// The last version that it covers.
    pub(crate) through: Option<Version>,
    /// Whether dates without dashes are compared as text too, as the former tool compared them.
    is_textual: bool,
}

impl Accepted {
    /// Finds the version that the option names, by the digits in the file names.
    ///
    /// `are_texts` is true for the layouts of Diesel and Prisma, which compare versions as text.
    pub(crate) fn find(options: &Options, names: &[&Reading<'_>], are_texts: bool) -> Self {
        let Some(asked) = options.accept_through else { return Self::default() };
        let Some(last) = named(asked, names) else {
            return Self { through: Some(asked), is_textual: false };
        };
        let is_textual = are_texts && is_reordered(last, names);
        let accepted = Self { through: None, is_textual };
        Self { through: accepted.version(last).or(Some(asked)), is_textual }
    }

    /// Returns the version of the migration with this name.
    pub(crate) fn version(&self, name: &Reading<'_>) -> Option<Version> {
        if self.is_textual && is_date(name) { name.filled() } else { name.version() }
    }

    pub(crate) fn covers(&self, name: &Reading<'_>) -> bool {
        self.version(name).is_some_and(|version| Some(version) <= self.through)
    }
}

/// Returns the name with this version, or else the name with these digits.
fn named<'a, 'n>(version: Version, names: &[&'a Reading<'n>]) -> Option<&'a Reading<'n>> {
    let all = || names.iter().copied();
    all()
        .find(|name| name.version() == Some(version))
        .or_else(|| all().find(|name| name.number() == Some(version)))
}

/// Whether the dates up to `last` sort differently as numbers than as text.
fn is_reordered(last: &Reading<'_>, names: &[&Reading<'_>]) -> bool {
    let mut covered: Vec<_> = names
        .iter()
        .filter(|name| is_date(name) && name.filled() <= last.filled())
        .map(|name| (name.filled(), name.version()))
        .collect();
    covered.sort();
    !covered.is_sorted_by_key(|(_, version)| *version)
}

fn is_date(name: &Reading<'_>) -> bool {
    name.digits.len() >= date::DIGITS
}

/// Reports an `accept_through` that names no migration.
pub(crate) fn unknown(
    options: &Options,
    folder: &str,
    names: &[&Reading<'_>],
    doubtful: &[Version],
) -> Option<Diagnostic> {
    let asked = options.accept_through?;
    if named(asked, names).is_some() || doubtful.contains(&asked) {
        return None;
    }
    let message = format!("`accept_through = {asked}` names no migration of the folder");
    let error = Diagnostic::error(Code::AcceptThrough, message).at(folder).note(
        "the option names the last migration that has shipped, by the digits in its file name",
    );
    let mut numbers: Vec<_> =
        names.iter().filter_map(|name| Some((name.number()?, name.written))).collect();
    numbers.sort_unstable();
    let below = numbers.iter().rev().find(|(number, _)| *number < asked);
    let above = numbers.iter().find(|(number, _)| *number > asked);
    let near: Vec<_> =
        below.into_iter().chain(above).map(|(_, written)| format!("`{written}`")).collect();
    let nearest = if near.len() == 1 { "nearest version is" } else { "nearest versions are" };
    let error = error.help(format!("the {nearest} {}", spelling::list(&near)));
    // A date without a time means the last migration of that day.
    let later = numbers.iter().rev().find(|(number, _)| starts(*number, asked));
    Some(match later.or(below) {
        Some((number, _)) => error.help(format!("write `accept_through = {number}`")),
        None => error,
    })
}

fn starts(number: Version, start: Version) -> bool {
    number.to_string().starts_with(&start.to_string()) && start.to_string().len() >= date::DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(names: &[&str], through: i64) -> Vec<String> {
        let readings: Vec<_> = names.iter().map(|name| Reading::of_folder(name)).collect();
        let options = Options::default().accept_through(Version::new(through));
        let accepted = Accepted::find(&options, &readings.iter().collect::<Vec<_>>(), true);
        let mut covered: Vec<_> = readings.iter().filter(|name| accepted.covers(name)).collect();
        covered.sort_by_key(|name| accepted.version(name));
        covered.iter().map(|name| name.name.to_owned()).collect()
    }

    #[test]
    fn diesel_dates_sort_as_text() {
        let dashed = ["2019-03-01-000000_a", "2020-12-08-121200-b", "2021-01-01-000000_c"];
        assert_eq!(order(&dashed, 20_201_208_121_200), ["a", "b"]);
        assert_eq!(order(&dashed, 202_012_081_212_000_000), ["a", "b"]);
        let mixed = ["2019-03-01-000000_a", "20200101000000_b", "2021-01-01-000000-0001_c"];
        assert_eq!(order(&mixed, 202_101_010_000_000_001), ["a", "b", "c"]);
        let widths = ["202401311200_b", "20230101000000_a"];
        assert_eq!(order(&widths, 202_401_311_200), ["a", "b"]);
    }

    #[test]
    fn undashed_dates_keep_their_numbers_if_the_order_is_the_same() {
        let names = ["20190301000000_a", "2020-01-01-000000_b"].map(Reading::of_folder);
        let options = Options::default().accept_through(Version::new(20_200_101_000_000));
        let accepted = Accepted::find(&options, &names.iter().collect::<Vec<_>>(), true);
        assert_eq!(accepted.version(&names[0]), Some(Version::new(20_190_301_000_000)));
        assert_eq!(accepted.version(&names[1]), Some(Version::new(202_001_010_000_000_000)));
    }
}
