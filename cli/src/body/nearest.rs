//! What a word may have meant.

/// The one that is nearest to the word, if it is near at all.
pub(super) fn nearest<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let measured = among.map(|other| (distance(word, other), other));
    let (_, other) = measured.filter(|(distance, _)| *distance <= limit).min()?;
    Some(other)
}

/// How many letters have to be changed, put in, taken out, or swapped with the next one.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for at in 0..one.len() {
        let mut row = vec![at + 1];
        for to in 0..other.len() {
            let above = &rows[at];
            let changed = above[to] + usize::from(one[at] != other[to]);
            let mut least = changed.min(above[to + 1] + 1).min(row[to] + 1);
            if at > 0 && to > 0 && one[at] == other[to - 1] && one[at - 1] == other[to] {
                least = least.min(rows[at - 1][to - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_words_are_not() {
        let words = ["item", "item_tag", "person", "medium"];
        for (word, expected) in [
            ("items", Some("item")),
            ("persn", Some("person")),
            ("meduim", Some("medium")),
            ("tiem", Some("item")),
            ("item_tags", Some("item_tag")),
            ("people", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, words.into_iter()), expected, "{word}");
        }
    }
}
