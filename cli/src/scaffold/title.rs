//! The name of a migration, and the sentence at the top of its files.

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The verbs that names of migrations begin with; the sentence has them in the third person.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "add", "allow", "alter", "backfill", "change", "clean", "clear", "convert", "copy", "correct", "count",
    "create", "delete", "denormalize", "drop", "enable", "extend", "fill", "fix", "give", "import", "index",
    "insert", "introduce", "keep", "let", "link", "list", "make", "mark", "mend", "merge", "migrate", "move",
    "normalize", "populate", "prepare", "record", "remove", "rename", "repair", "replace", "restore",
    "reset", "search", "seed", "set", "shorten", "split", "store", "support", "swap", "touch", "track",
    "unindex", "update", "use",
];

/// Normalizes a name: `add_tags`.
pub(crate) fn title(given: &str) -> Result<String> {
    let snake = snake(given);
    let is_readable = |letter: char| letter.is_ascii_alphanumeric() || " _-".contains(letter);
    let bare = without_number(&snake);
    let right = bare.strip_suffix("_sql").unwrap_or(bare);
    let right = ["_up", "_down"]
        .iter()
        .find_map(|end| right.strip_suffix(end))
        .filter(|_| right != bare)
        .unwrap_or(right);
    let refusal = |cause: &str| {
        let failure = Failure::new(format!("invalid name `{given}`")).because(cause);
        let failure = failure.exit(Exit::Usage);
        if right.is_empty() {
            failure.help("describe in a few words what it does, such as `add_tags`")
        } else {
            failure.help(format!("write `{right}`"))
        }
    };
    if right.is_empty() {
        Err(refusal("a name consists of letters and digits, with at least one letter"))
    } else if right != bare {
        Err(refusal("the ending is added by itself"))
    } else if bare != snake {
        Err(refusal("the number is added by itself"))
    } else if !given.chars().all(is_readable) {
        Err(refusal(
            "it becomes the name of a file and of a constant: letters from a to z, digits, and `_`",
        ))
    } else {
        Ok(snake)
    }
}

fn without_number(name: &str) -> &str {
    name.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '_')
}

/// Snake case, whatever separated the words.
pub(crate) fn snake(text: &str) -> String {
    let mut snake = String::new();
    let mut before = ' ';
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            let begins_word = letter.is_ascii_uppercase()
                && (before.is_ascii_lowercase() || before.is_ascii_digit());
            if begins_word {
                snake.push('_');
            }
            snake.push(letter.to_ascii_lowercase());
        } else if !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        before = letter;
    }
    snake.trim_end_matches('_').to_owned()
}

/// The name as a sentence: `track_loans` becomes `Tracks loans.`.
pub(crate) fn sentence(name: &str) -> String {
    let (first, rest) = name.split_once('_').unwrap_or((name, ""));
    let first = if VERBS.contains(&first) { third_person(first) } else { first.to_owned() };
    let text = format!("{first} {}", rest.replace('_', " "));
    let mut letters = text.trim_end().chars();
    let capital = letters.next().map(|letter| letter.to_ascii_uppercase());
    capital.into_iter().chain(letters).chain(['.']).collect()
}

fn third_person(verb: &str) -> String {
    let before_last = verb.chars().rev().nth(1).unwrap_or_default();
    match verb.chars().last() {
        Some('y') if !"aeiou".contains(before_last) => format!("{}ies", &verb[..verb.len() - 1]),
        Some('s' | 'x' | 'z' | 'o') => format!("{verb}es"),
        Some('h') if "cs".contains(before_last) => format!("{verb}es"),
        _ => format!("{verb}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized() {
        for (given, name) in [
            ("add_tags", "add_tags"),
            ("Add Tags", "add_tags"),
            ("AddTags", "add_tags"),
            ("add-tags", "add_tags"),
            ("  add__tags_ ", "add_tags"),
            ("addISBN13ToItem", "add_isbn13_to_item"),
        ] {
            assert_eq!(title(given).ok().as_deref(), Some(name), "{given}");
        }
    }

    #[test]
    fn invalid_names_are_refused_with_a_valid_one() {
        for (given, right) in [
            ("", "describe in a few words"),
            ("___", "describe in a few words"),
            ("12", "describe in a few words"),
            ("0013_add_tags", "write `add_tags`"),
            ("add_tags.up.sql", "write `add_tags`"),
            ("add_tags.sql", "write `add_tags`"),
            ("add/tags", "write `add_tags`"),
            ("../add", "write `add`"),
            ("größe", "write `gr_e`"),
        ] {
            let failure = title(given).expect_err(given);
            assert_eq!(failure.exit, Exit::Usage);
            assert!(format!("{failure:?}").contains(right), "{given}: {failure:?}");
        }
    }

    #[test]
    fn a_name_becomes_a_sentence() {
        for (name, expected) in [
            ("track_loans", "Tracks loans."),
            ("copy_titles", "Copies titles."),
            ("touch_items", "Touches items."),
            ("fix_dates_of_loans", "Fixes dates of loans."),
            ("initial_schema", "Initial schema."),
            ("x", "X."),
        ] {
            assert_eq!(sentence(name), expected, "{name}");
        }
    }
}
