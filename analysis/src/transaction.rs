//! Statements that open or end a transaction.

use migratory_runtime::__private::transaction_word;
use migratory_runtime::Mode;

use crate::spelling;
use crate::statement::Statement;
use crate::{Code, Diagnostic};

/// How many of the statements are shown.
const SHOWN: usize = 4;

/// What is taken of a shipped file.
const ACCEPTED: &str = "`accept_through` takes one `BEGIN` and `COMMIT` around a whole file, with nothing but pragmas before and after";

/// Reports, once a file, of the statements that would open or end the runner's transaction.
pub(crate) fn check(
    path: &str,
    sql: &str,
    statements: &[Statement],
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
            format!("the file sets savepoints of its own: {}", spelling::list(&words))
        }
        _ => format!("the file {verb} a transaction itself: {}", spelling::list(&words)),
    };
    let mut error = Diagnostic::error(Code::TransactionStatement, message);
    for (_, statement) in found.iter().take(SHOWN) {
        error = error.on(path, statement.range.clone(), "");
    }
    let opens = found.iter().any(|(word, _)| *word == "BEGIN");
    let error = error.note(why(mode, first.0));
    let error = if is_accepted { error.note(ACCEPTED) } else { error };
    Some(error.help(way_out(mode, found.len(), opens)))
}

/// The statement and the word that it begins with, if that word is about transactions.
fn word<'a>(sql: &str, statement: &'a Statement) -> Option<(&'static str, &'a Statement)> {
    let word = transaction_word(sql.get(statement.range.clone())?)?;
    Some((word, statement))
}

fn why(mode: Mode, first: &str) -> &'static str {
    match (mode, first) {
        (Mode::NoTransaction, _) => {
            "a file that stops half-way would leave its transaction open, and what the runner \
             records inside of it"
        }
        (_, "SAVEPOINT" | "RELEASE") => {
            "the runner undoes a file that fails as a whole: a savepoint in it serves nothing"
        }
        _ => {
            "the runner runs the file and writes its history row in one transaction: if the file \
             ends that, a failure later on can't be undone"
        }
    }
}

fn way_out(mode: Mode, number: usize, opens: bool) -> &'static str {
    match mode {
        Mode::ForeignKeysOff => {
            "delete these statements and keep the pragma: the runner turns foreign keys off, opens \
             the transaction, and checks the foreign keys before it commits"
        }
        Mode::NoTransaction => {
            "delete them; what needs a transaction goes into a migration of its own, without \
             `no-transaction`"
        }
        Mode::Transaction if number == 1 => "delete this statement",
        Mode::Transaction if opens => {
            "delete these statements: the runner opens the transaction, and commits it"
        }
        Mode::Transaction => "delete these statements",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::split;

    fn is_told(sql: &str) -> bool {
        check("x", sql, &split(sql), Mode::Transaction, false).is_some()
    }

    #[test]
    fn transactions_are_told_at_the_level_of_statements_alone() {
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
            assert!(is_told(sql), "{sql}");
        }
        for sql in [
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT 1; END;",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT CASE 1 WHEN 1 THEN 1 END; END",
            "SELECT CASE WHEN 1 THEN 2 END;",
            "SELECT 'BEGIN; COMMIT;'; -- COMMIT;",
            "CREATE TABLE a (\"commit\" INTEGER, [end] TEXT)",
            "INSERT OR ROLLBACK INTO a VALUES (1)",
        ] {
            assert!(!is_told(sql), "{sql}");
        }
    }
}
