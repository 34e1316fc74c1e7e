//! Diesel's `metadata.toml`, of which one key is known.

use crate::spelling;
use crate::{Code, Diagnostic, Findings};

const KEY: &str = "run_in_transaction";

/// Whether the scripts beside this file run in a transaction; tells what else it says.
pub(crate) fn runs_in_transaction(path: &str, bytes: &[u8], findings: &mut Findings) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut in_transaction = true;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        match parse(line) {
            Ok(Some(said)) => in_transaction = said,
            Ok(None) => {}
            Err(help) => findings.push(unknown(path, line, at, &help)),
        }
        at += line.len();
    }
    findings.keep(path, &text);
    in_transaction
}

/// What a line says, if anything; or what it may have meant to say.
fn parse(line: &str) -> Result<Option<bool>, String> {
    let line = line.trim_start_matches('\u{feff}');
    let line = line.split_once('#').map_or(line, |(said, _)| said).trim();
    if line.is_empty() {
        return Ok(None);
    }
    let (key, value) = line.split_once('=').unwrap_or((line, ""));
    match (key.trim(), value.trim()) {
        (KEY, "true") => Ok(Some(true)),
        (KEY, "false") => Ok(Some(false)),
        (KEY, _) => Err(format!("write `{KEY} = false` or `{KEY} = true`")),
        (key, value) => Err(match spelling::nearest(key, [KEY]) {
            Some(_) => format!("did you mean `{KEY} = {value}`?"),
            None => format!("`{KEY}` is the only key that is known here: delete this line"),
        }),
    }
}

fn unknown(path: &str, line: &str, at: usize, help: &str) -> Diagnostic {
    let said = line.trim();
    let start = at + (line.len() - line.trim_start().len());
    Diagnostic::error(Code::Metadata, format!("`{said}` is not understood"))
        .on(path, start..start + said.len(), "")
        .note("a slip here would silently run the migration in another way")
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn one_key_is_known() {
        for (line, said) in [
            ("run_in_transaction = false\r\n", Ok(Some(false))),
            ("run_in_transaction=true # so", Ok(Some(true))),
            ("", Ok(None)),
            ("# run_in_transaction = off", Ok(None)),
        ] {
            assert_eq!(parse(line), said, "{line}");
        }
        for line in ["run_in_transactions = false", "run_in_transaction = no", "x", "[a]"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
