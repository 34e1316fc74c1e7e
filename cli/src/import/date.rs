//! Which numbers are dates, and which of these are on the calendar.

/// From how many digits on a version is a date.
pub(crate) const DIGITS: usize = 8;

/// Whether the digits are `YYYYMMDD`, then hours, minutes and seconds as far as there are any.
pub(crate) fn is_real(digits: &str) -> bool {
    let part = |from, to| digits.get(from..to).and_then(|part: &str| part.parse::<u32>().ok());
    let below = |from, end: u32| part(from, from + 2).is_none_or(|value| value < end);
    let (Some(year), Some(month), Some(day)) = (part(0, 4), part(4, 6), part(6, 8)) else {
        return false;
    };
    (1..=days(year, month)).contains(&day) && below(8, 24) && below(10, 60) && below(12, 60)
}

/// The digits as a text whose order is the order in time.
pub(crate) fn moment(digits: &str) -> String {
    format!("{digits:0<19}")
}

/// How many there are in the month; none in one that does not exist.
fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::is_real;

    #[test]
    fn real_dates_are_told_from_other_numbers() {
        for digits in ["20240229", "20240131235959", "2024013123", "202401312359599999"] {
            assert!(is_real(digits), "{digits}");
        }
        for digits in ["20230229", "20241301", "1700000000", "20240131240000", "2024010", ""] {
            assert!(!is_real(digits), "{digits}");
        }
    }
}
