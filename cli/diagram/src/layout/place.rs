//! Places the items of each layer vertically: in their order, and so that lines are straight.

use super::net::{Item, Plan, Port};

/// The space below a box.
pub(super) const GAP: i32 = 28;
/// The space between two lanes, or a lane and a box.
const NARROW: i32 = 16;
/// The number of times that all layers are placed.
const ROUNDS: usize = 16;

/// Returns the top of each item; that of the highest item is 0.
pub(super) fn place(plan: &Plan) -> Vec<i32> {
    let mut tops = stacked(plan);
    let wishes = wishes(plan);
    for round in 0..ROUNDS {
        let count = plan.layers.len();
        for step in 0..count {
            let layer = if round % 2 == 0 { step } else { count - 1 - step };
            // The first rounds follow only the side that this round has already placed.
            let sides = match (round < ROUNDS / 2, round % 2 == 0) {
                (true, true) => [true, false],
                (true, false) => [false, true],
                (false, _) => [true, true],
            };
            settle(plan, layer, &wishes, sides, &mut tops);
        }
    }
    let highest = tops.iter().copied().min().unwrap_or_default();
    tops.iter().map(|top| top - highest).collect()
}

fn stacked(plan: &Plan) -> Vec<i32> {
    let mut tops = vec![0; plan.items.len()];
    for layer in &plan.layers {
        let mut at = 0;
        for (place, item) in layer.iter().enumerate() {
            tops[*item] = at;
            let next = layer.get(place + 1);
            at += plan.heights[*item] + next.map_or(0, |next| gap(plan, *item, *next));
        }
        let middle = at / 2;
        for item in layer {
            tops[*item] -= middle;
        }
    }
    tops
}

fn gap(plan: &Plan, one: usize, other: usize) -> i32 {
    match (plan.items[one], plan.items[other]) {
        (Item::Node(_), Item::Node(_)) => GAP,
        _ => NARROW,
    }
}

/// A connection of an item: its own port, the other one, whether that is to the left, and its weight.
type Wish = (Port, Port, bool, i32);

fn wishes(plan: &Plan) -> Vec<Vec<Wish>> {
    let mut wishes = vec![Vec::new(); plan.items.len()];
    for layer in 0..plan.layers.len() {
        for (left, right) in plan.lines(layer) {
            // A bend in a lane is worse than one at a box.
            let weight = match (plan.items[left.item], plan.items[right.item]) {
                (Item::Lane, Item::Lane) => 8,
                (Item::Node(_), Item::Node(_)) => 1,
                _ => 2,
            };
            wishes[left.item].push((left, right, false, weight));
            wishes[right.item].push((right, left, true, weight));
        }
    }
    wishes
}

/// Moves the items of a layer as close to their targets as their order and the gaps allow.
fn settle(
    plan: &Plan,
    layer: usize,
    wishes: &[Vec<Wish>],
    [left, right]: [bool; 2],
    tops: &mut [i32],
) {
    let layer = &plan.layers[layer];
    let mut blocks: Vec<Block> = Vec::new();
    let mut offset = 0;
    for (at, item) in layer.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).map(|before| layer[before]) {
            offset += plan.heights[before] + gap(plan, before, *item);
        }
        let looked = wishes[*item].iter().filter(|it| if it.2 { left } else { right });
        let mut targets: Vec<_> = looked
            .map(|(own, other, _, weight)| (tops[other.item] + other.at - own.at - offset, *weight))
            .collect();
        if targets.is_empty() {
            targets.push((tops[*item] - offset, 1));
        }
        blocks.push(Block::new(vec![(*item, offset)], targets));
        // A block that would overlap its predecessor is merged with it.
        while let [.., one, other] = blocks.as_slice() {
            if one.top <= other.top {
                break;
            }
            if let (Some(other), Some(one)) = (blocks.pop(), blocks.pop()) {
                blocks.push(one.joined(other));
            }
        }
    }
    for block in blocks {
        for (item, offset) in block.items {
            tops[item] = block.top + offset;
        }
    }
}

/// Items that are as close to each other as the gaps allow.
struct Block {
    items: Vec<(usize, i32)>,
    /// For each line, the top of the first item that makes it straight, and the line's weight.
    targets: Vec<(i32, i32)>,
    top: i32,
}

impl Block {
    fn new(items: Vec<(usize, i32)>, mut targets: Vec<(i32, i32)>) -> Self {
        targets.sort_unstable();
        let top = median(&targets);
        Self { items, targets, top }
    }

    fn joined(mut self, other: Self) -> Self {
        self.items.extend(other.items);
        self.targets.extend(other.targets);
        Self::new(self.items, self.targets)
    }
}

/// Returns the weighted median, which makes at least one line straight; a mean may make none straight.
fn median(sorted: &[(i32, i32)]) -> i32 {
    let total: i32 = sorted.iter().map(|(_, weight)| weight).sum();
    let mut passed = 0;
    for (target, weight) in sorted {
        passed += weight;
        if 2 * passed >= total {
            return *target;
        }
    }
    0
}
