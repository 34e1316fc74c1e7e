//! The two files of a migration.

use migratory_analysis::naming;
use migratory_core::Mode;
use migratory_core::sql::lexer;

use super::draft::{Migration, Script};
use super::text;
use super::tool::Tool;

/// The name of migrations without one.
const NAMELESS: &str = "unnamed";

/// The files that a migration becomes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The names without `.up.sql` and `.down.sql`.
    pub(crate) stem: String,
    pub(crate) up: String,
    /// `None` if the up is irreversible.
    pub(crate) down: Option<String>,
}

impl Pair {
    pub(crate) fn new(tool: Tool, digits: &str, migration: &Migration) -> Self {
        let stem = format!("{digits}_{}", clean(&migration.name));
        let down = migration.down.as_ref();
        if let Some(down) = down.filter(|down| text::has_statement(&down.text)) {
            let up = head(&migration.up, None);
            return Self { stem, up, down: Some(head(down, None)) };
        }
        let reason = format!("imported from {}, which had no down", tool.name());
        let up = head(&migration.up, Some(&reason));
        // Comments instead of a down may explain why there is none.
        let rest = down.map_or("", |down| text::trimmed(&down.text));
        let up = if rest.is_empty() { up } else { text::joined([up.as_str(), rest]) };
        Self { stem, up, down: None }
    }

    /// The names and the texts.
    pub(crate) fn files(&self) -> impl Iterator<Item = (String, &str)> {
        let up = (format!("{}.up.sql", self.stem), self.up.as_str());
        let down = self.down.as_deref().map(|down| (format!("{}.down.sql", self.stem), down));
        std::iter::once(up).chain(down)
    }

    /// Both names in one.
    pub(crate) fn shown(&self) -> String {
        match self.down {
            Some(_) => format!("{}.{{up,down}}.sql", self.stem),
            None => format!("{}.up.sql, irreversible", self.stem),
        }
    }
}

/// Puts the directives before the script.
fn head(script: &Script, irreversible: Option<&str>) -> String {
    let mark = if script.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (mark, body) = script.text.split_at(mark);
    let end = text::line_end(body);
    let irreversible = irreversible.map(|reason| format!("irreversible: {reason}"));
    let outside = !script.in_transaction && needs_none(body);
    let directives = irreversible.into_iter().chain(outside.then(|| "no-transaction".to_owned()));
    let lines: Vec<_> = directives.map(|said| format!("-- migratory: {said}{end}")).collect();
    [mark, &lines.concat(), body].concat()
}

/// Returns whether it ran outside a transaction and now runs in one.
pub(crate) fn moves_inside(script: &Script) -> bool {
    !script.in_transaction && !needs_none(&script.text)
}

/// Returns whether a script that ran outside a transaction still has to. One that did so only to
/// turn foreign keys off is safer inside: the runner turns them off before its transaction begins.
fn needs_none(sql: &str) -> bool {
    let refused = ["vacuum", "journal_mode", "attach", "detach"];
    let is_refused = |token: lexer::Token<'_>| refused.iter().any(|word| token.is_word(word));
    Mode::of_script(sql) != Mode::ForeignKeysOff || lexer::meaningful(sql).any(is_refused)
}

/// The name as a migration's: without forbidden characters, and without separators at its ends.
fn clean(name: &str) -> String {
    match naming::clean(name).trim_matches(['_', '-']) {
        "" => NAMELESS.to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(up: Script, down: Option<Script>) -> Pair {
        let (files, remarks) = (Vec::new(), Vec::new());
        let migration = Migration { files, digits: None, name: "a b".into(), up, down, remarks };
        Pair::new(Tool::Goose, "0001", &migration)
    }

    #[test]
    fn names_are_cleaned() {
        for (name, expected) in [
            ("add_users", "add_users"),
            ("add users.v2", "add_users_v2"),
            ("_größe!", "gr_e"),
            ("-", NAMELESS),
            ("", NAMELESS),
        ] {
            assert_eq!(clean(name), expected, "{name}");
        }
    }

    #[test]
    fn directives_precede_the_text_and_have_its_line_endings() {
        let up = pair(Script::new("\u{feff}SELECT 1;\r\n"), Some(Script::new("-- no way\r\n"))).up;
        let said = "-- migratory: irreversible: imported from goose, which had no down\r\n";
        assert_eq!(up, format!("\u{feff}{said}SELECT 1;\r\n\r\n-- no way\r\n"));
    }

    #[test]
    fn only_scripts_that_need_it_run_outside_of_a_transaction() {
        let outside = |text: &str| Script { text: text.to_owned(), in_transaction: false };
        for (text, is_said) in [
            ("VACUUM;", true),
            ("CREATE TABLE a (b);", true),
            ("PRAGMA foreign_keys = OFF; DROP TABLE a;", false),
            ("PRAGMA foreign_keys = OFF; VACUUM;", true),
        ] {
            let pair = pair(outside(text), Some(outside(text)));
            let expected =
                if is_said { "-- migratory: no-transaction\n".to_owned() } else { String::new() };
            assert_eq!(pair.up, format!("{expected}{text}"));
            assert_eq!(pair.down, Some(pair.up));
        }
    }
}
