//! Versions that are dates, with or without a time.

/// The number of digits from which a version counts as a date.
pub const DIGITS: usize = 8;

/// Describes what is wrong with a date: `YYYYMMDD`, then hours, minutes and seconds as far as there are digits.
/// Digits after the seconds may be anything.
pub fn fault(digits: &str) -> Option<String> {
    let part =
        |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    if !(1..=12).contains(&month) {
        return Some(format!("there is no month {month}"));
    }
    let last = days(year, month);
    if !(1..=last).contains(&day) {
        return Some(format!("there is no day {day} in the month {year:04}-{month:02}"));
    }
    let too_late = |what: &str, from: usize, last: u32| {
        let value = part(from, from + 2)?;
        (value > last).then(|| format!("there is no {what} {value}"))
    };
    too_late("hour", 8, 23)
        .or_else(|| too_late("minute", 10, 59))
        .or_else(|| too_late("second", 12, 59))
}

/// Whether these digits are a date on the calendar.
pub fn is_real(digits: &str) -> bool {
    digits.len() >= DIGITS && fault(digits).is_none()
}

/// Whether these digits are a Unix time since 2001, in seconds.
pub fn is_unix(digits: &str) -> bool {
    digits.len() == 10 && digits.starts_with('1')
}

/// Pads the digits with zeros on the right: then comparing them as text compares them in time.
pub fn moment(digits: &str) -> String {
    format!("{digits:0<19}")
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::{fault, is_real};

    #[test]
    fn faults_in_dates_are_described() {
        for digits in [
            "20240229",
            "20001231",
            "2024013123",
            "202401312359",
            "20240131235959",
            "202401312359599999",
        ] {
            assert_eq!(fault(digits), None, "{digits}");
        }
        for (digits, expected) in [
            ("20241301", "there is no month 13"),
            ("00000000000000", "there is no month 0"),
            ("20230229", "there is no day 29 in the month 2023-02"),
            ("21000229", "there is no day 29 in the month 2100-02"),
            ("20240100", "there is no day 0 in the month 2024-01"),
            ("20240131240000", "there is no hour 24"),
            ("202401312360", "there is no minute 60"),
            ("20240131235960", "there is no second 60"),
        ] {
            assert_eq!(fault(digits).as_deref(), Some(expected), "{digits}");
        }
    }

    #[test]
    fn unix_times_have_ten_digits() {
        assert!(super::is_unix("1700000000"));
        assert!(!super::is_unix("2024013123") && !super::is_unix("17000000000"));
    }

    #[test]
    fn real_dates_are_distinguished_from_other_numbers() {
        for digits in ["20240229", "20240131235959", "2024013123", "202401312359599999"] {
            assert!(is_real(digits), "{digits}");
        }
        for digits in ["20230229", "20241301", "1700000000", "20240131240000", "2024010", ""] {
            assert!(!is_real(digits), "{digits}");
        }
    }
}
