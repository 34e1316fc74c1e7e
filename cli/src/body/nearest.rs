//! Suggests what a misspelled word may mean.

use strsim::osa_distance;

/// The candidate that is nearest to the word, if a slip explains the difference.
pub(super) fn nearest<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let measured = among.map(|other| (osa_distance(word, other), other));
    let (_, nearest) = measured.filter(|(distance, _)| *distance <= limit).min()?;
    Some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognized_and_other_words_are_not() {
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
