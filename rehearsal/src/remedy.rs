//! Suggests what to write instead of what SQLite does not know, or the rehearsal refuses.

use migratory_core::sql::{lexer, parens};

mod dialect;

/// How the message about a refused statement begins.
pub(crate) const PREFIX: &str = "not allowed in the rehearsal: ";

/// Suggests what to write instead of an action that the rehearsal refuses.
pub(crate) fn way_out(refused: &str) -> String {
    let rename = match refused.strip_prefix("the function ") {
        Some(name) => format!(
            "if it is a function of the application's own, give it another name than SQLite's {name}, and declare it: \
             `embed_migrations!(.., functions(..))`; "
        ),
        None => String::new(),
    };
    format!(
        "a build may access nothing but the rehearsal's own database: do this in the application; {rename}or leave the file out \
         of the rehearsal, and say why at its top: `-- migratory: no-rehearsal: <reason>`"
    )
}

/// Suggests how to declare what only the application has, or what to do about what the rehearsal
/// refuses.
///
/// `text` is the statement that uses it.
pub(crate) fn declare(message: &str, text: &str) -> Option<String> {
    if let Some(refused) = message.strip_prefix(PREFIX) {
        return Some(way_out(refused));
    }
    if let Some(help) = dialect::help(message, text) {
        return Some(help.to_owned());
    }
    let (what, name) = message.split_once(": ")?;
    let declared = match what {
        "no such function" => {
            format!(
                "declare it: `embed_migrations!(.., functions({name}({})))`, with the number of its arguments",
                arguments(name, text)
            )
        }
        "no such collation sequence" => {
            format!("declare it: `embed_migrations!(.., collations({name}))`")
        }
        "no such module" => {
            "say so at the top of the file: `-- migratory: no-rehearsal: <reason>`".to_owned()
        }
        _ => return None,
    };
    Some(format!("if the application registers `{name}` itself, {declared}"))
}

/// Counts the arguments in the first call of a function; returns 1 if there is no call.
fn arguments(name: &str, text: &str) -> usize {
    // The operator REGEXP passes a pattern and a text.
    if name.eq_ignore_ascii_case("regexp") {
        return 2;
    }
    let tokens: Vec<_> = lexer::meaningful(text).collect();
    let is_call = |pair: &[lexer::Token<'_>]| {
        pair[0].unquoted().eq_ignore_ascii_case(name) && pair[1].text == "("
    };
    let Some(at) = tokens.windows(2).position(is_call) else { return 1 };
    let end = parens::closing(&tokens, at + 1);
    match &tokens[at + 2..end] {
        _ if end == tokens.len() => 1,
        [] => 0,
        inside => parens::split(inside).len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_of_a_call_are_counted() {
        for (text, count) in [
            ("SELECT f()", 0),
            ("SELECT F(1), f(1, 2)", 1),
            ("SELECT \"f\"(a, g(b, c), (d))", 3),
            ("SELECT f(", 1),
            ("SELECT f", 1),
            ("SELECT ff(1, 2)", 1),
        ] {
            assert_eq!(arguments("f", text), count, "{text}");
        }
        for text in ["CHECK (x REGEXP 'a')", "SELECT x regexp ('a')", "SELECT regexp('a', x)"] {
            assert_eq!(arguments("REGEXP", text), 2, "{text}");
        }
    }
}
