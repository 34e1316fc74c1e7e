//! Reports statements that SQLite refuses or ignores in the transaction of a migration.

use std::ops::Range;

use migratory_runtime::Mode;

use super::phrase::{self, Pragma};
use super::{Facts, ScriptRule, Scripts};
use migratory_analysis::{Code, Diagnostic};

pub(super) const RULE: ScriptRule =
    ScriptRule { code: Code::Ignored, allow: None, scripts: Scripts::All, check };

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    facts.written().filter_map(|(range, text)| finding(facts, range, text)).collect()
}

fn finding(facts: &Facts<'_>, range: &Range<usize>, text: &str) -> Option<Diagnostic> {
    let mode = facts.script.mode;
    let finding = match Pragma::parse(text) {
        Some(pragma) => of_pragma(&pragma, mode)?,
        None => of_vacuum(text).filter(|_| mode != Mode::NoTransaction)?,
    };
    let place = range.start..range.start + text.trim_end_matches([';', ' ', '\n', '\r']).len();
    let mut error =
        RULE.error(facts, [], finding.message, place).note(finding.note).help(finding.help);
    if mode == Mode::ForeignKeysOff && finding.help == NO_TRANSACTION {
        error = error.note(
            "this file itself can't run without a transaction, since it turns foreign keys off: the runner \
             checks them before it commits",
        );
    }
    Some(error)
}

/// The parts of a finding.
struct Finding {
    message: String,
    note: &'static str,
    help: &'static str,
}

const NO_TRANSACTION: &str = "put it into a migration of its own, with `-- migratory: \
    no-transaction` at the top of the file";
const ON_THE_CONNECTION: &str = "delete it, and set it on the connection, each time one is opened: \
    it belongs to the connection, not to the file";
const BEFORE_ALL: &str = "delete it, and set it on the connection that creates the file, before the first migration runs";

fn of_vacuum(text: &str) -> Option<Finding> {
    phrase::meaningful(text).next().filter(|token| token.is_word("vacuum"))?;
    // `VACUUM INTO` writes another file, which is refused everywhere.
    let into = phrase::meaningful(text).any(|token| token.is_word("into"));
    (!into).then(|| Finding {
        message: "SQLite refuses `VACUUM` in a transaction".to_owned(),
        note: "a migration and its history row are one transaction",
        help: NO_TRANSACTION,
    })
}

fn of_pragma(pragma: &Pragma, mode: Mode) -> Option<Finding> {
    let name = pragma.name.as_str();
    let is_set = pragma.value.is_some();
    let (what, note, help) = match (name, mode) {
        ("encoding", _) if is_set => (
            "SQLite ignores",
            "the encoding of a file that has a table can't be changed",
            BEFORE_ALL,
        ),
        (_, Mode::NoTransaction) => return None,
        ("wal_checkpoint", _) => (
            "SQLite refuses",
            "a checkpoint requires that no transaction is open; SQLite makes checkpoints by itself",
            NO_TRANSACTION,
        ),
        ("foreign_keys", Mode::Transaction) if pragma.boolean() == Some(true) => {
            ("SQLite ignores", "this setting can't change within a transaction", ON_THE_CONNECTION)
        }
        ("journal_mode", _) if is_set => (
            "SQLite refuses or ignores",
            "the journal mode can't change while a transaction is open",
            "set it on the connection, when it is opened; or put it into a migration of its own, \
             with `-- migratory: no-transaction` at the top of the file",
        ),
        ("synchronous", _) if is_set => (
            "SQLite refuses",
            "this setting can't change while a transaction is open",
            ON_THE_CONNECTION,
        ),
        ("temp_store", _) if is_set => (
            "SQLite refuses",
            "temporary tables can't move to another place while a transaction is open",
            ON_THE_CONNECTION,
        ),
        ("page_size" | "auto_vacuum", _) if is_set => (
            "SQLite ignores",
            "in a file that has a table it takes effect at the next `VACUUM`, if that follows on the \
             same connection",
            "put it and `VACUUM;` into a migration of its own, with `-- migratory: no-transaction` at \
             the top of the file",
        ),
        (
            "busy_timeout" | "journal_size_limit" | "locking_mode" | "mmap_size" | "threads"
            | "wal_autocheckpoint",
            _,
        ) if is_set => (
            "nothing is left of",
            "the runner restores the settings of the connection afterwards",
            ON_THE_CONNECTION,
        ),
        _ => return None,
    };
    let when = if what.starts_with("nothing") { "after the migration" } else { "in a transaction" };
    let when = if name == "encoding" { "here" } else { when };
    Some(Finding { message: format!("{what} `PRAGMA {name}` {when}"), note, help })
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint, lint_errors, lint_ok};
    use migratory_analysis::Code;

    #[test]
    fn statements_without_effect_in_a_transaction_are_reported() {
        for up in [
            "VACUUM;",
            "/* now */ vacuum main",
            "CREATE TABLE a (b); VACUUM;",
            "PRAGMA journal_mode = WAL;",
            "PRAGMA main.journal_mode(delete)",
            "PRAGMA temp_store = MEMORY;",
            "pragma Synchronous = off",
            "PRAGMA page_size = 8192;",
            "PRAGMA auto_vacuum = full;",
            "PRAGMA encoding = 'UTF-16';",
            "PRAGMA foreign_keys = ON;",
            "PRAGMA foreign_keys(1); CREATE TABLE a (b);",
            "PRAGMA wal_checkpoint(TRUNCATE);",
            "PRAGMA busy_timeout = 5000;",
            "PRAGMA mmap_size = 268435456;",
            "PRAGMA threads = 4;",
            "PRAGMA locking_mode = exclusive;",
            "-- migratory: no-transaction\nPRAGMA encoding = 'UTF-16';",
        ] {
            lint_errors("CREATE TABLE old (x)", up, &[Code::Ignored]);
        }
        let both = "VACUUM; PRAGMA foreign_keys = OFF; PRAGMA journal_mode = WAL; \
                    PRAGMA foreign_keys = ON;";
        lint_errors("", both, &[Code::Ignored; 2]);
    }

    #[test]
    fn statements_with_an_effect_are_not_reported() {
        for up in [
            "-- migratory: no-transaction\nVACUUM;",
            "-- migratory: no-transaction\nPRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
            "-- migratory: no-transaction\nPRAGMA page_size = 8192; VACUUM;",
            "PRAGMA foreign_keys = OFF; PRAGMA foreign_key_check; PRAGMA foreign_keys = ON;",
            "PRAGMA defer_foreign_keys = ON;",
            "PRAGMA legacy_alter_table = ON; PRAGMA legacy_alter_table = OFF;",
            "-- migratory: allow(returns_rows): to look\nPRAGMA foreign_keys; PRAGMA journal_mode; PRAGMA page_size;",
            "PRAGMA user_version = 7; PRAGMA application_id = 5;",
            "PRAGMA optimize;",
            "PRAGMA recursive_triggers = ON; PRAGMA cache_size = -64000;",
            "CREATE TABLE vacuum_log (x); INSERT INTO vacuum_log VALUES ('VACUUM;');",
        ] {
            lint_ok("CREATE TABLE old (x)", up);
        }
    }

    #[test]
    fn the_suggestion_works() {
        let help = |up| lint("", up).remove(0).help.remove(0);
        assert!(help("VACUUM;").contains("no-transaction"));
        assert!(help("PRAGMA foreign_keys = ON;").contains("on the connection"));
    }
}
