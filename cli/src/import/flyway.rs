//! Flyway: `V1.2__name.sql`, with `U1.2__name.sql` to undo it.

use std::collections::BTreeMap;

use super::draft::{Draft, Left, Migration, Script};
use super::folder::{Folder, is_sql, last};
use super::text;
use crate::failure::{Failure, Result};

/// The parts of a version.
type Version = Vec<u128>;

/// A file with a version.
struct Found<'a> {
    file: &'a str,
    /// As the name has it.
    version: &'a str,
    name: &'a str,
}

pub(crate) fn read(folder: &Folder) -> Result<Draft> {
    let mut draft = Draft::default();
    let mut ups: BTreeMap<Version, Found<'_>> = BTreeMap::new();
    let mut undos: BTreeMap<Version, Found<'_>> = BTreeMap::new();
    for file in folder.files() {
        let Some((stem, _)) = last(file).rsplit_once('.').filter(|_| is_sql(file)) else {
            draft.left.extend(other(file));
            continue;
        };
        let begun = stem.get(1..).filter(|body| body.starts_with(|it: char| it.is_ascii_digit()));
        let (body, into) = match (stem.chars().next(), begun) {
            (Some('V'), Some(body)) => (body, &mut ups),
            (Some('U'), Some(body)) => (body, &mut undos),
            _ => {
                draft.left.push(unversioned(file, stem));
                continue;
            }
        };
        let (written, name) = body.split_once("__").unwrap_or((body, ""));
        let version = version(written).ok_or_else(|| {
            Failure::new(format!("{file}: `{written}` isn't a version"))
                .because("Flyway's versions are digits, separated by `.` or `_`")
        })?;
        if let Some(before) = into.insert(version, Found { file, version: written, name }) {
            return Err(Failure::new(format!("{} and {file} have the same version", before.file)));
        }
    }
    for (version, up) in ups {
        draft.migrations.push(migration(folder, &up, undos.remove(&version).as_ref())?);
    }
    let lone = undos.into_values();
    draft
        .left
        .extend(lone.map(|it| Left::passed(it.file, "the migration that it undoes is missing")));
    Ok(draft)
}

fn version(written: &str) -> Option<Version> {
    let parts: Option<Version> = written
        .split(['.', '_'])
        .map(|part| part.parse().ok().filter(|_| !part.starts_with('+')))
        .collect();
    let mut parts = parts?;
    // To Flyway, `1` and `1.0` are the same version.
    while parts.len() > 1 && parts.last() == Some(&0) {
        parts.pop();
    }
    Some(parts)
}

fn migration(folder: &Folder, up: &Found<'_>, undo: Option<&Found<'_>>) -> Result<Migration> {
    let mut remarks = Vec::new();
    let mut files = vec![up.file.to_owned()];
    let script = script(folder, up.file, &mut remarks)?;
    let down = match undo {
        Some(undo) => {
            files.push(undo.file.to_owned());
            Some(self::script(folder, undo.file, &mut remarks)?)
        }
        None => None,
    };
    let is_whole = up.version.bytes().all(|byte| byte.is_ascii_digit());
    Ok(Migration {
        files,
        digits: is_whole.then(|| up.version.to_owned()),
        name: up.name.to_owned(),
        up: script,
        down,
        remarks,
    })
}

/// The script, with its settings as far as they can be followed.
fn script(folder: &Folder, file: &str, remarks: &mut Vec<String>) -> Result<Script> {
    let text = folder.text(file)?;
    let settings = format!("{file}.conf");
    let settings = if folder.has(&settings) { folder.text(&settings)? } else { String::new() };
    let settings: BTreeMap<&str, &str> = settings
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect();
    let is_off = |key| settings.get(key).is_some_and(|value| value.eq_ignore_ascii_case("false"));
    if let Some(condition) = settings.get("shouldExecute") {
        remarks.push(format!("{file} runs only if `{condition}` in Flyway; here it always runs"));
    }
    let names: Vec<_> = text::placeholders(&text, false).into_iter().collect();
    if !names.is_empty() && !is_off("placeholderReplacement") {
        remarks.push(format!(
            "Flyway's settings replace {}: write the values instead",
            names.join(", ")
        ));
    }
    Ok(Script { text, in_transaction: !is_off("executeInTransaction") })
}

/// A script without a version.
fn unversioned(file: &str, stem: &str) -> Left {
    let prefix = stem.split_once("__").map_or("", |(prefix, _)| prefix);
    match prefix.chars().next() {
        Some('R') if prefix == "R" => Left::missed(
            file,
            "a repeatable migration, which runs whenever it changes; here, each change is a new migration",
        ),
        Some('B') => Left::passed(
            file,
            "a baseline, which replaces the versions up to its own; these are imported one by one",
        ),
        _ => Left::passed(
            file,
            "not named like a migration; if it is a callback, nothing calls it here",
        ),
    }
}

fn other(file: &str) -> Option<Left> {
    let (stem, extension) = last(file).rsplit_once('.')?;
    let is_code = matches!(extension, "java" | "kt" | "scala" | "groovy");
    let is_one = is_code && stem.starts_with(['V', 'U', 'R']) && stem.contains("__");
    is_one.then(|| Left::missed(file, "it is a class, not SQL"))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_compared_part_by_part() {
        for (written, expected) in [
            ("1", Some(vec![1])),
            ("001", Some(vec![1])),
            ("1.0", Some(vec![1])),
            ("1_10", Some(vec![1, 10])),
            ("2013.01.15.11.35.56", Some(vec![2013, 1, 15, 11, 35, 56])),
            ("0", Some(vec![0])),
            ("", None),
            ("1.", None),
            ("+1", None),
            ("x", None),
        ] {
            assert_eq!(version(written), expected, "{written}");
        }
        assert!(version("1.9") < version("1.10"));
    }
}
