//! Runs several contenders in turn, so that disturbances of the machine affect all of them.

use crate::Outcome;
use crate::statistics::{Summary, ratio};
use crate::unit;

/// The outcome of one run.
pub(crate) enum Reading {
    Value(f64),
    /// It ran but did the wrong thing, so its time doesn't count.
    Wrong(String),
}

/// A contender.
pub(crate) struct Contender<'a> {
    label: String,
    run: Box<dyn FnMut() -> Outcome<Reading> + 'a>,
    /// How many rounds it takes part in.
    most: usize,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(
        label: impl Into<String>,
        run: impl FnMut() -> Outcome<Reading> + 'a,
    ) -> Self {
        Self { label: label.into(), run: Box::new(run), most: usize::MAX }
    }

    /// Returns it such that it takes part in the first rounds only, because it takes long.
    pub(crate) fn at_most(self, rounds: usize) -> Self {
        Self { most: rounds, ..self }
    }
}

/// A contender's results: a value per round, or what is wrong.
pub(crate) type Values = Result<Vec<f64>, String>;

/// Runs all contenders one after the other in each round; each round starts with a different one.
pub(crate) fn run(contenders: &mut [Contender<'_>], rounds: usize) -> Outcome<Vec<Values>> {
    let mut all: Vec<Values> = contenders.iter().map(|_| Ok(Vec::new())).collect();
    for round in 0..rounds {
        for nth in order(contenders.len(), round) {
            let Ok(values) = &mut all[nth] else { continue };
            if round >= contenders[nth].most {
                continue;
            }
            match (contenders[nth].run)()? {
                Reading::Value(value) => values.push(value),
                Reading::Wrong(why) => {
                    eprintln!("  {}: {why}", contenders[nth].label);
                    all[nth] = Err(why);
                }
            }
        }
        eprintln!("  round {} of {rounds}: {}", round + 1, so_far(contenders, &all));
    }
    Ok(all)
}

/// Formats each contender's newest value, to show progress.
fn so_far(contenders: &[Contender<'_>], all: &[Values]) -> String {
    let newest = contenders.iter().zip(all).map(|(contender, values)| {
        let value = values.as_ref().map_or("wrong".into(), |values| {
            values.last().map_or(String::new(), |&value| unit::time(value))
        });
        format!("{} {value}", contender.label)
    });
    newest.collect::<Vec<_>>().join(", ")
}

fn order(count: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |nth| (nth + round) % count)
}

/// Returns a cell with the time, and one with the ratio to the baseline.
pub(crate) fn cells(values: &Values, baseline: &Values) -> [String; 2] {
    match (values, baseline) {
        (Ok(values), Ok(baseline)) => {
            [unit::times(Summary::of(values)), unit::ratio(ratio(values, baseline))]
        }
        (Ok(values), Err(_)) => [unit::times(Summary::of(values)), "–".into()],
        (Err(why), _) => [why.clone(), "–".into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_begins_with_another() {
        let orders: Vec<Vec<usize>> = (0..4).map(|round| order(3, round).collect()).collect();
        assert_eq!(orders, [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 1, 2]]);
    }

    #[test]
    fn a_slow_contender_takes_part_in_the_first_rounds() {
        let mut contenders = [
            Contender::new("quick", || Ok(Reading::Value(2.0))),
            Contender::new("slow", || Ok(Reading::Value(9.0))).at_most(1),
        ];
        let values = run(&mut contenders, 3).expect("no program runs here");
        assert_eq!(values, [Ok(vec![2.0, 2.0, 2.0]), Ok(vec![9.0])]);
        assert_eq!(cells(&values[1], &values[0]), ["9.00 ns", "4.50"]);
    }

    #[test]
    fn a_contender_that_is_wrong_is_not_run_again() {
        let mut asked = 0;
        let mut contenders = [
            Contender::new("right", || Ok(Reading::Value(2.0))),
            Contender::new("wrong", || {
                asked += 1;
                Ok(Reading::Wrong("lost rows".into()))
            }),
        ];
        let values = run(&mut contenders, 3).expect("no program runs here");
        assert_eq!(values, [Ok(vec![2.0, 2.0, 2.0]), Err("lost rows".into())]);
        assert_eq!(cells(&values[0], &values[0])[1], "1.00");
        assert_eq!(cells(&values[1], &values[0])[0], "lost rows");
        drop(contenders);
        assert_eq!(asked, 1);
    }
}
