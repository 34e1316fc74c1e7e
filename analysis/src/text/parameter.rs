//! Refuses statements with parameters, since nothing binds them.

use migratory_core::sql::lexer::{self, Kind};

use crate::{Code, Diagnostic};

/// The number of parameters to show.
const SHOWN: usize = 3;

/// Reports the parameters in a file's statements, in one finding.
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
            .note("a migration has no values to bind: SQLite would use NULL")
            .help("write the value itself; quote strings with `'` and names with `\"`"),
    )
}
