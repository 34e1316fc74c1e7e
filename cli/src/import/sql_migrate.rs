//! sql-migrate: `1_name.sql` with both directions, below lines `-- +migrate Up` and `-- +migrate Down`.

use super::dbmate::digits;
use super::draft::{Draft, Migration, Script};
use super::folder::Folder;
use super::goose::significant;
use super::text;
use crate::failure::{Failure, Result};

const WHY: &str = "sql-migrate refuses such a file too";

pub(crate) fn read(folder: &Folder) -> Result<Draft> {
    let mut draft = Draft::default();
    for file in folder.top() {
        let Some(stem) = file.strip_suffix(".sql") else { continue };
        let (digits, name) = stem.split_at(digits(stem));
        let (up, down) = parse(file, &folder.text(file)?)?;
        draft.migrations.push(Migration {
            files: vec![file.to_owned()],
            digits: (!digits.is_empty()).then(|| digits.to_owned()),
            name: name.to_owned(),
            up,
            down,
            remarks: Vec::new(),
        });
    }
    // By the number at the start of the name; names without one come last, in alphabetical order.
    draft.migrations.sort_by_key(|it| {
        let number = it.digits.as_deref().map(significant);
        (number.is_none(), number, it.files.clone())
    });
    Ok(draft)
}

/// The words of a command to sql-migrate.
fn command(line: &str) -> Option<Vec<String>> {
    let said = line.trim_start_matches('\u{feff}').strip_prefix("--")?.trim_start();
    let said = said.strip_prefix("+migrate")?;
    Some(said.split_whitespace().map(str::to_lowercase).collect())
}

/// The up and the down of a file.
fn parse(file: &str, sql: &str) -> Result<(Script, Option<Script>)> {
    let wrong = |line: usize, what: &str| {
        Err(Failure::new(format!("{file}, line {}: {what}", line + 1)).because(WHY))
    };
    let mut head = String::new();
    let mut scripts: [Option<Script>; 2] = [None, None];
    let (mut at, mut begun) = (None::<usize>, None::<usize>);
    for (number, line) in sql.split_inclusive('\n').enumerate() {
        let words = command(line);
        let first = words.as_ref().map(|words| words.first().map_or("", String::as_str));
        match (first, at) {
            (Some(word @ ("up" | "down")), _) => {
                let which = usize::from(word == "down");
                let script = scripts[which].get_or_insert_with(|| Script::new(""));
                script.in_transaction &= !words.iter().flatten().any(|it| it == "notransaction");
                (at, begun) = (Some(which), None);
            }
            (Some("statementbegin"), Some(which)) => {
                begun = scripts[which].as_ref().map(|script| script.text.len());
            }
            (Some("statementend"), Some(which)) => {
                close(&mut scripts[which], begun.take());
            }
            (Some(_), _) => return wrong(number, "an unknown command"),
            (None, Some(which)) => {
                scripts[which].iter_mut().for_each(|script| script.text.push_str(line));
            }
            (None, None) if line.trim().is_empty() || line.trim_start().starts_with("--") => {
                head.push_str(line);
            }
            (None, None) => return wrong(number, "SQL before the `-- +migrate Up`"),
        }
    }
    let [up, down] = scripts;
    let Some(up) = up else {
        return Err(Failure::new(format!("{file} has no line `-- +migrate Up`")).because(WHY));
    };
    let text = text::joined([head.as_str(), &up.text]);
    Ok((
        Script { text, ..up },
        down.map(|down| Script { text: text::joined([down.text.as_str()]), ..down }),
    ))
}

/// sql-migrate passes such a statement on as a whole, so it needs no semicolon; here it needs one.
fn close(script: &mut Option<Script>, begun: Option<usize>) {
    if let (Some(script), Some(begun)) = (script, begun) {
        if let Some(end) = text::open_end(&script.text[begun..]) {
            script.text.insert(begun + end, ';');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(sql: &str) -> String {
        match parse("1_a.sql", sql) {
            Ok((up, down)) => Script::shown(&up, down.as_ref()),
            Err(failure) => format!("{failure:?}"),
        }
    }

    #[test]
    fn files_are_read_as_sql_migrate_does() {
        for (sql, expected) in [
            ("-- +migrate Up\nA;\n-- +migrate Down\nB;\n", r#""A;\n" "B;\n""#),
            ("-- why\n-- +migrate Up notransaction\nA;\n", r#""-- why\n\nA;\n" outside -"#),
            (
                "-- +migrate Up\n-- +migrate StatementBegin\nA\n-- +migrate StatementEnd\n",
                r#""A;\n" -"#,
            ),
            ("--+migrate down\nB;\n--+migrate up\nA;", r#""A;" "B;\n""#),
        ] {
            assert_eq!(parsed(sql), expected, "{sql:?}");
        }
        for (sql, message) in [
            ("A;", "line 1: SQL before the `-- +migrate Up`"),
            ("-- +migrate Down\nB;", "has no line `-- +migrate Up`"),
            ("-- +migrate Up\n-- +migrate Sideways\n", "line 2: an unknown command"),
        ] {
            let found = parsed(sql);
            assert!(found.contains(message), "{sql:?}: {found}");
        }
    }
}
