//! What a migration is called, and the sentence that its files begin with.

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The words that names of migrations begin with, so that a sentence can be made of the rest.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "add", "allow", "alter", "backfill", "change", "clean", "clear", "convert", "copy", "correct", "count",
    "create", "delete", "denormalize", "drop", "enable", "extend", "fill", "fix", "give", "import", "index",
    "insert", "introduce", "keep", "let", "link", "list", "make", "mark", "mend", "merge", "migrate", "move",
    "normalize", "populate", "prepare", "record", "remove", "rename", "repair", "replace", "restore",
    "reset", "search", "seed", "set", "shorten", "split", "store", "support", "swap", "touch", "track",
    "unindex", "update", "use",
];

/// The name in the form that names of migrations have: `add_tags`.
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
        let failure = Failure::new(format!("a migration can't be called `{given}`")).because(cause);
        let failure = failure.exit(Exit::Usage);
        if right.is_empty() {
            failure.help("say in a few words what it does, as `add_tags`")
        } else {
            failure.help(format!("write `{right}`"))
        }
    };
    if right.is_empty() {
        Err(refusal("a name is made of letters and digits, and has a letter"))
    } else if right != bare {
        Err(refusal("the ending comes by itself"))
    } else if bare != snake {
        Err(refusal("the number comes by itself"))
    } else if !given.chars().all(is_readable) {
        Err(refusal(
            "it becomes the name of a file and of a constant, which has letters from a to z, digits, \
             and `_`",
        ))
    } else {
        Ok(snake)
    }
}

fn without_number(name: &str) -> &str {
    name.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '_')
}

/// Lower case, with one `_` between words, however they were told apart.
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

/// What a name says, as a sentence: `track_loans` tells that it tracks loans.
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
    fn names_are_written_as_all_are() {
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
    fn what_is_no_name_is_refused_with_what_is_right() {
        for (given, right) in [
            ("", "say in a few words"),
            ("___", "say in a few words"),
            ("12", "say in a few words"),
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
    fn a_name_makes_a_sentence() {
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
