//! For tests: runs a script and applies the rules, so that a test of a rule is one line.

use rusqlite::Connection;

use super::{Facts, broken, check};
use crate::sandbox::Sandbox;
use crate::schema::Schema;
use migratory_analysis::CheckedScript;
use migratory_analysis::{Code, Diagnostic, Findings};
use migratory_core::Direction;

/// Calls `take` with the facts about an up, on a database made by `before`.
pub(crate) fn with_facts<T>(before: &str, up: &str, take: impl FnOnce(&Facts<'_>) -> T) -> T {
    with(before, up, Direction::Up, take)
}

/// Calls `take` with the facts about a script, on a database made by `before`.
pub(crate) fn with<T>(
    before: &str,
    script: &str,
    direction: Direction,
    take: impl FnOnce(&Facts<'_>) -> T,
) -> T {
    let mut sandbox = Sandbox::plain().expect("a database in memory");
    sandbox.conn().execute_batch(before).expect("the schema before");
    let schema_before = sandbox.schema().expect("a schema");
    let was_broken = broken(sandbox.conn(), &Schema::default(), &schema_before);
    let script = checked(script, direction);
    let performance = sandbox.perform(&script, &mut |_, _| ()).expect("a performance");
    let schema = sandbox.schema().expect("a schema");
    let mut broken = broken(sandbox.conn(), &schema_before, &schema);
    broken.retain(|object| !was_broken.contains(object));
    take(&Facts {
        script: &script,
        is_up: direction == Direction::Up,
        is_returned: false,
        statements: &performance.statements,
        schemas: &performance.schemas,
        broken: &broken,
    })
}

pub(crate) fn checked(sql: &str, direction: Direction) -> CheckedScript {
    let mut findings = Findings::new("migrations");
    let script = CheckedScript::parse("0002_a.sql", sql, direction, &mut findings);
    assert!(findings.is_empty(), "{findings}");
    script.expect("a script")
}

/// Returns the rules' findings about an up.
pub(crate) fn lint(before: &str, up: &str) -> Vec<Diagnostic> {
    with(before, up, Direction::Up, check)
}

/// Returns the rules' findings about a down.
pub(crate) fn lint_down(before: &str, down: &str) -> Vec<Diagnostic> {
    with(before, down, Direction::Down, check)
}

/// Asserts that the rules have no findings about an up.
pub(crate) fn lint_ok(before: &str, up: &str) {
    let found = with(before, up, Direction::Up, |facts| {
        assert!(facts.is_complete(), "a statement fails: {up}");
        check(facts)
    });
    assert_eq!(found, [], "{up}");
}

/// Asserts that the rules have exactly these findings about an up, and that their suggestions can
/// be run.
pub(crate) fn lint_errors(before: &str, up: &str, codes: &[Code]) {
    let found = lint(before, up);
    let found_codes: Vec<_> = found.iter().map(|finding| finding.code).collect();
    assert_eq!(found_codes, codes, "{up}");
    // A definition that a help quotes as it is now is not a suggestion.
    let offers = found.iter().flat_map(|finding| &finding.help);
    for help in offers.filter(|help| !help.starts_with("it is `")) {
        let is_statement = |sql: &&str| VERBS.iter().any(|verb| sql.starts_with(verb));
        let statements: Vec<_> = help.split('`').skip(1).step_by(2).filter(is_statement).collect();
        // Two dots stand for what a person has to fill in.
        if !statements.is_empty() && !statements.iter().any(|sql| sql.contains("..")) {
            let sql = format!("{};", statements.join(";"));
            assert!(runs(before, up, &sql), "{up}\n{sql}");
        }
    }
}

const VERBS: [&str; 7] = ["CREATE ", "INSERT ", "UPDATE ", "DELETE ", "DROP ", "ALTER ", "PRAGMA "];

/// Whether the statements run before the script, or after one of its statements.
fn runs(before: &str, script: &str, sql: &str) -> bool {
    let conn = Connection::open_in_memory().expect("a database");
    conn.execute_batch(before).expect("the schema before");
    let attempt = || {
        conn.execute_batch("SAVEPOINT attempt").expect("a savepoint");
        let ran = conn.execute_batch(sql).is_ok();
        conn.execute_batch("ROLLBACK TO attempt; RELEASE attempt").expect("the way back");
        ran
    };
    let mut runs = attempt();
    for range in checked(script, Direction::Up).statements {
        if !runs && conn.execute_batch(&script[range]).is_ok() {
            runs = attempt();
        }
    }
    runs
}

/// Returns the rules' findings about an up as text.
pub(crate) fn reported(before: &str, up: &str) -> String {
    let mut findings = Findings::new("migrations");
    findings.extend(lint(before, up));
    findings.keep("0002_a.sql", up);
    findings.to_string()
}
