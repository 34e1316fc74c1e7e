//! Parameters in a statement, which nobody binds.

use migratory_runtime::lexer::{self, Kind};

use crate::{Code, Diagnostic};

/// How many of the parameters are shown.
const SHOWN: usize = 3;

/// Tells, once a file, of the parameters in its statements.
pub(crate) fn check(path: &str, sql: &str) -> Option<Diagnostic> {
    let found: Vec<_> =
        lexer::meaningful(sql).filter(|token| token.kind == Kind::Parameter).collect();
    let first = found.first()?;
    let message = match found.len() {
        1 => format!("`{}` is a parameter", first.text),
        many => format!("`{}` is a parameter, the first of {many}", first.text),
    };
    let mut error = Diagnostic::error(Code::Parameter, message);
    for token in found.iter().take(SHOWN) {
        error = error.on(path, token.start..token.end(), "");
    }
    Some(
        error
            .note("nobody binds it a value while a migration runs: SQLite would take NULL for it")
            .help(
                "write the value itself; a text stands in single quotes, a name in double quotes",
            ),
    )
}
