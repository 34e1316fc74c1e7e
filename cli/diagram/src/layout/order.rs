//! Orders the items of each layer so that few lines cross.

use super::net::{Plan, Port};
use super::place::GAP;

/// The number of times that all layers are sorted.
const ROUNDS: usize = 12;
/// The largest number of passes that swap neighbors.
const SWAPS: usize = 8;

/// Orders the items of each layer.
pub(super) fn order(plan: &mut Plan) {
    let mut best = (usize::MAX, plan.layers.clone());
    for is_reversed in [false, true] {
        let mut order = Order::new(plan);
        if is_reversed {
            order.layers.iter_mut().for_each(|layer| layer.reverse());
            order.number();
        }
        for round in 0..ROUNDS {
            order.sweep(round % 2 == 0);
            order.swap();
            let crossings = order.crossings();
            if crossings < best.0 {
                best = (crossings, order.layers.clone());
            }
        }
    }
    plan.layers = best.1;
}

/// An order of the items, with the data to count its crossings.
struct Order<'a> {
    heights: &'a [i32],
    layers: Vec<Vec<usize>>,
    /// The lines in the channel to the right of each layer.
    channels: Vec<Vec<(Port, Port)>>,
    /// For each item, the other ends of its lines to the left and to the right.
    ends: Vec<[Vec<Port>; 2]>,
    /// The place of each item in its layer.
    places: Vec<usize>,
}

impl<'a> Order<'a> {
    fn new(plan: &'a Plan) -> Self {
        let count = plan.items.len();
        let channels: Vec<Vec<_>> =
            (0..plan.layers.len()).map(|layer| plan.lines(layer).collect()).collect();
        let mut ends = vec![[Vec::new(), Vec::new()]; count];
        for (left, right) in channels.iter().flatten() {
            ends[right.item][0].push(*left);
            ends[left.item][1].push(*right);
        }
        let (layers, places) = (plan.layers.clone(), vec![0; count]);
        let mut order = Self { heights: &plan.heights, layers, channels, ends, places };
        order.number();
        order
    }

    fn number(&mut self) {
        for layer in &self.layers {
            for (place, item) in layer.iter().enumerate() {
                self.places[*item] = place;
            }
        }
    }

    /// Sorts each layer by the mean height at which its lines begin.
    fn sweep(&mut self, from_left: bool) {
        let count = self.layers.len();
        for step in 1..count {
            let layer = if from_left { step } else { count - 1 - step };
            let tops = self.tops();
            let side = usize::from(!from_left);
            let mean = |item: usize| {
                let ends = &self.ends[item][side];
                let sum: f64 = ends.iter().map(|end| tops[end.item] + f64::from(end.at)).sum();
                let count: f64 = ends.iter().map(|_| 1.0).sum();
                if ends.is_empty() { tops[item] } else { sum / count }
            };
            let means: Vec<_> = (0..self.places.len()).map(mean).collect();
            self.layers[layer].sort_by(|one, other| means[*one].total_cmp(&means[*other]));
        }
        self.number();
    }

    /// Returns the top of each item if the layers were stacked and centered at one height.
    fn tops(&self) -> Vec<f64> {
        let mut tops = vec![0.0; self.places.len()];
        for layer in &self.layers {
            let total: i32 = layer.iter().map(|item| self.heights[*item] + GAP).sum();
            let mut at = -f64::from(total) / 2.0;
            for item in layer {
                tops[*item] = at;
                at += f64::from(self.heights[*item] + GAP);
            }
        }
        tops
    }

    /// Swaps neighbors as long as that saves crossings.
    fn swap(&mut self) {
        for _ in 0..SWAPS {
            let mut is_better = false;
            for layer in 0..self.layers.len() {
                for lower in 1..self.layers[layer].len() {
                    let [one, other] = [lower - 1, lower].map(|place| self.layers[layer][place]);
                    if self.between(other, one) < self.between(one, other) {
                        self.layers[layer].swap(lower - 1, lower);
                        self.places.swap(one, other);
                        is_better = true;
                    }
                }
            }
            if !is_better {
                break;
            }
        }
    }

    /// Counts the crossings between the lines of two items if one is right above the other.
    fn between(&self, upper: usize, lower: usize) -> usize {
        let sides = self.ends[upper].iter().zip(&self.ends[lower]);
        let crossed = sides.flat_map(|(ends, others)| {
            ends.iter().map(|end| others.iter().filter(|it| self.key(it) < self.key(end)).count())
        });
        crossed.sum()
    }

    fn crossings(&self) -> usize {
        let crossings = self.channels.iter().map(|lines| {
            let ends = lines.iter().map(|(left, right)| (self.key(left), self.key(right)));
            let ends: Vec<_> = ends.collect();
            let crosses = |one: &(_, _), other: &(_, _)| {
                (one.0 < other.0 && one.1 > other.1) || (one.0 > other.0 && one.1 < other.1)
            };
            let later =
                |at: usize| ends[at + 1..].iter().filter(|it| crosses(&ends[at], it)).count();
            (0..ends.len()).map(later).sum::<usize>()
        });
        crossings.sum()
    }

    /// Returns a key that sorts ports from top to bottom.
    fn key(&self, port: &Port) -> (usize, i32) {
        (self.places[port.item], port.at)
    }
}
