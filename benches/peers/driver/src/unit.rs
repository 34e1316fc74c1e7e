//! Formats numbers for people.

use crate::statistics::Summary;

/// Formats nanoseconds with three digits and a unit.
pub(crate) fn time(nanoseconds: f64) -> String {
    let (value, unit) = scaled_time(nanoseconds, nanoseconds);
    format!("{value} {unit}")
}

/// Formats the median, and the quartiles in the same unit, unless there is but one value.
pub(crate) fn times(summary: Summary) -> String {
    let Summary { median, lower, upper } = summary;
    if upper <= lower {
        return time(median);
    }
    let (value, unit) = scaled_time(median, median);
    format!("{value} {unit} ({}–{})", scaled_time(lower, median).0, scaled_time(upper, median).0)
}

/// Scales a value to the unit that suits another.
fn scaled_time(nanoseconds: f64, like: f64) -> (String, &'static str) {
    let units = [(1e9, "s"), (1e6, "ms"), (1e3, "us")];
    let (size, unit) = units.into_iter().find(|(size, _)| like >= *size).unwrap_or((1.0, "ns"));
    (digits(nanoseconds / size), unit)
}

pub(crate) fn ratio(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}

pub(crate) fn kib(bytes: f64) -> String {
    format!("{} KiB", thousands(bytes / 1024.0))
}

pub(crate) fn mib(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / 1024.0 / 1024.0)
}

/// Formats a whole number with a comma at each thousand.
pub(crate) fn thousands(value: f64) -> String {
    let text = format!("{:.0}", value.abs());
    let mut grouped = String::new();
    for (index, digit) in text.chars().enumerate() {
        if index > 0 && (text.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if value <= -0.5 { format!("-{grouped}") } else { grouped }
}

/// Formats a number with three digits, or more if its integer part is longer.
fn digits(value: f64) -> String {
    match value {
        v if v >= 99.95 => thousands(v),
        v if v >= 9.995 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        for (nanoseconds, expected) in [
            (7.0, "7.00 ns"),
            (2_345.0, "2.35 us"),
            (23_456.0, "23.5 us"),
            (234_567_890.0, "235 ms"),
            (1_234_567_890.0, "1.23 s"),
            (1_234_567_890_000.0, "1,235 s"),
        ] {
            assert_eq!(time(nanoseconds), expected);
        }
        let summary = Summary { median: 1_100.0, lower: 900.0, upper: 12_000.0 };
        assert_eq!(times(summary), "1.10 us (0.90–12.0)");
        assert_eq!(times(Summary::of(&[7.0])), "7.00 ns");
    }

    #[test]
    fn thousands_are_separated() {
        for (value, expected) in [
            (0.0, "0"),
            (999.4, "999"),
            (1000.0, "1,000"),
            (1_234_567.0, "1,234,567"),
            (-1500.0, "-1,500"),
        ] {
            assert_eq!(thousands(value), expected);
        }
        assert_eq!((kib(2048.0), mib(1_572_864.0)), ("2 KiB".into(), "1.5 MiB".into()));
        assert_eq!((ratio(1.039), ratio(12.3)), ("1.04".into(), "12".into()));
    }
}
