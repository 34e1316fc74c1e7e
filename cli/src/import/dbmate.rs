//! dbmate: `20240131120000_name.sql` with both directions in blocks that begin with `-- migrate:`.

use super::draft::{Draft, Migration, Script};
use super::folder::Folder;
use super::text;
use crate::failure::{Failure, Result};

const WHY: &str = "dbmate refuses such a file too";

/// A direction of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

pub(crate) fn read(folder: &Folder) -> Result<Draft> {
    let mut draft = Draft::default();
    // dbmate runs files in the order of their names, as `top` returns them.
    for file in folder.top() {
        let Some(stem) = file.strip_suffix(".sql") else { continue };
        let (digits, name) = stem.split_at(digits(stem));
        if digits.is_empty() {
            continue;
        }
        let blocks = blocks(file, &folder.text(file)?)?;
        draft.migrations.push(migration(file, digits, name, &blocks)?);
    }
    Ok(draft)
}

/// The number of digits at the start of a name.
pub(crate) fn digits(name: &str) -> usize {
    name.bytes().take_while(u8::is_ascii_digit).count()
}

/// The part of a file below a marker.
#[derive(Debug)]
struct Block {
    /// `None` before the first marker.
    way: Option<Way>,
    script: Script,
}

/// The blocks of a file: comments at the top, then ups and downs in turn.
fn blocks(file: &str, sql: &str) -> Result<Vec<Block>> {
    let wrong = |line: usize, what: &str| {
        Err(Failure::new(format!("{file}, line {}: {what}", line + 1)).because(WHY))
    };
    if !sql.lines().any(|line| marker(line).is_some()) {
        return Err(Failure::new(format!("{file} has no line `-- migrate:up`")).because(WHY));
    }
    let mut blocks = vec![Block { way: None, script: Script::new("") }];
    for (at, line) in sql.split_inclusive('\n').enumerate() {
        let before = blocks.last().and_then(|block| block.way);
        let is_comment = line.trim_start_matches('\u{feff}').trim_start().starts_with("--");
        match (marker(line), before) {
            (Some((Way::Up, _)), Some(Way::Up)) => {
                return wrong(at, "a second `-- migrate:up` before a `-- migrate:down`");
            }
            (Some((Way::Down, _)), None) => {
                return wrong(at, "a `-- migrate:down` before the `-- migrate:up`");
            }
            (Some((Way::Down, _)), Some(Way::Down)) => {
                return wrong(at, "a second `-- migrate:down` after the same `-- migrate:up`");
            }
            (Some((way, in_transaction)), _) => {
                let script = Script { text: String::new(), in_transaction };
                blocks.push(Block { way: Some(way), script });
            }
            (None, None) if !is_comment && !line.trim().is_empty() => {
                return wrong(at, "SQL before the `-- migrate:up`");
            }
            (None, _) => {
                blocks.iter_mut().next_back().into_iter().for_each(|it| it.script.text += line);
            }
        }
    }
    Ok(blocks)
}

/// The direction that a marker opens, and whether it runs in a transaction.
fn marker(line: &str) -> Option<(Way, bool)> {
    let body = line.trim_start_matches('\u{feff}').strip_prefix("--")?.trim_start();
    let said = body.strip_prefix("migrate:")?;
    let (way, options) = match (said.strip_prefix("up"), said.strip_prefix("down")) {
        (Some(options), _) => (Way::Up, options),
        (_, Some(options)) => (Way::Down, options),
        _ => return None,
    };
    let is_whole = options.is_empty() || options.starts_with(char::is_whitespace);
    let in_transaction = !options.split_whitespace().any(|option| option == "transaction:false");
    is_whole.then_some((way, in_transaction))
}

fn migration(file: &str, digits: &str, name: &str, blocks: &[Block]) -> Result<Migration> {
    let of = |way| blocks.iter().filter(move |block| block.way == Some(way)).map(|it| &it.script);
    let head = blocks.first().map_or("", |block| block.script.text.as_str());
    let ups: Vec<&Script> = of(Way::Up).collect();
    let downs: Vec<&Script> = of(Way::Down).collect();
    let mut remarks = Vec::new();
    if ups.len() > 1 {
        remarks.push(format!(
            "its {} blocks become one migration; their downs run in reverse order",
            ups.len()
        ));
    }
    let up = one(file, ups.iter().copied())?;
    let text = text::joined([head, &up.text]);
    Ok(Migration {
        files: vec![file.to_owned()],
        digits: Some(digits.to_owned()),
        name: name.to_owned(),
        up: Script { text, ..up },
        down: if downs.is_empty() { None } else { Some(one(file, downs.into_iter().rev())?) },
        remarks,
    })
}

/// Joins scripts, which all run in a transaction or all outside of one.
fn one<'a>(file: &str, scripts: impl Iterator<Item = &'a Script> + Clone) -> Result<Script> {
    let in_transaction = scripts.clone().all(|script| script.in_transaction);
    if !in_transaction && scripts.clone().any(|script| script.in_transaction) {
        return Err(Failure::new(format!(
            "{file} has blocks both with and without `transaction:false`"
        ))
        .because("here, a whole file runs inside or outside of a transaction")
        .help("split the blocks into separate files, then import again"));
    }
    Ok(Script { text: text::joined(scripts.map(|script| script.text.as_str())), in_transaction })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(sql: &str) -> String {
        let blocks = blocks("1_a.sql", sql);
        match blocks.and_then(|blocks| migration("1_a.sql", "1", "a", &blocks)) {
            Ok(Migration { up, down, .. }) => Script::shown(&up, down.as_ref()),
            Err(failure) => format!("{failure:?}"),
        }
    }

    #[test]
    fn files_are_read_as_dbmate_does() {
        for (sql, expected) in [
            ("-- migrate:up\nA;\n\n-- migrate:down\nB;\n", r#""A;\n" "B;\n""#),
            ("-- migrate:up\r\nA;\r\n-- migrate:down\r\n", r#""A;\r\n" """#),
            ("-- why\n--migrate:up\nA;", r#""-- why\n\nA;" -"#),
            (
                "-- migrate:up transaction:false\nA;\n-- migrate:down x:y transaction:false\nB;\n",
                r#""A;\n" outside "B;\n" outside"#,
            ),
            ("-- migrate:up\nA;\n-- migrate:upper\n", r#""A;\n-- migrate:upper\n" -"#),
            (
                "-- migrate:up\nA;\n-- migrate:down\nB;\n-- migrate:up\nC;\n-- migrate:down\nD;\n",
                r#""A;\n\nC;\n" "D;\n\nB;\n""#,
            ),
        ] {
            assert_eq!(parsed(sql), expected, "{sql:?}");
        }
    }

    #[test]
    fn files_that_dbmate_refuses_are_refused() {
        for (sql, message) in [
            ("A;\n-- migrate:up\n", "line 1: SQL before the `-- migrate:up`"),
            ("", "1_a.sql has no line `-- migrate:up`"),
            ("-- migrate:up\n-- migrate:up\n", "line 2: a second `-- migrate:up`"),
            ("-- migrate:down\n", "line 1: a `-- migrate:down` before"),
            ("-- migrate:up\n-- migrate:down\n-- migrate:down\n", "line 3: a second"),
            (
                "-- migrate:up\n-- migrate:down\n-- migrate:up transaction:false\n",
                "blocks both with and without `transaction:false`",
            ),
        ] {
            let found = parsed(sql);
            assert!(found.contains(message), "{sql:?}: {found}");
        }
    }
}
