//! Reads Diesel's `metadata.toml`, which has one key.

use crate::spelling;
use crate::{Code, Diagnostic, Findings};

const KEY: &str = "run_in_transaction";

/// Whether the scripts next to this file run in a transaction. Reports every unknown setting.
pub(crate) fn runs_in_transaction(path: &str, bytes: &[u8], findings: &mut Findings) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut in_transaction = true;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        match parse(line) {
            Ok(Some(value)) => in_transaction = value,
            Ok(None) => {}
            Err(help) => findings.push(unknown(path, line, at, &help)),
        }
        at += line.len();
    }
    findings.keep(path, &text);
    in_transaction
}

/// Returns the value that a line sets, if any, or help for an unknown setting.
fn parse(line: &str) -> Result<Option<bool>, String> {
    let line = line.trim_start_matches('\u{feff}');
    let line = line.split_once('#').map_or(line, |(setting, _)| setting).trim();
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
            None => format!("delete this line: `{KEY}` is the only key"),
        }),
    }
}

fn unknown(path: &str, line: &str, at: usize, help: &str) -> Diagnostic {
    let written = line.trim();
    let start = at + (line.len() - line.trim_start().len());
    Diagnostic::error(Code::Metadata, format!("unknown setting `{written}`"))
        .on(path, start..start + written.len(), "")
        .note("a typo here would silently change whether the migration runs in a transaction")
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_run_in_transaction_is_accepted() {
        for (line, value) in [
            ("run_in_transaction = false\r\n", Ok(Some(false))),
            ("run_in_transaction=true # so", Ok(Some(true))),
            ("", Ok(None)),
            ("# run_in_transaction = off", Ok(None)),
        ] {
            assert_eq!(parse(line), value, "{line}");
        }
        for line in ["run_in_transactions = false", "run_in_transaction = no", "x", "[a]"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
