//! refinery: `V1__name.sql`, and `U2__name.sql` for migrations that may run out of order.

use super::draft::{Draft, Left, Migration, Script};
use super::folder::{Folder, last};
use super::goose::significant;
use crate::failure::{Failure, Result};

pub(crate) fn read(folder: &Folder) -> Result<Draft> {
    let mut draft = Draft::default();
    let mut unordered = Vec::new();
    for file in folder.files() {
        match (Name::of(last(file)), file.rsplit('.').next()) {
            (Some(name), Some("rs")) if name.is_whole() => {
                draft.left.push(Left::missed(file, "it is Rust, not SQL"));
            }
            (Some(name), _) if !name.is_whole() => {
                let what = format!("{file}: refinery has no version {}", name.version);
                return Err(Failure::new(what).because("refinery's versions are whole numbers"));
            }
            (Some(name), _) => {
                if name.prefix == 'U' {
                    unordered.push(file);
                }
                let up = Script::new(folder.text(file)?);
                draft.migrations.push(migration(file, &name, up));
            }
            (None, _) => {}
        }
    }
    if !unordered.is_empty() {
        draft.remarks.push(format!(
            "refinery applies files with `U` out of order, and here each has its place in the order: a database \
             that lacks one of them and has a later one needs it from refinery first ({})",
            unordered.join(", ")
        ));
    }
    draft.migrations.sort_by_key(|it| it.digits.as_deref().map(significant));
    Ok(draft)
}

/// The parts of a file's name.
struct Name<'a> {
    prefix: char,
    version: &'a str,
    rest: &'a str,
}

impl<'a> Name<'a> {
    fn of(file: &'a str) -> Option<Self> {
        let stem = file.strip_suffix(".sql").or_else(|| file.strip_suffix(".rs"))?;
        let prefix = stem.chars().next().filter(|first| matches!(first, 'U' | 'V'))?;
        let (version, rest) = stem[1..].split_once("__")?;
        let (whole, fraction) = version.split_once('.').unwrap_or((version, "0"));
        let is_number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_named = !rest.is_empty()
            && rest.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        (is_number(whole) && is_number(fraction) && is_named).then_some(Self {
            prefix,
            version,
            rest,
        })
    }

    fn is_whole(&self) -> bool {
        !self.version.contains('.')
    }
}

fn migration(file: &str, name: &Name<'_>, up: Script) -> Migration {
    Migration {
        files: vec![file.to_owned()],
        digits: Some(name.version.to_owned()),
        name: name.rest.to_owned(),
        up,
        down: None,
        remarks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn names_are_read_as_refinery_does() {
        let read =
            |file| Name::of(file).map(|it| format!("{} {} {}", it.prefix, it.version, it.rest));
        for (file, expected) in [
            ("V1__initial.sql", Some("V 1 initial")),
            ("U20240504090301__add_größe.rs", Some("U 20240504090301 add_größe")),
            ("V1.2__x.sql", Some("V 1.2 x")),
            ("V1_x.sql", None),
            ("V1__.sql", None),
            ("V1__a b.sql", None),
            ("v1__x.sql", None),
            ("R__x.sql", None),
            ("é1__x.sql", None),
            ("mod.rs", None),
        ] {
            assert_eq!(read(file).as_deref(), expected, "{file}");
        }
    }
}
