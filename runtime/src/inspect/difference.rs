//! Compares two definitions line by line.

use migratory_core::sql::lexer::{self, Kind};
use migratory_core::sql::normal;
use migratory_core::sql::parens;

/// Returns the lines of both definitions, with `- ` before those only in the first and `+ ` before
/// those only in the second.
///
/// Both are reformatted with one column per line, so that layout doesn't matter.
pub(crate) fn lines(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (laid_out(old), laid_out(new));
    let keys = |lines: &[String]| lines.iter().map(|line| key(line)).collect::<Vec<_>>();
    let common = common(&keys(&old), &keys(&new));
    let (mut told, mut at_old, mut at_new) = (Vec::new(), 0, 0);
    for (in_old, in_new) in common.into_iter().chain([(old.len(), new.len())]) {
        told.extend(old[at_old..in_old].iter().map(|line| format!("- {line}")));
        told.extend(new[at_new..in_new].iter().map(|line| format!("+ {line}")));
        told.extend(old.get(in_old).map(|line| format!("  {line}")));
        (at_old, at_new) = (in_old + 1, in_new + 1);
    }
    told
}

/// Returns the part of a line that counts: a comma at its end doesn't.
fn key(line: &str) -> String {
    normal::definition(line.trim_end_matches(','))
}

/// The maximum number of pairs of lines to compare, because a file may hold a definition of any
/// size.
const PAIRS: usize = 4_000_000;

/// Returns the positions of a longest common subsequence of lines.
fn common(old: &[String], new: &[String]) -> Vec<(usize, usize)> {
    if old.len().saturating_mul(new.len()) > PAIRS {
        return Vec::new();
    }
    let mut longest = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] = if old[i] == new[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// Formats a definition: a line for the part before the columns, one per column, and one for the
/// rest.
fn laid_out(sql: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    // Inside a line, each run of blanks becomes one; the ends of lines are formatted anew.
    let mut blank = false;
    for (depth, token) in parens::depths(lexer::tokens(sql)) {
        if token.is_blank() {
            blank = true;
            continue;
        }
        let text = token.text;
        if text == ")" && depth == 0 {
            lines.push(String::new());
        }
        let Some(line) = lines.last_mut() else { break };
        let is_first = line.trim().is_empty() || line.ends_with('(');
        let is_gap = blank || (text == "(" && depth == 0) || line.ends_with(',');
        if is_gap && !is_first && !matches!(text, ")" | ",") {
            line.push(' ');
        }
        line.push_str(text);
        blank = false;
        let opens = text == "(" && depth == 0;
        if opens || (text == "," && depth == 1) {
            lines.push("  ".to_owned());
        } else if token.kind == Kind::Semicolon {
            lines.push(String::new());
        }
    }
    lines.retain(|line| !line.trim().is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_definitions_have_no_marks_in_any_layout() {
        let told = lines(
            "CREATE TABLE a(b TEXT, c DEFAULT (1+f(2, 3)))",
            "create table a (\n b text,\n c default(1 + f(2,3)))",
        );
        assert!(told.iter().all(|line| line.starts_with("  ")), "{told:#?}");
    }

    #[test]
    fn an_added_column_is_an_added_line() {
        let told = lines("CREATE TABLE a (b)", "CREATE TABLE a (b, c.d)");
        assert_eq!(told, ["  CREATE TABLE a (", "    b", "+   c.d", "  )"]);
    }
}
