//! Two definitions, line by line.

use migratory_core::sql::lexer::{self, Kind};
use migratory_core::sql::normal;
use migratory_core::sql::parens;

/// The lines of both, those of the first alone after `- `, those of the second alone after `+ `.
///
/// How the definitions are laid out does not count: each is laid out anew, a column a line.
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

/// What of a line counts when lines are compared: a comma more at its end does not.
fn key(line: &str) -> String {
    normal::definition(line.trim_end_matches(','))
}

/// How many pairs of lines are compared at most: a file may hold a definition of any size.
const PAIRS: usize = 4_000_000;

/// The places of the longest run of lines, not necessarily neighbours, that both have.
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

/// A line for what stands before the columns, one for each column, and one for what comes after.
fn laid_out(sql: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    // Blanks are kept where there are any, as one; those at the ends of lines are laid out anew.
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
    fn equal_definitions_have_no_marks_however_they_are_laid_out() {
        let told = lines(
            "CREATE TABLE a(b TEXT, c DEFAULT (1+f(2, 3)))",
            "create table a (\n b text,\n c default(1 + f(2,3)))",
        );
        assert!(told.iter().all(|line| line.starts_with("  ")), "{told:#?}");
    }

    #[test]
    fn a_column_more_is_a_line_more() {
        let told = lines("CREATE TABLE a (b)", "CREATE TABLE a (b, c.d)");
        assert_eq!(told, ["  CREATE TABLE a (", "    b", "+   c.d", "  )"]);
    }
}
