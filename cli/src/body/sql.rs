//! Formats names and SQL text.

use migratory_core::sql::lexer::{self, Kind};
use migratory_rehearsal::schema::{self, Name, Schema};

/// The maximum length of a line.
const WIDTH: usize = 100;

/// Returns the name as people write it: in quotes only if it needs them.
pub(super) fn written(name: &Name) -> String {
    name.written()
}

/// The same for a text.
pub(super) fn bare(name: &str) -> String {
    written(&Name::new(name))
}

/// Formats names as a comma-separated list, with as many per line as fit.
pub(super) fn listed(before: &str, items: &[String], after: &str) -> String {
    let line = format!("{before}{}{after}", items.join(", "));
    if line.trim_end().len() <= WIDTH {
        return line;
    }
    let mut lines = vec![String::from("    ")];
    for (at, item) in items.iter().enumerate() {
        let comma = if at + 1 < items.len() { "," } else { "" };
        let last = lines.last().map_or(0, String::len);
        if last > 4 && last + item.len() + 2 > WIDTH {
            lines.push(String::from("    "));
        }
        if let Some(last) = lines.last_mut() {
            let blank = if last.trim().is_empty() { "" } else { " " };
            last.extend([blank, item, comma]);
        }
    }
    format!("{}\n{}\n{}", before.trim_end(), lines.join("\n"), after.trim_start())
}

/// Returns whether the text mentions a name, as a bare word or in quotes.
pub(super) fn mentions(text: &str, name: &Name) -> bool {
    lexer::meaningful(text).any(|token| {
        matches!(token.kind, Kind::Word | Kind::Name) && *name == *token.unquoted().as_ref()
    })
}

/// Returns a definition as a statement, without anything after its last word.
pub(super) fn statement(sql: &str) -> String {
    let end = lexer::meaningful(sql)
        .filter(|token| token.kind != Kind::Semicolon)
        .last()
        .map_or(0, |token| token.end());
    format!("{};", sql.get(..end).unwrap_or(sql))
}

/// Returns this name, or a similar one that isn't taken.
pub(super) fn fresh(schema: &Schema, name: &str) -> Name {
    schema::fresh(name, |name| schema.is_taken(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_wrapped() {
        let names: Vec<_> = (0..20).map(|number| format!("column_{number}")).collect();
        let text = listed("INSERT INTO t (", &names, ")");
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert!(text.starts_with("INSERT INTO t (\n    column_0, column_1,"), "{text}");
        assert_eq!(listed("a (", &names[..2], ")"), "a (column_0, column_1)");
    }

    #[test]
    fn a_definition_ends_with_its_last_word() {
        for (sql, expected) in [
            ("CREATE INDEX i ON t (a) -- why\n", "CREATE INDEX i ON t (a);"),
            ("CREATE VIEW v AS SELECT 1;", "CREATE VIEW v AS SELECT 1;"),
            (
                "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END;",
            ),
        ] {
            assert_eq!(statement(sql), expected);
        }
    }
}
