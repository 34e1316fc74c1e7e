//! goose: `00001_name.sql` with both directions, separated by annotations.

use std::collections::BTreeSet;

use super::draft::{Draft, Left, Migration, Script};
use super::folder::{Folder, is_sql};
use super::text;
use crate::failure::{Failure, Result};

mod template;

const WHY: &str = "goose refuses such a file too";

/// The part of a file that a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Head,
    Up,
    Down,
}

pub(crate) fn read(folder: &Folder) -> Result<Draft> {
    let mut draft = Draft::default();
    for file in folder.top() {
        match (number(file), file.rsplit('.').next()) {
            (Some((digits, name)), Some("sql")) => {
                let sections = Sections::parse(file, &folder.text(file)?)?;
                draft.migrations.push(sections.migration(file, digits, name));
            }
            (Some(_), Some("go")) if !file.ends_with("_test.go") => {
                draft.left.push(Left::missed(file, "it is Go, not SQL"));
            }
            _ => {}
        }
    }
    dialects(folder, &mut draft)?;
    draft.migrations.sort_by_key(|it| it.digits.as_ref().map(|it| (significant(it), it.clone())));
    Ok(draft)
}

/// Reads the layout of forks: a folder for each migration, with a script for each database.
fn dialects(folder: &Folder, draft: &mut Draft) -> Result<()> {
    for file in folder.files() {
        let Some((name, script)) = file.split_once('/') else { continue };
        let found = number(&format!("{name}.sql"))
            .map(|(digits, rest)| (digits.to_owned(), rest.to_owned()));
        let Some((digits, name)) = found.filter(|_| !script.contains('/') && is_sql(script)) else {
            continue;
        };
        if !script.to_lowercase().starts_with("sqlite") {
            draft.left.push(Left::passed(file, "it is for another database"));
            continue;
        }
        let sections = Sections::parse(file, &folder.text(file)?)?;
        draft.migrations.push(sections.migration(file, &digits, &name));
    }
    Ok(())
}

/// The number and the name, if goose takes the file for a migration.
fn number(file: &str) -> Option<(&str, &str)> {
    let (stem, _) = file.rsplit_once('.')?;
    let (digits, name) = stem.split_once('_')?;
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some((digits, name))
}

/// Whether a line is an annotation, wherever it is.
fn is_annotation(line: &str) -> bool {
    line.trim_start_matches('\u{feff}').trim_start().starts_with("--") && line.contains("+goose")
}

/// A key that sorts numbers of any length.
pub(crate) fn significant(digits: &str) -> (usize, String) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits.to_owned())
}

/// A file in its parts.
struct Sections<'a> {
    file: &'a str,
    line: usize,
    part: Part,
    head: String,
    up: String,
    down: String,
    /// The start of the statement after `StatementBegin`, in its part.
    begun: Option<usize>,
    in_transaction: bool,
    substitutes: bool,
    variables: BTreeSet<String>,
}

impl<'a> Sections<'a> {
    fn parse(file: &'a str, sql: &str) -> Result<Self> {
        let mut sections = Self {
            file,
            line: 0,
            part: Part::Head,
            head: String::new(),
            up: String::new(),
            down: String::new(),
            begun: None,
            in_transaction: true,
            substitutes: false,
            variables: BTreeSet::new(),
        };
        if !sql.lines().any(is_annotation) {
            return Err(Failure::new(format!("{file} has no line `-- +goose Up`")).because(WHY));
        }
        for line in sql.split_inclusive('\n') {
            sections.line += 1;
            if is_annotation(line) {
                sections.annotation(line)?;
            } else {
                sections.plain(line)?;
            }
        }
        match (sections.part, sections.begun) {
            (Part::Head, _) => {
                Err(Failure::new(format!("{file} has no line `-- +goose Up`")).because(WHY))
            }
            (_, Some(_)) => {
                let what = "has a `-- +goose StatementBegin` without a `StatementEnd`";
                Err(Failure::new(format!("{file} {what}")).because(WHY))
            }
            _ => Ok(sections),
        }
    }

    /// Reads an annotation; goose ignores case.
    fn annotation(&mut self, line: &str) -> Result<()> {
        let line = line.trim_start_matches('\u{feff}');
        if line.starts_with([' ', '\t']) {
            return Err(self.wrong("an indented annotation"));
        }
        let said = line.replace("--", "").replacen("+goose", "", 1);
        match (said.trim().to_ascii_lowercase().as_str(), self.part) {
            ("up", Part::Head) => self.part = Part::Up,
            ("up", _) => return Err(self.wrong("a second `-- +goose Up`")),
            ("down", Part::Up) if self.begun.is_none() => self.part = Part::Down,
            ("down", Part::Up) => {
                return Err(self.wrong("a `-- +goose Down` before the `-- +goose StatementEnd`"));
            }
            ("down", Part::Head) => {
                return Err(self.wrong("a `-- +goose Down` before the `-- +goose Up`"));
            }
            ("down", Part::Down) => return Err(self.wrong("a second `-- +goose Down`")),
            ("statementbegin", _) => return self.begin(),
            ("statementend", _) => return self.end(),
            ("no transaction", _) => self.in_transaction = false,
            ("envsub on", _) => self.substitutes = true,
            ("envsub off", _) => self.substitutes = false,
            _ => return Err(self.wrong(&format!("an unknown annotation `{}`", line.trim()))),
        }
        Ok(())
    }

    fn plain(&mut self, line: &str) -> Result<()> {
        if self.substitutes {
            self.variables.extend(text::placeholders(line, true));
        }
        let is_comment = line.trim_start_matches('\u{feff}').trim_start().starts_with("--");
        if self.part == Part::Head && !is_comment && !line.trim().is_empty() {
            return Err(self.wrong("SQL before the `-- +goose Up`"));
        }
        self.body().push_str(line);
        Ok(())
    }

    fn begin(&mut self) -> Result<()> {
        if self.part == Part::Head || self.begun.is_some() {
            return Err(self.wrong("a misplaced `-- +goose StatementBegin`"));
        }
        self.begun = Some(self.body().len());
        Ok(())
    }

    /// goose passes such a statement on as a whole, so it needs no semicolon; here it needs one.
    fn end(&mut self) -> Result<()> {
        let Some(begun) = self.begun.take() else {
            return Err(self.wrong("a `-- +goose StatementEnd` without a `StatementBegin`"));
        };
        let body = self.body();
        if let Some(end) = text::open_end(&body[begun..]) {
            body.insert(begun + end, ';');
        }
        Ok(())
    }

    fn body(&mut self) -> &mut String {
        match self.part {
            Part::Head => &mut self.head,
            Part::Up => &mut self.up,
            Part::Down => &mut self.down,
        }
    }

    fn wrong(&self, what: &str) -> Failure {
        Failure::new(format!("{}, line {}: {what}", self.file, self.line)).because(WHY)
    }

    fn migration(self, file: &str, digits: &str, name: &str) -> Migration {
        let in_transaction = self.in_transaction;
        let script = |text: String| Script { text, in_transaction };
        let mut remarks = Vec::new();
        let mut clean = |text: &str| {
            let (text, is_changed) = template::without(text);
            if is_changed {
                remarks
                    .push("the SELECT of goose's template does nothing and is left out".to_owned());
            }
            text
        };
        let up = clean(&text::joined([self.head.as_str(), &self.up]));
        let down = (self.part == Part::Down).then(|| clean(text::trimmed(&self.down)));
        remarks.dedup();
        if !self.variables.is_empty() {
            let names: Vec<_> = self.variables.into_iter().collect();
            remarks.push(format!(
                "goose replaces {} from the environment: write the values instead",
                names.join(", ")
            ));
        }
        Migration {
            files: vec![file.to_owned()],
            digits: Some(digits.to_owned()),
            name: name.to_owned(),
            up: script(up),
            down: down.map(script),
            remarks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(sql: &str) -> String {
        match Sections::parse("1_a.sql", sql) {
            Ok(sections) => {
                let migration = sections.migration("1_a.sql", "1", "a");
                let down = migration.down.map(|down| down.text);
                format!("{:?} {:?} {}", migration.up.text, down, migration.up.in_transaction)
            }
            Err(failure) => format!("{failure:?}"),
        }
    }

    #[test]
    fn files_are_read_as_goose_does() {
        for (sql, expected) in [
            ("-- +goose Up\nA;\n", r#""A;\n" None true"#),
            ("-- +goose Up\r\nA;\r\n\r\n-- +goose Down\r\nB;", r#""A;\r\n" Some("B;") true"#),
            ("-- why\n\n-- +goose up\n\nA;\n-- +goose DOWN\n", r#""-- why\n\nA;\n" Some("") true"#),
            ("--+goose NO TRANSACTION\n-- +goose Up\nA;\n", r#""A;\n" None false"#),
            (
                "-- +goose Up\n-- +goose StatementBegin\nA;\nB -- c\n-- +goose StatementEnd\nC;\n",
                r#""A;\nB; -- c\nC;\n" None true"#,
            ),
            ("\u{feff}-- +goose Up\nA;\n", r#""A;\n" None true"#),
        ] {
            assert_eq!(parsed(sql), expected, "{sql:?}");
        }
    }

    #[test]
    fn files_that_goose_refuses_are_refused() {
        for (sql, message) in [
            ("A;\n-- +goose Up\n", "line 1: SQL before the `-- +goose Up`"),
            ("-- a\n", "1_a.sql has no line `-- +goose Up`"),
            ("-- +goose Up\n-- +goose Up\n", "line 2: a second `-- +goose Up`"),
            ("-- +goose Down\n", "line 1: a `-- +goose Down` before the `-- +goose Up`"),
            ("-- +goose Up\n-- +goose Down\n-- +goose Down\n", "line 3: a second `-- +goose Down`"),
            ("-- +goose Up\n -- +goose Down\n", "line 2: an indented annotation"),
            ("-- +goose Upp\n", "line 1: an unknown annotation `-- +goose Upp`"),
            ("-- +goose Up\n-- +goose StatementEnd\n", "without a `StatementBegin`"),
            ("-- +goose StatementBegin\n", "a misplaced `-- +goose StatementBegin`"),
            ("-- +goose Up\n-- +goose StatementBegin\n-- +goose Down\n", "before the `-- +goose S"),
            ("-- +goose Up\n-- +goose StatementBegin\nA;\n", "without a `StatementEnd`"),
        ] {
            let found = parsed(sql);
            assert!(found.contains(message), "{sql:?}: {found}");
        }
    }

    #[test]
    fn files_are_migrations_by_their_numbers() {
        assert_eq!(number("00001_add_users.sql"), Some(("00001", "add_users")));
        for file in ["main.go", "1.sql", "a_1.sql", "_x.sql", "+1_x.sql"] {
            assert_eq!(number(file), None, "{file}");
        }
    }
}
