//! Describes the findings of a comparison in words.

use migratory_rehearsal::real::{Comparison, Difference, Sample, Standing, Unmet, What};

/// Formats a number of bytes for people.
pub(super) fn bytes(count: u64) -> String {
    let units = ["KiB", "MiB", "GiB"];
    let mut tenths = count.saturating_mul(10) / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < units.len() {
        tenths /= 1024;
        unit += 1;
    }
    match tenths % 10 {
        0 => format!("{} {}", tenths / 10, units[unit]),
        tenth => format!("{}.{tenth} {}", tenths / 10, units[unit]),
    }
}

/// Formats a count with its noun.
pub(super) fn count(count: u64, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {one}{plural}")
}

/// Formats how much was compared.
pub(super) fn totals(comparison: &Comparison) -> String {
    let [tables, rows, values] = comparison.totals();
    format!("{}, {} and {}", count(tables, "table"), count(rows, "row"), count(values, "value"))
}

/// Describes a difference in one line.
pub(super) fn difference(difference: &Difference, comparison: &Comparison) -> String {
    let Difference { table, what, rows, .. } = difference;
    let all = comparison.tables.get(table).map_or(0, |it| it.before);
    let verb = if *rows == 1 { "is" } else { "are" };
    match what {
        What::Gone => format!("{rows} of {} of {table} {verb} missing", count(all, "row")),
        What::Repeated => format!("{} of {table} {verb} duplicated", count(*rows, "row")),
        What::Added => {
            format!("{} of {table} {verb} new", count(*rows, "row"))
        }
        What::Value(column) if difference.standing == Standing::Improved => {
            format!(
                "{} of {table}.{column} {verb} filled in, or converted to the type",
                count(*rows, "value")
            )
        }
        What::Value(column) => {
            let verb = if *rows == 1 { "differs" } else { "differ" };
            format!("{} of {table}.{column} {verb}", count(*rows, "value"))
        }
        What::Counter => format!("{table} lost its highest AUTOINCREMENT id"),
        _ => format!("{} of {table} {verb} changed", count(*rows, "row")),
    }
}

/// Describes a false assumption.
pub(super) fn falsified(unmet: &Unmet) -> String {
    let Unmet { file, assumption, rows, shown, .. } = unmet;
    let what = match rows {
        Some(1) => "1 row does not meet it".to_owned(),
        Some(rows) => format!("{rows} rows do not meet it"),
        None => "it can't be evaluated".to_owned(),
    };
    format!("{file} states `{assumption}`, and {what}: {}", shown.join("; "))
}

/// Describes a row that shows a difference.
pub(super) fn sample(sample: &Sample) -> String {
    match (&sample.before, &sample.after) {
        (Some(before), Some(after)) => format!("{}: {before} became {after}", sample.row),
        _ => sample.row.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_short() {
        for (given, expected) in [
            (0, "0 KiB"),
            (4096, "4 KiB"),
            (1 << 20, "1 MiB"),
            (1_500_000, "1.4 MiB"),
            (10 << 30, "10 GiB"),
            (5 << 40, "5120 GiB"),
        ] {
            assert_eq!(bytes(given), expected);
        }
    }
}
