//! Steps in Rust, which a rehearsal can't run: which failures they may prevent, and the notes about
//! them.

use migratory_runtime::__private::{Refusal, Trouble, code};
use rusqlite::ErrorCode;

use migratory_analysis::CheckedMigration;
use migratory_analysis::Diagnostic;
use migratory_analysis::spelling;

/// Whether rows violate a constraint that a step of the migration might have taken care of.
pub(crate) fn step_may_help(migration: &CheckedMigration, trouble: &Trouble) -> bool {
    migration.has_code() && is_about_rows(trouble)
}

fn is_about_rows(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Statement(failure) => {
            failure.source.as_ref().and_then(code) == Some(ErrorCode::ConstraintViolation)
        }
        Trouble::Refusal(refusal) => matches!(refusal, Refusal::Dangling(_)),
    }
}

/// Notes which earlier steps did not run, if a script failed on rows.
pub(crate) fn with_steps_before(
    error: Diagnostic,
    trouble: &Trouble,
    earlier: &[CheckedMigration],
) -> Diagnostic {
    let with_step = earlier.iter().filter(|migration| migration.up.has_code());
    let versions: Vec<_> = with_step.map(|migration| migration.version.to_string()).collect();
    if versions.is_empty() || !is_about_rows(trouble) {
        return error;
    }
    let steps =
        if versions.len() == 1 { "step in Rust of version" } else { "steps in Rust of versions" };
    let list = spelling::list(&versions);
    error
        .note(format!(
            "the rehearsal runs only SQL: the rows are as they are without the {steps} {list}"
        ))
        .help(
            "if the step takes care of these rows, do the same in SQL before this statement, for example \
             with an UPDATE: where the step has run, that changes nothing",
        )
}

/// Notes that a step may not change the schema, if the schema is wrong.
pub(crate) fn with_steps_on_schema(error: Diagnostic, migration: &CheckedMigration) -> Diagnostic {
    if !migration.has_code() {
        return error;
    }
    error
        .note("the migration has a step in Rust, and the rehearsal runs only its SQL: it does not see what a step does to the schema")
        .help("change the schema in SQL only, and let the step change the rows")
}
