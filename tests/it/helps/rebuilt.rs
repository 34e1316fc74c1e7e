//! Adds to a rebuild what its finding suggests, as a person would.

use std::ops::Range;

use migratory_analysis::Diagnostic;
use migratory_core::sql::lexer::{self, Token};

use super::ticked;

/// Returns the script with all suggestions applied.
pub(super) fn with_help(text: &str, finding: &Diagnostic) -> String {
    let mut whole = text.to_owned();
    let label = finding.labels.iter().find(|label| label.text == "the new table");
    let at = label.and_then(|label| label.range.as_ref()).map_or(0, |range| range.start);
    for help in &finding.help {
        let parts: Vec<_> = ticked(help).collect();
        if help.starts_with("give it the definition") {
            let end = whole[at..].find(';').map_or(whole.len(), |end| at + end);
            whole.replace_range(at..end, parts.join(" ").trim_end_matches(';'));
        } else if help.starts_with("add at the end") {
            // Foreign keys are turned on again at the very end.
            let end = whole.rfind("PRAGMA foreign_keys = ON").unwrap_or(whole.len());
            whole.insert_str(end, &format!("{}\n", parts[0]));
        } else if help.starts_with("add to the definition") {
            let close = table(&whole, at).end;
            whole.insert_str(close, &format!(",\n    {}", parts[0]));
        } else if help.starts_with("add after the parenthesis") {
            let close = table(&whole, at).end;
            whole.insert_str(close + 1, &format!(" {}", parts[1]));
        } else if help.starts_with("add to the column") {
            append(&mut whole, at, &[parts[0]], parts[1]);
            if help.contains("take it out of the copy") {
                whole = whole.replace(&format!(", {}", parts[0]), "");
            }
        } else if help.starts_with("declare the column") {
            let item = item(&whole, at, &[parts[0]]);
            whole.replace_range(item, parts[1]);
        } else if help.contains("write an equivalent CHECK for its new values") {
            let check = format!("CHECK ({} IS NOT 'what it never holds')", parts[0]);
            append(&mut whole, at, &[parts[0]], &check);
        } else if help.starts_with("add after `") {
            let (added, names) = parts.split_last().unwrap();
            append(&mut whole, at, names, added);
        }
    }
    whole
}

fn append(whole: &mut String, at: usize, names: &[&str], text: &str) {
    let end = item(whole, at, names).end;
    whole.insert_str(end, &format!(" {text}"));
}

/// Returns the range between the parentheses of the definition at `at`.
fn table(whole: &str, at: usize) -> Range<usize> {
    let tokens = || lexer::tokens(&whole[at..]);
    let open = tokens().find(|token| token.text == "(").unwrap();
    let mut depth = 0_usize;
    let close = tokens().find(|token| {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        token.text == ")" && depth == 0
    });
    at + open.end()..at + close.unwrap().start
}

/// Returns the range of the column or constraint that names all of these.
fn item(whole: &str, at: usize, names: &[&str]) -> Range<usize> {
    let inside = table(whole, at);
    let text = &whole[inside.clone()];
    let words = |text: &str| -> Vec<String> {
        let word = |token: Token<'_>| token.unquoted().to_lowercase();
        lexer::meaningful(text)
            .map(word)
            .filter(|it| !["(", ")", ","].contains(&it.as_str()))
            .collect()
    };
    let wanted: Vec<_> = names.iter().flat_map(|name| words(name)).collect();
    let mut depth = 0_usize;
    let mut start = 0;
    let mut items = Vec::new();
    for token in lexer::tokens(text) {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            "," if depth == 0 => {
                items.push(start..token.start);
                start = token.end();
            }
            _ => {}
        }
    }
    items.push(start..text.len());
    let has_all = |item: &&Range<usize>| {
        let own = words(&text[(*item).clone()]);
        wanted.iter().all(|word| own.contains(word))
    };
    let found = items.iter().find(has_all).unwrap_or_else(|| panic!("{names:?} in {text}"));
    let trimmed = text[found.clone()].trim();
    let start = inside.start + found.start + text[found.clone()].find(trimmed).unwrap();
    start..start + trimmed.len()
}
