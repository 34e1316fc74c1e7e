//! Checks the tokens of a stored down against a list of allowed statements.

use migratory_core::sql::lexer::{self, Kind, Token};

use crate::Mode;
use crate::error::kind::StoredDownFault;
use crate::history::table::TABLE;

/// The words that a statement may begin with. Statements in a trigger's body begin with some of
/// these too, so a statement's end doesn't matter: any word after a semicolon must be on the list.
const STATEMENTS: [&str; 15] = [
    "alter", "analyze", "create", "delete", "drop", "end", "insert", "pragma", "reindex",
    "replace", "select", "update", "vacuum", "values", "with",
];

/// Statements that only a `no-transaction` script may have.
const TRANSACTIONS: [&str; 5] = ["begin", "commit", "release", "rollback", "savepoint"];

/// The allowed symbols. SQLite may read `$`, `:`, `@` or `#` as the start of a parameter where our
/// lexer doesn't.
const SYMBOLS: &str = "(),.=<>!+-*/%|&~";

/// The allowed pragmas, with the values they may be set to. Those without a list are harmless with
/// any value.
const PRAGMAS: [(&str, &[&str]); 13] = [
    ("auto_vacuum", &[]),
    ("case_sensitive_like", &[]),
    ("defer_foreign_keys", &[]),
    ("foreign_key_check", &[]),
    ("foreign_keys", &[]),
    ("incremental_vacuum", &[]),
    ("integrity_check", &[]),
    ("journal_mode", &["delete", "wal"]),
    ("legacy_alter_table", &[]),
    ("optimize", &[]),
    ("page_size", &[]),
    ("quick_check", &[]),
    ("recursive_triggers", &[]),
];

/// Returns whether this pragma is allowed.
pub(super) fn is_pragma_allowed(name: &str, value: Option<&str>) -> bool {
    PRAGMAS.iter().any(|(known, values)| {
        let fits = |value: &str| values.iter().any(|it| it.eq_ignore_ascii_case(value));
        known.eq_ignore_ascii_case(name) && (values.is_empty() || value.is_none_or(fits))
    })
}

/// Refuses a script with anything that isn't on the list.
pub(super) fn check(sql: &str, mode: Mode) -> Result<(), StoredDownFault> {
    let forbidden = |start: usize, what: String| StoredDownFault::Forbidden {
        line: sql.get(..start).unwrap_or_default().matches('\n').count() + 1,
        what,
    };
    let tokens: Vec<_> = lexer::meaningful(sql).collect();
    if let Some(token) = tokens.iter().find(|token| !is_known(token)) {
        return Err(forbidden(token.start, format!("`{}`", shown(token))));
    }
    for statement in tokens.split(|token| token.kind == Kind::Semicolon) {
        if let Some(what) = odd(statement, mode) {
            return Err(forbidden(statement.first().map_or(0, |token| token.start), what));
        }
    }
    Ok(())
}

/// Returns whether SQLite reads the token as our lexer does, and it is allowed.
fn is_known(token: &Token<'_>) -> bool {
    match token.kind {
        Kind::Word | Kind::Name | Kind::Text => !token.unquoted().eq_ignore_ascii_case(TABLE),
        Kind::Number | Kind::Semicolon => true,
        Kind::Symbol => SYMBOLS.contains(token.text),
        _ => false,
    }
}

fn shown(token: &Token<'_>) -> String {
    token.text.chars().take(40).filter(|character| !character.is_control()).collect()
}

/// Returns what isn't on the list in a statement.
fn odd(statement: &[Token<'_>], mode: Mode) -> Option<String> {
    let (first, rest) = statement.split_first()?;
    let is = |words: &[&str]| words.iter().any(|word| first.is_word(word));
    let is_in_none = mode == Mode::NoTransaction;
    let is_transaction = is_in_none && is(&TRANSACTIONS);
    if !(is(&STATEMENTS) || is_transaction) {
        return Some(format!("`{}`", shown(first)));
    }
    if is(&["create"])
        && rest.first().is_some_and(|it| it.is_word("temp") || it.is_word("temporary"))
    {
        return Some("`CREATE TEMP`".to_owned());
    }
    if is(&["vacuum"]) && !(is_in_none && (rest.is_empty() || is_main(rest))) {
        return Some("`VACUUM` of another database, into a file, or in a transaction".to_owned());
    }
    if is(&["pragma"]) { pragma(rest) } else { None }
}

fn is_main(tokens: &[Token<'_>]) -> bool {
    matches!(tokens, [token] if token.unquoted().eq_ignore_ascii_case("main"))
}

fn pragma(tokens: &[Token<'_>]) -> Option<String> {
    let named = match tokens {
        [schema, dot, named @ ..] if dot.text == "." && is_main(&[*schema]) => named,
        named => named,
    };
    let (name, rest) = named.split_first()?;
    let value = match rest {
        [] => None,
        [sign, value, ..] if matches!(sign.text, "=" | "(") => Some(value.unquoted()),
        _ => return Some("`PRAGMA` of another database".to_owned()),
    };
    let is_allowed = is_pragma_allowed(&name.unquoted(), value.as_deref());
    (!is_allowed).then(|| format!("`PRAGMA {}`", shown(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_allowed(sql: &str, mode: Mode) -> bool {
        check(sql, mode).is_ok()
    }

    #[test]
    fn ordinary_downs_are_allowed() {
        for sql in [
            "",
            "-- nothing\n;;",
            "DROP TABLE IF EXISTS a; DROP INDEX i; DROP VIEW v; DROP TRIGGER t;",
            "ALTER TABLE a DROP COLUMN attach; ALTER TABLE a RENAME COLUMN pragma TO vacuum",
            "PRAGMA foreign_keys = OFF; CREATE TABLE b (c DEFAULT 'x;y'); INSERT INTO b SELECT c FROM a;",
            "PRAGMA main.legacy_alter_table(1); PRAGMA foreign_key_check(a)",
            "CREATE TRIGGER t AFTER INSERT ON a WHEN new.b > 1 BEGIN UPDATE a SET b = 1; SELECT 1; END;",
            "WITH x (i) AS (VALUES (1)) DELETE FROM a WHERE b IN (SELECT i FROM x) AND c ->> '$.d' = x'00'",
            "CREATE VIRTUAL TABLE f USING fts5(a, b); REINDEX a; ANALYZE;",
            "UPDATE a SET b = 'ATTACH ''x'' AS y' || \"c d\"",
        ] {
            assert!(is_allowed(sql, Mode::Transaction), "{sql}");
        }
        for sql in
            ["VACUUM", "VACUUM main;", "BEGIN; DROP TABLE a; COMMIT;", "PRAGMA journal_mode = WAL"]
        {
            assert!(is_allowed(sql, Mode::NoTransaction), "{sql}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for sql in [
            "ATTACH 'x' AS y",
            "/* */ attach database 'x' AS y",
            "SELECT 1; DETACH y",
            "VACUUM INTO 'x'",
            "VACUUM main INTO 'x'",
            "VACUUM y",
            "PRAGMA writable_schema = ON",
            "PRAGMA main . \"writable_schema\" (1)",
            "PRAGMA y.foreign_keys = OFF",
            "PRAGMA journal_mode = OFF",
            "PRAGMA user_version = 7",
            "PRAGMA temp_store_directory = '/'",
            "CREATE TEMP TABLE a (b)",
            "CREATE TEMPORARY TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
            "DELETE FROM migratory_history",
            "DROP TABLE main.[MIGRATORY_HISTORY]",
            "UPDATE \"migratory_history\" SET down = ''",
            "EXPLAIN SELECT 1",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; ATTACH 'x' AS y",
            "SELECT $a('), 1); ATTACH 'x' AS y; --')",
            "SELECT $::a('), 1); ATTACH 'x' AS y; --')",
            "SELECT :a, @b, ?1",
            "SELECT #1",
            "SELECT 1 \u{b} ; ATTACH 'x' AS y",
            "SELECT 'open",
            "SELECT 1 /* open",
        ] {
            for mode in [Mode::Transaction, Mode::ForeignKeysOff, Mode::NoTransaction] {
                assert!(!is_allowed(sql, mode), "{sql}");
            }
        }
        for sql in ["VACUUM", "BEGIN", "COMMIT", "SAVEPOINT a"] {
            assert!(!is_allowed(sql, Mode::Transaction), "{sql}");
        }
    }
}
