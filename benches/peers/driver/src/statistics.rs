//! Statistics of samples.

/// The median and the quartiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
}

impl Summary {
    pub(crate) fn of(values: &[f64]) -> Self {
        Self {
            median: quantile(values, 0.5),
            lower: quantile(values, 0.25),
            upper: quantile(values, 0.75),
        }
    }
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// Returns the median of the ratios to the baseline of the same round.
pub(crate) fn ratio(values: &[f64], baseline: &[f64]) -> f64 {
    let ratios: Vec<f64> = values.iter().zip(baseline).map(|(value, base)| value / base).collect();
    median(&ratios)
}

/// Returns a quantile, interpolated between two values; NaN if there are none.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "positions in a short list"
)]
fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = part * sorted.len().saturating_sub(1) as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    match (sorted.get(below), sorted.get(above)) {
        (Some(low), Some(high)) => low + (high - low) * position.fract(),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quartiles_are_found() {
        for (values, lower, median, upper) in [
            (vec![5.0], 5.0, 5.0, 5.0),
            (vec![3.0, 1.0], 1.5, 2.0, 2.5),
            (vec![9.0, 1.0, 5.0], 3.0, 5.0, 7.0),
            (vec![4.0, 1.0, 3.0, 2.0, 5.0], 2.0, 3.0, 4.0),
        ] {
            assert_eq!(Summary::of(&values), Summary { median, lower, upper }, "{values:?}");
        }
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn ratios_are_computed_per_round() {
        let slow_round = ratio(&[2.0, 20.0, 2.2], &[1.0, 10.0, 1.0]);
        assert!((slow_round - 2.0).abs() < 1e-9, "{slow_round}");
    }
}
