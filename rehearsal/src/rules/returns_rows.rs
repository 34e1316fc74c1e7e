//! Reports a statement whose rows nobody reads.

use super::{Facts, ScriptRule, Scripts};
use crate::act::{ActKind, Statement};
use migratory_analysis::Rule;
use migratory_analysis::{Code, Diagnostic};

/// Pragmas that are called for their effect, and also return a result. `foreign_key_check` is the
/// last step of SQLite's own recipe for a rebuild; the runner runs it too, and reads its result.
const WORKING: [&str; 5] =
    ["foreign_key_check", "incremental_vacuum", "optimize", "shrink_memory", "wal_checkpoint"];

/// The endings of pragmas that take a value and set nothing.
const QUESTIONS: [&str; 4] = ["_info", "_xinfo", "_list", "_check"];

pub(super) const RULE: ScriptRule = ScriptRule {
    code: Code::ReturnsRows,
    allow: Some(Rule::ReturnsRows),
    scripts: Scripts::All,
    check,
};

fn check(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let idle = facts.done().filter(|(_, statement)| statement.columns > 0 && !is_work(statement));
    let finding = |(_, statement): (usize, &Statement)| {
        RULE
            .error(
                facts,
                [],
                "this statement returns rows, and nobody reads them",
                statement.range.clone(),
            )
            .note("nothing acts on what a migration returns: a check that is written as a SELECT checks nothing")
            .help("delete it; or use what it returns in a statement that writes, as `INSERT INTO .. SELECT ..`")
    };
    idle.map(finding).collect()
}

/// Whether it is a pragma that does something and returns its result. An ALTER also runs a query of
/// its own on the rows, which returns nothing.
fn is_work(statement: &Statement) -> bool {
    statement.own().any(|act| match act {
        ActKind::AlterTable(_) => true,
        ActKind::Pragma { name, value } => {
            let is_question = QUESTIONS.iter().any(|suffix| name.ends_with(suffix));
            WORKING.contains(&name.as_str()) || (value.is_some() && !is_question)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::harness::{lint_errors, lint_ok};
    use migratory_analysis::Code;

    const TABLE: &str = "CREATE TABLE a (b);";

    #[test]
    fn rows_that_nobody_reads_are_reported() {
        for up in [
            "SELECT count(*) FROM a;",
            "WITH c AS (SELECT 1) SELECT * FROM c;",
            "VALUES (1), (2);",
            "INSERT INTO a VALUES (1) RETURNING b;",
            "EXPLAIN SELECT 1;",
            "PRAGMA foreign_key_list;",
            "PRAGMA user_version;",
            "PRAGMA table_info(a);",
        ] {
            lint_errors(TABLE, up, &[Code::ReturnsRows]);
        }
    }

    #[test]
    fn statements_that_change_something_are_not_reported() {
        for up in [
            "INSERT INTO a SELECT 1;",
            "CREATE VIEW c AS SELECT b FROM a;",
            "UPDATE a SET b = (SELECT max(b) FROM a) WHERE b IS NULL;",
            "PRAGMA legacy_alter_table = ON;",
            "PRAGMA optimize;",
            "ALTER TABLE a ADD COLUMN c TEXT CHECK (c <> '');",
            "ALTER TABLE a ADD COLUMN c TEXT NOT NULL DEFAULT 'x' CHECK (c <> '');",
            "PRAGMA foreign_keys = OFF; PRAGMA foreign_key_check; PRAGMA foreign_keys = ON;",
            "-- migratory: allow(returns_rows): the function does the work\nSELECT abs(1);",
        ] {
            lint_ok(TABLE, up);
        }
    }
}
