//! Finds the comments that mark the up and the down of a file for another tool.

use migratory_core::sql::lexer::{self, Kind, Token};

use migratory_core::Direction;

/// A tool that keeps both directions of a migration in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Goose,
    Dbmate,
    SqlMigrate,
    /// One of several tools that use a single word: `-- Up` and `-- Down`, `-- !Downs`, `-- //@UNDO`.
    Other,
}

impl Tool {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Goose => "goose",
            Self::Dbmate => "dbmate",
            Self::SqlMigrate => "sql-migrate",
            Self::Other => "another tool",
        }
    }

    /// Returns its name in `cargo migratory import --from`, which has none for some tools.
    pub(crate) fn word(self) -> Option<&'static str> {
        match self {
            Self::Goose => Some("goose"),
            Self::Dbmate => Some("dbmate"),
            Self::SqlMigrate => Some("sql-migrate"),
            Self::Other => None,
        }
    }
}

/// A comment that marks the direction of the statements after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) tool: Tool,
    direction: Direction,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Returns the name in `cargo migratory import --from` of the tool that a file is marked for.
pub(crate) fn import_word(sql: &str) -> Option<&'static str> {
    lexer::tokens(sql).filter_map(marker).find_map(|marker| marker.tool.word())
}

/// Returns the first mark after which a script has statements of the other direction.
pub(crate) fn foreign(sql: &str, direction: Direction) -> Option<Marker> {
    let others: &[&str] = match direction {
        Direction::Up => &["down", "undo"],
        Direction::Down => &["up"],
    };
    if !lexer::has_any(sql, others) {
        return None;
    }
    let mut markers: Vec<Marker> = Vec::new();
    let mut found = None;
    for token in lexer::tokens(sql) {
        if let Some(marker) = marker(token) {
            markers.push(marker);
        } else if !token.is_blank() && token.kind != Kind::Semicolon {
            let here = markers.last().filter(|marker| marker.direction != direction);
            found = found.or(here.map(|marker| marker.start));
        }
    }
    // A single word is a mark only if its opposite is in the file too.
    let is_pair = |one: &Marker| {
        markers.iter().any(|other| other.tool == one.tool && other.direction != one.direction)
    };
    let is_certain = |marker: &Marker| marker.tool != Tool::Other || is_pair(marker);
    let at = found?;
    let marker = markers.iter().find(|marker| marker.start == at).filter(|it| is_certain(it))?;
    Some(*marker)
}

/// Parses a line comment as a mark.
fn marker(token: Token<'_>) -> Option<Marker> {
    let (start, end) = (token.start, token.start + token.text.trim_end().len());
    let body = token.text.strip_prefix("--")?.trim();
    let of = |tool, word: &str| {
        let direction = direction(word)?;
        Some(Marker { tool, direction, start, end })
    };
    let mut words = body.split_whitespace();
    match (words.next()?, words.next()) {
        ("+goose", Some(word)) => of(Tool::Goose, word),
        ("+migrate", Some(word)) => of(Tool::SqlMigrate, word),
        (word, _) if word.starts_with("migrate:") => of(Tool::Dbmate, &word["migrate:".len()..]),
        _ => of(Tool::Other, &plain(body)?),
    }
}

/// Returns the only word of a comment, apart from words such as `migration`.
fn plain(body: &str) -> Option<String> {
    let mut words = body
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .filter(|word| !matches!(word.as_str(), "migration" | "migrate" | "rambler"));
    words.next().filter(|_| words.next().is_none())
}

fn direction(word: &str) -> Option<Direction> {
    match word.to_lowercase().as_str() {
        "up" | "ups" => Some(Direction::Up),
        "down" | "downs" | "undo" => Some(Direction::Down),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(sql: &str, direction: Direction) -> Option<&'static str> {
        foreign(sql, direction).map(|marker| marker.tool.name())
    }

    #[test]
    fn files_of_other_tools_are_recognised_by_their_marks() {
        use Direction::{Down, Up};
        for (sql, name) in [
            ("-- +goose Up\nA;\n-- +goose Down\nB;", "goose"),
            ("-- +goose up\r\nA;\r\n--  +goose DOWN\r\nB;", "goose"),
            ("-- migrate:up\nA;\n-- migrate:down transaction:false\nB;", "dbmate"),
            ("--migrate:up\nA;\n--migrate:down\nB;", "dbmate"),
            ("-- +migrate Up\nA;\n-- +migrate Down notransaction\nB;", "sql-migrate"),
            ("-- rambler up\nA;\n-- rambler down\nB;", "another tool"),
            ("-- Up\nA;\n-- Down\nB;", "another tool"),
            ("-- ==== UP ====\nA;\n-- ==== DOWN ====\nB;", "another tool"),
            ("-- !Ups\nA;\n-- !Downs\nB;", "another tool"),
            ("-- Up Migration\nA;\n-- Down Migration\nB;", "another tool"),
            ("A;\n-- +goose Down\nB;", "goose"),
        ] {
            assert_eq!(tool(sql, Up), Some(name), "{sql}");
        }
        assert_eq!(tool("-- +goose Up\nA;\n-- +goose Down\nB;", Down), Some("goose"));
        for sql in [
            "-- +goose Up\nA;",
            "-- +goose Up\nA;\n-- +goose Down\n",
            "-- migrate:upgrade\nA;\n-- migrate:downgrade\nB;",
            "A;\n-- down\nB;",
            "-- Set up the table.\nA;\n-- Break it down.\nB;",
            "SELECT '\n-- +goose Down\n';",
        ] {
            assert_eq!(tool(sql, Up), None, "{sql}");
        }
        assert_eq!(tool("-- +goose Down\nA;", Down), None);
    }
}
