//! Decodes the bytes of a file.

use migratory_core::sql::lexer::{self, Kind};

use crate::{Code, Diagnostic, Findings};

/// Returns the text of a file without its byte order mark, or `None` for UTF-16.
///
/// Replaces bytes that are not UTF-8, so that the rest can still be checked.
pub(crate) fn decode(path: &str, bytes: &[u8], findings: &mut Findings) -> Option<String> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        findings.push(utf16(path));
        return None;
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes).into_owned();
    if let Err(error) = std::str::from_utf8(bytes) {
        findings.push(not_utf8(path, bytes, error.valid_up_to()));
    }
    findings.extend(nul(path, &text));
    findings.extend(unterminated(path, &text));
    Some(text)
}

fn utf16(path: &str) -> Diagnostic {
    Diagnostic::error(Code::Utf16, "the file is UTF-16")
        .at(path)
        .note("SQLite expects UTF-8; some editors and PowerShell's `>` write UTF-16")
        .help("save it as UTF-8")
}

fn not_utf8(path: &str, bytes: &[u8], at: usize) -> Diagnostic {
    let byte = bytes.get(at).copied().unwrap_or_default();
    Diagnostic::error(Code::NotUtf8, "the file is not UTF-8")
        .on(path, at..at + '\u{fffd}'.len_utf8(), format!("the byte 0x{byte:02X}"))
        .note("SQLite expects UTF-8, and would store other bytes unchanged")
        .help("save it as UTF-8")
}

fn nul(path: &str, text: &str) -> Option<Diagnostic> {
    let at = text.find('\0')?;
    Some(
        Diagnostic::error(Code::NulByte, "the file contains a NUL byte")
            .on(path, at..at + 1, "here")
            .note("SQLite stops reading there: it would skip the rest and report success")
            .help("delete it; inside a string, write `char(0)`"),
    )
}

fn unterminated(path: &str, text: &str) -> Option<Diagnostic> {
    let open = lexer::tokens(text)
        .find(|token| matches!(token.kind, Kind::OpenComment | Kind::OpenQuote))?;
    let (what, close, length) = match open.text.as_bytes() {
        [b'/', ..] => ("comment", "*/", 2),
        [b'[', ..] => ("name", "]", 1),
        [b'\'', ..] => ("string", "'", 1),
        [b'`', ..] => ("name", "`", 1),
        _ => ("name", "\"", 1),
    };
    let error = Diagnostic::error(Code::Unterminated, format!("this {what} is never closed"))
        .on(path, open.start..open.start + length, "opens here")
        .help(match close {
            "`" => "close it with a backtick".to_owned(),
            "'" => {
                "close it with `'`; inside a string, write `'` twice, as in `'it''s'`".to_owned()
            }
            close => format!("close it with `{close}`"),
        });
    Some(if what == "comment" {
        error.note("SQLite skips the rest of the file and reports success")
    } else {
        error.note("everything up to the end of the file belongs to it")
    })
}
