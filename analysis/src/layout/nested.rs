//! Suggests what to do with subfolders that hold migrations in an unsupported layout.

use crate::naming::form::Form;
use crate::naming::name::Reading;
use crate::read::folder::Folder;
use crate::read::source::{Source, Subfolder};
use crate::text::marks;
use crate::{Code, Diagnostic};
use migratory_core::Direction;

/// The number of files to list.
const SHOWN: usize = 4;
/// The least number of digits in a new version.
const WIDTH: usize = 4;

/// Whether a folder is named after a release, such as `0.10`, and holds migrations.
pub(super) fn is_release(found: &Subfolder) -> bool {
    parts(&found.name).is_some_and(|parts| parts.len() > 1) && found.files.iter().any(is_migration)
}

/// The numbers of a release.
fn parts(name: &str) -> Option<Vec<u64>> {
    let name = name.strip_prefix(['v', 'V']).unwrap_or(name);
    name.split('.').map(|part| part.parse().ok()).collect()
}

fn is_migration(file: &Source) -> bool {
    let reading = Reading::of_file(&file.name);
    !reading.digits.is_empty() && Form::of_file(&reading).is_some()
}

/// Reports all folders of releases in one finding, with new numbers that keep their order.
pub(super) fn releases(folder: &Folder, found: &[&Subfolder]) -> Option<Diagnostic> {
    let mut found: Vec<_> = found.iter().map(|it| (parts(&it.name), *it)).collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let (first, last) = (found.first()?.1, found.last()?.1);
    let message = match found.len() {
        1 => format!("the folder `{}` holds the migrations of a release", first.name),
        many => format!(
            "{many} folders, `{}` to `{}`, each hold the migrations of a release",
            first.name, last.name
        ),
    };
    let files: Vec<_> = found
        .iter()
        .flat_map(|(_, release)| {
            let sql = release.files.iter().filter(|file| is_migration(file));
            sql.map(|file| {
                (format!("{}/{}", release.name, file.name), Reading::of_file(&file.name))
            })
        })
        .collect();
    let width = files.len().to_string().len().max(WIDTH);
    let mut error = Diagnostic::error(Code::Stray, message)
        .note("all migrations belong in one folder, numbered in the order in which they run");
    for (_, release) in found.iter().take(SHOWN) {
        error = error.at(folder.file(&release.name));
    }
    for (at, (path, reading)) in files.iter().enumerate().take(SHOWN) {
        let direction = reading.ending.direction.unwrap_or(Direction::Up);
        let form = Form::of_file(reading).unwrap_or(Form::Numbered);
        let form = if form == Form::FlatPair { form } else { Form::Numbered };
        let digits = format!("{:0width$}", at + 1);
        error = error.help(format!(
            "move `{path}` to `{}`",
            form.write(&digits, &reading.migration_name(), direction)
        ));
    }
    if files.len() > SHOWN {
        error = error
            .help(format!("and {} more in the same way, release by release", files.len() - SHOWN));
    }
    Some(
        error.help("record existing databases with `Runner::baseline`, since every number changes"),
    )
}

/// Help for a migration's folder whose scripts have other names.
pub(super) fn misnamed_script(found: &Subfolder) -> Option<String> {
    let scripts = scripts(found);
    let script = script(&scripts)?;
    let name = &found.name;
    Some(match scripts.len() {
        1 => format!("rename `{name}/{}` to `{name}/up.sql`", script.name),
        _ => format!(
            "rename `{name}/{}` to `{name}/up.sql`, and move the scripts for other databases to another folder",
            script.name
        ),
    })
}

/// Help for a migration's folder whose script is marked for a tool that `import` reads.
pub(super) fn import_help(folder: &Folder, found: &Subfolder) -> Option<String> {
    Reading::of_folder(&found.name).version()?;
    let scripts = scripts(found);
    let text = String::from_utf8_lossy(script(&scripts)?.bytes.as_deref().unwrap_or_default());
    let word = marks::import_word(&text)?;
    let folder = &folder.name;
    Some(format!("`cargo migratory import --from {word} {folder}` rewrites the folder as pairs"))
}

fn scripts(found: &Subfolder) -> Vec<&Source> {
    found.files.iter().filter(|file| is_sql(file)).collect()
}

/// The script for SQLite, or the only one.
fn script<'a>(scripts: &[&'a Source]) -> Option<&'a Source> {
    let is_sqlite = |file: &&&Source| file.name.to_lowercase().starts_with("sqlite");
    let only = || scripts.first().filter(|_| scripts.len() == 1);
    scripts.iter().find(is_sqlite).or_else(only).copied()
}

/// Help for a folder that is not a migration, but holds some.
pub(super) fn holder(folder: &Folder, found: &Subfolder) -> Option<String> {
    const OTHERS: [&str; 5] = ["postgres", "pg", "mysql", "maria", "mssql"];
    if OTHERS.iter().any(|other| found.name.to_lowercase().starts_with(other)) {
        return None;
    }
    let is_versioned = |name: &String| !Reading::of_folder(name).digits.is_empty();
    let holds = found.files.iter().any(is_migration) || found.folders.iter().any(is_versioned);
    holds.then(|| {
        format!(
            "if it holds the migrations, name it: `embed_migrations!(\"{}/{}\")`",
            folder.name, found.name
        )
    })
}

fn is_sql(file: &Source) -> bool {
    file.name.to_lowercase().ends_with(".sql")
}
