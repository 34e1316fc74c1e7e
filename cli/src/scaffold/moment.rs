//! Times in UTC, in the form of versions.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// A time in UTC, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(DateTime);

impl Moment {
    pub(crate) fn now() -> Self {
        Self(TimeZone::UTC.to_datetime(Timestamp::now()))
    }

    /// Parses as many parts of a time as the digits have: `YYYYMMDD`, `YYYYMMDDHHMMSS`.
    pub(crate) fn parse(digits: &str) -> Option<Self> {
        let pair = |from: usize| digits.get(from..from + 2)?.parse::<i8>().ok();
        let time = |from: usize| pair(from).unwrap_or_default();
        let year = digits.get(..4)?.parse().ok()?;
        let moment = DateTime::new(year, pair(4)?, pair(6)?, time(8), time(10), time(12), 0);
        let moment = Self(moment.ok()?);
        // A single digit at the end is not an hour, minute or second.
        let spelled = moment.digits();
        spelled.starts_with(&digits[..digits.len().min(spelled.len())]).then_some(moment)
    }

    /// `YYYYMMDDHHMMSS`.
    pub(crate) fn digits(self) -> String {
        self.0.strftime("%Y%m%d%H%M%S").to_string()
    }

    /// Returns the next time that differs within this many digits.
    pub(crate) fn next(self, digits: usize) -> Self {
        let step = Span::new();
        let step = match digits {
            ..10 => step.days(1),
            10 | 11 => step.hours(1),
            12 | 13 => step.minutes(1),
            14.. => step.seconds(1),
        };
        Self(self.0.saturating_add(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_and_written_again() {
        for digits in ["19700101000000", "20000229000000", "20240229235959", "21000301000000"] {
            assert_eq!(Moment::parse(digits).map(Moment::digits).as_deref(), Some(digits));
        }
        for (digits, expected) in
            [("20240131", "20240131000000"), ("20240131120000999", "20240131120000")]
        {
            let moment = Moment::parse(digits).map(Moment::digits);
            assert_eq!(moment.as_deref(), Some(expected), "{digits}");
        }
        assert!(Moment::now().digits().as_str() > "20240101000000");
    }

    #[test]
    fn impossible_dates_are_refused() {
        for digits in
            ["20230229", "20241301", "20240131250000", "202401311", "1706702400", "2024", ""]
        {
            assert_eq!(Moment::parse(digits), None, "{digits}");
        }
    }
}
