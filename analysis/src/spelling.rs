//! Finds the word that a typo meant, and spells lists.

use strsim::osa_distance;

/// Returns the candidate closest to `word`, if one is close enough to be a typo of it.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_ascii_lowercase().replace('-', "_");
    candidates
        .into_iter()
        .map(|each| (osa_distance(&word, &each.to_ascii_lowercase().replace('-', "_")), each))
        .filter(|&(distance, each)| distance <= each.len().div_ceil(4))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, each)| each)
}

/// Joins the words with commas, and the last with "and".
pub fn list<T: AsRef<str>>(words: &[T]) -> String {
    joined(words, "and")
}

/// Joins the words with commas, and the last with "or".
pub fn choice<T: AsRef<str>>(words: &[T]) -> String {
    joined(words, "or")
}

fn joined<T: AsRef<str>>(words: &[T], last: &str) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// Returns a number with its noun, in the singular or the plural.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_are_recognised_and_other_words_are_not() {
        let keys = ["irreversible", "no-transaction", "allow"];
        for (word, meant) in [
            ("irreversable", Some("irreversible")),
            ("Irreversible", Some("irreversible")),
            ("no_transaction", Some("no-transaction")),
            ("notransaction", Some("no-transaction")),
            ("alow", Some("allow")),
            ("aloow", Some("allow")),
            ("depends", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, keys), meant, "{word}");
        }
        let tables = ["item", "item_tag", "person", "medium"];
        for (word, meant) in [
            ("items", Some("item")),
            ("persn", Some("person")),
            ("meduim", Some("medium")),
            ("tiem", Some("item")),
            ("item_tags", Some("item_tag")),
            ("people", None),
        ] {
            assert_eq!(nearest(word, tables), meant, "{word}");
        }
    }

    #[test]
    fn lists_use_commas_and_a_conjunction() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(choice(&["a", "b", "c"]), "a, b or c");
    }
}
