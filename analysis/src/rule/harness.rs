//! Runs a script and judges it, so that a test of a rule is a line.

use super::{Facts, broken, check};
use crate::checked::CheckedScript;
use crate::name::Direction;
use crate::rehearsal::sandbox::Sandbox;
use crate::script::Script;
use crate::{Code, Diagnostic, Findings};

/// Gives what is known of an up to a function, after a database was made by `before`.
pub(crate) fn with_facts<T>(before: &str, up: &str, take: impl FnOnce(&Facts<'_>) -> T) -> T {
    with(before, up, Direction::Up, take)
}

fn with<T>(
    before: &str,
    script: &str,
    direction: Direction,
    take: impl FnOnce(&Facts<'_>) -> T,
) -> T {
    let mut sandbox = Sandbox::plain().expect("a database in memory");
    sandbox.conn().execute_batch(before).expect("the schema before");
    let schema = sandbox.schema().expect("a schema");
    let was_broken = broken(sandbox.conn(), &schema);
    let script = checked(script, direction);
    let performance = sandbox.perform(&script, &mut |_, _| ()).expect("a performance");
    let schema = sandbox.schema().expect("a schema");
    let mut broken = broken(sandbox.conn(), &schema);
    broken.retain(|object| !was_broken.contains(object));
    take(&Facts {
        script: &script,
        is_up: direction == Direction::Up,
        statements: &performance.statements,
        schemas: &performance.schemas,
        broken: &broken,
    })
}

pub(crate) fn checked(sql: &str, direction: Direction) -> CheckedScript {
    let mut findings = Findings::new("migrations");
    let script = Script::parse("0002_a.sql", sql.as_bytes(), direction, true, &mut findings)
        .expect("a script");
    assert!(findings.is_empty(), "{findings}");
    CheckedScript {
        file: "0002_a.sql".to_owned(),
        sql: script.sql,
        mode: script.mode,
        directives: script.header.directives,
        statements: script.statements.into_iter().map(|statement| statement.range).collect(),
        writes: None,
    }
}

/// What the rules say of an up.
pub(crate) fn lint(before: &str, up: &str) -> Vec<Diagnostic> {
    with(before, up, Direction::Up, check)
}

/// What the rules say of a down.
pub(crate) fn lint_down(before: &str, down: &str) -> Vec<Diagnostic> {
    with(before, down, Direction::Down, check)
}

/// The rules have nothing to say of an up.
pub(crate) fn lint_ok(before: &str, up: &str) {
    let found = with(before, up, Direction::Up, |facts| {
        assert!(facts.is_complete(), "a statement fails: {up}");
        check(facts)
    });
    assert_eq!(found, [], "{up}");
}

/// The rules say this of an up, and nothing else.
pub(crate) fn lint_errors(before: &str, up: &str, codes: &[Code]) {
    let found: Vec<_> = lint(before, up).into_iter().map(|finding| finding.code).collect();
    assert_eq!(found, codes, "{up}");
}

/// What the rules say of an up, as a person reads it.
pub(crate) fn told(before: &str, up: &str) -> String {
    let mut findings = Findings::new("migrations");
    findings.extend(lint(before, up));
    findings.keep("0002_a.sql", up);
    findings.to_string()
}
