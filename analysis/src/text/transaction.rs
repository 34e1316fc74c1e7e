//! Refuses statements that open or end a transaction.

use std::collections::BTreeSet;
use std::ops::Range;

use migratory_core::Mode;
use migratory_core::sql::left_out::without_effect;
use migratory_core::sql::statements::transaction_word;

use crate::spelling;
use crate::{Code, Diagnostic, Severity};

/// The number of statements to show.
const SHOWN: usize = 4;

/// A note on the transactions that a shipped file may have.
const ACCEPTED: &str = "`accept_through` accepts `BEGIN` and `COMMIT` that alternate, and runs the whole file in one transaction";

/// Reports the statements that would open or end the runner's transaction, in one finding per file.
pub(crate) fn check(
    path: &str,
    sql: &str,
    statements: &[Range<usize>],
    mode: Mode,
    is_accepted: bool,
) -> Option<Diagnostic> {
    let found: Vec<_> = statements.iter().filter_map(|each| word(sql, each)).collect();
    let mut words: Vec<String> = Vec::new();
    for (word, _) in &found {
        let word = format!("`{word}`");
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let first = found.first()?;
    let verb = if first.0 == "BEGIN" { "opens" } else { "ends" };
    let message = match first.0 {
        "SAVEPOINT" | "RELEASE" => {
            format!("the file uses savepoints: {}", spelling::list(&words))
        }
        _ => format!("the file {verb} a transaction itself: {}", spelling::list(&words)),
    };
    let mut error = Diagnostic::error(Code::TransactionStatement, message);
    for (_, statement) in found.iter().take(SHOWN) {
        error = error.on(path, (*statement).clone(), "");
    }
    let opens = found.iter().any(|(word, _)| *word == "BEGIN");
    let error = error.note(why(mode, first.0));
    let error = if is_accepted { error.note(ACCEPTED) } else { error };
    Some(error.help(way_out(mode, found.len(), opens)))
}

/// Warns about the settings in a shipped file that a run leaves out, in one finding per file.
///
/// `VACUUM` and a checkpoint don't change what a database holds, so they get no warning.
pub(crate) fn settings(path: &str, sql: &str, statements: &[Range<usize>]) -> Option<Diagnostic> {
    let found = statements.iter().filter_map(|each| {
        let name = without_effect(sql.get(each.clone())?)?;
        (!matches!(name, "VACUUM" | "wal_checkpoint")).then_some((name, each))
    });
    let found: Vec<_> = found.collect();
    let names: BTreeSet<_> = found.iter().map(|(name, _)| format!("`PRAGMA {name}`")).collect();
    found.first()?;
    let names = spelling::list(&names.into_iter().collect::<Vec<_>>());
    let verb = if found.len() == 1 { "is" } else { "are" };
    let mut warning = Diagnostic::error(Code::Ignored, format!("{names} {verb} left out"));
    warning.severity = Severity::Warning;
    for (_, statement) in found.iter().take(SHOWN) {
        warning = warning.on(path, (*statement).clone(), "");
    }
    Some(
        warning
            .note("the runner runs the file in a transaction, where SQLite refuses such a setting or ignores it, and restores the connection's settings after the run")
            .help("set it whenever the application opens a connection; the file can stay as it is"),
    )
}

/// Returns the statement and its first word, if it controls transactions.
fn word<'a>(sql: &str, statement: &'a Range<usize>) -> Option<(&'static str, &'a Range<usize>)> {
    let word = transaction_word(sql.get(statement.clone())?)?;
    Some((word, statement))
}

fn why(mode: Mode, first: &str) -> &'static str {
    match (mode, first) {
        (Mode::NoTransaction, _) => {
            "if the file stops half-way, its transaction stays open, with the runner's history row \
             in it"
        }
        (_, "SAVEPOINT" | "RELEASE") => {
            "the runner rolls back the whole file if a statement fails, so savepoints have no use"
        }
        _ => {
            "the runner runs the file and writes its history row in one transaction: once the file \
             ends that, a later failure can't be rolled back"
        }
    }
}

fn way_out(mode: Mode, number: usize, opens: bool) -> &'static str {
    match mode {
        Mode::ForeignKeysOff => {
            "delete these statements and keep the pragma: the runner turns foreign keys off, opens \
             the transaction, and checks the foreign keys before the commit"
        }
        Mode::NoTransaction => {
            "delete them, and move what needs a transaction to a migration of its own, without \
             `no-transaction`"
        }
        Mode::Transaction if number == 1 => "delete this statement",
        Mode::Transaction if opens => {
            "delete these statements: the runner opens and commits the transaction"
        }
        Mode::Transaction => "delete these statements",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use migratory_core::sql::statements;

    fn is_refused(sql: &str) -> bool {
        check("x", sql, &statements::ranges(sql).collect::<Vec<_>>(), Mode::Transaction, false)
            .is_some()
    }

    #[test]
    fn only_whole_statements_count_as_transactions() {
        for sql in [
            "BEGIN; SELECT 1; COMMIT;",
            "begin immediate",
            "SELECT 1; END",
            "SELECT 1;\n-- x\nEND TRANSACTION;",
            "ROLLBACK TO a;",
            "SAVEPOINT a",
            "RELEASE a",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END; COMMIT;",
        ] {
            assert!(is_refused(sql), "{sql}");
        }
        for sql in [
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT CASE 1 WHEN 1 THEN 1 END; END",
            "SELECT CASE WHEN 1 THEN 2 END;",
            "SELECT 'BEGIN; COMMIT;'; -- COMMIT;",
            "CREATE TABLE a (\"commit\" INTEGER, [end] TEXT)",
            "INSERT OR ROLLBACK INTO a VALUES (1)",
        ] {
            assert!(!is_refused(sql), "{sql}");
        }
    }
}
