//! The number of the next migration, in the form of the existing ones.

use super::moment::Moment;

/// A number with this many digits or more is a date.
const DATE: usize = 8;
/// The digits of a date with its time to the second.
const SECOND: usize = 14;

/// The number after the newest one, as file names have it, with Diesel's dashes.
pub(crate) fn next(newest: Option<&str>, now: Moment) -> String {
    let Some(newest) = newest else { return "0001".to_owned() };
    let digits = only_digits(newest);
    if digits.len() < DATE {
        let number = digits.parse::<u64>().unwrap_or_default() + 1;
        return format!("{number:0width$}", width = digits.len());
    }
    match Moment::parse(&digits) {
        Some(last) => {
            let next = like(newest, now);
            // For two migrations on the same day, or a slow clock, the number must still increase.
            if only_digits(&next) > digits { next } else { like(newest, last.next(digits.len())) }
        }
        None if digits.len() <= SECOND => now.digits(),
        None => digits.parse::<u128>().map_or_else(|_| now.digits(), |it| (it + 1).to_string()),
    }
}

/// Writes the time in the form of another number, with zeros where that is more precise.
fn like(form: &str, moment: Moment) -> String {
    let digits = moment.digits();
    let mut digits = digits.chars().chain(std::iter::repeat('0'));
    let write = |letter: char| {
        if letter.is_ascii_digit() { digits.next().unwrap_or('0') } else { letter }
    };
    form.chars().map(write).collect()
}

pub(crate) fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_number_has_the_form_of_the_newest() {
        let now = Moment::parse("20240131120000").expect("a date");
        for (newest, expected) in [
            (None, "0001"),
            (Some("0012"), "0013"),
            (Some("9"), "10"),
            (Some("099"), "100"),
            (Some("20231224"), "20240131"),
            (Some("20240131"), "20240201"),
            (Some("20231224180000"), "20240131120000"),
            (Some("20240131120000"), "20240131120001"),
            (Some("20250101000000"), "20250101000001"),
            (Some("202312241800"), "202401311200"),
            (Some("20231224180000123"), "20240131120000000"),
            (Some("2023-12-24-180000"), "2024-01-31-120000"),
            (Some("2023-12-24-180000-0007"), "2024-01-31-120000-0000"),
            (Some("2024-01-31-235959"), "2024-02-01-000000"),
            (Some("1706702400"), "20240131120000"),
        ] {
            assert_eq!(next(newest, now), expected, "{newest:?}");
        }
    }
}
