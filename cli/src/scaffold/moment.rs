//! A time in UTC, as versions are written.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: i64 = 24 * 60 * 60;

/// A second, counted from 1970 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(i64);

impl Moment {
    /// Now.
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_secs()).unwrap_or_default())
    }

    /// The moment that these digits spell, as far as they go: `YYYYMMDD`, `YYYYMMDDHHMMSS`.
    pub(crate) fn parse(digits: &str) -> Option<Self> {
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i64>().ok();
        let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
        let time = |from: usize| part(from, from + 2).unwrap_or_default();
        let seconds = (time(8) * 60 + time(10)) * 60 + time(12);
        let moment = Self(days(year, month, day) * DAY + seconds);
        // What is no date comes out as another one.
        let spelt = moment.digits();
        spelt.starts_with(digits.get(..digits.len().min(spelt.len()))?).then_some(moment)
    }

    /// `YYYYMMDDHHMMSS`.
    pub(crate) fn digits(self) -> String {
        let (year, month, day) = date(self.0.div_euclid(DAY));
        let second = self.0.rem_euclid(DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}")
    }

    /// The next moment that so many digits tell from this one.
    pub(crate) fn next(self, digits: usize) -> Self {
        let step = match digits {
            ..10 => DAY,
            10 | 11 => 3600,
            12 | 13 => 60,
            14.. => 1,
        };
        Self(self.0 + step)
    }
}

/// The days from 1970-01-01 to a date. Years begin in March here, so that a leap day ends one.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let since_march = (month + 9).rem_euclid(12);
    let of_year = (153 * since_march + 2) / 5 + day - 1;
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year, month and day of a number of days from 1970-01-01 on.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let since_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * since_march + 2) / 5 + 1;
    let month = if since_march < 10 { since_march + 3 } else { since_march - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_spelt_as_dates_and_read_again() {
        for (seconds, digits) in [
            (0, "19700101000000"),
            (951_782_400, "20000229000000"),
            (1_706_702_400, "20240131120000"),
            (1_709_251_199, "20240229235959"),
            (4_107_542_400, "21000301000000"),
        ] {
            assert_eq!(Moment(seconds).digits(), digits);
            assert_eq!(Moment::parse(digits), Some(Moment(seconds)), "{digits}");
        }
        assert_eq!(
            Moment::parse("20240131").map(Moment::digits).as_deref(),
            Some("20240131000000")
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for digits in ["20230229", "20241301", "20240131250000", "1706702400", "2024", ""] {
            assert_eq!(Moment::parse(digits), None, "{digits}");
        }
    }
}
