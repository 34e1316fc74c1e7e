//! Formats times and durations for people.

use std::time::Duration;

const DAY: i64 = 86_400;

/// Formats Unix seconds as `2026-11-21 10:09:00`, in UTC.
pub(crate) fn utc(seconds: i64) -> String {
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Returns the Gregorian date this many days after 1970-01-01.
///
/// Years are counted from March, so that the leap day is the last day of its year, and in eras of
/// 400 years, which all have the same number of days.
fn civil(days: i64) -> (i64, i64, i64) {
    let since_march_0 = days.saturating_add(719_468);
    let (era, day_of_era) = (since_march_0.div_euclid(146_097), since_march_0.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// Formats a duration as `0.4 ms`, `12 ms`, `3.2 s` or `2 min 5 s`.
pub(crate) fn took(duration: Duration) -> String {
    // Without floats: the code that prints one takes 17 KiB, and most programs have no other use
    // for it.
    let us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    match us {
        0..9_950 => format!("{} ms", tenths(us, 1_000)),
        9_950..999_500 => format!("{} ms", (us + 500) / 1_000),
        999_500..60_000_000 => format!("{} s", tenths(us, 1_000_000)),
        _ => format!("{} min {} s", duration.as_secs() / 60, duration.as_secs() % 60),
    }
}

/// Formats a number of microseconds in this unit, rounded to one decimal.
fn tenths(us: u64, unit: u64) -> String {
    let tenths = (us * 10 + unit / 2) / unit;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_formatted_in_utc() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"),
            (4_107_542_400, "2100-03-01 00:00:00"),
            (1_795_255_740, "2026-11-21 10:09:00"),
            (-1, "1969-12-31 23:59:59"),
        ] {
            assert_eq!(utc(seconds), text);
        }
        for seconds in [i64::MIN, i64::MAX] {
            assert!(!utc(seconds).is_empty());
        }
    }

    #[test]
    fn durations_are_formatted_in_a_fitting_unit() {
        for (us, text) in [
            (0, "0.0 ms"),
            (49, "0.0 ms"),
            (50, "0.1 ms"),
            (9_000, "9.0 ms"),
            (9_949, "9.9 ms"),
            (9_950, "10 ms"),
            (12_499, "12 ms"),
            (999_499, "999 ms"),
            (999_500, "1.0 s"),
            (3_249_999, "3.2 s"),
            (59_999_999, "60.0 s"),
            (60_000_000, "1 min 0 s"),
            (125_000_000, "2 min 5 s"),
        ] {
            assert_eq!(took(Duration::from_micros(us)), text);
        }
    }
}
