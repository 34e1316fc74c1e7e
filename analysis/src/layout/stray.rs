//! Reports files and folders that are not migrations.

use std::collections::BTreeMap;

use super::nested;
use crate::naming::name::Reading;
use crate::read::folder::Folder;
use crate::read::source::Subfolder;
use crate::{Code, Diagnostic};

const WHY: &str =
    "everything in this folder must be a migration, so that a misnamed one is never skipped";

/// The number of files to list.
const SHOWN: usize = 3;

/// Whether a file is source code, such as `mod.rs` or `embed.go`.
pub(super) fn is_source(name: &str) -> bool {
    const ENDINGS: [&str; 9] = ["rs", "go", "py", "rb", "js", "ts", "mjs", "java", "kt"];
    ENDINGS.contains(&ending(name))
}

/// Whether a source file starts with a version: it is a migration that is not SQL.
pub(super) fn is_program(name: &str) -> bool {
    is_source(name) && !Reading::of_file(name).digits.is_empty()
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Reports migrations that another tool ran as programs, all in one finding.
pub(super) fn programs(folder: &Folder, names: &[String]) -> Option<Diagnostic> {
    let first = names.first()?;
    let (message, it) = match names.len() {
        1 => (format!("`{first}` is a migration, but not SQL"), "it"),
        many => (format!("{many} files are migrations, but not SQL"), "each"),
    };
    let mut error = Diagnostic::error(Code::Stray, message);
    for name in names.iter().take(SHOWN) {
        error = error.at(folder.file(name));
    }
    Some(
        error
            .note("the rehearsal has to know what they did to the schema, or it tests the later migrations on a different one")
            .help(format!("replace {it} with a SQL file of the same version that does the same"))
            .help("if one only changes rows, and SQL can't do it, make it a step in Rust: a SQL file that starts with `-- migratory: code`")
            .help("a file that is not a migration can stay if its name does not start with a number"),
    )
}

/// Reports a file that is not named like a script at all.
pub(super) fn file(folder: &Folder, name: &str) -> Diagnostic {
    Diagnostic::error(Code::Stray, format!("`{name}` is not a migration"))
        .at(folder.file(name))
        .note(WHY)
        .help("move it to another folder; a `README.md` can stay")
}

/// Reports folders without scripts. Those that one import would convert share a finding.
pub(super) fn folders(parent: &Folder, found: &[&Subfolder]) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut foreign: BTreeMap<String, Vec<&Subfolder>> = BTreeMap::new();
    for folder in found {
        match nested::import_help(parent, folder) {
            Some(help) => foreign.entry(help).or_default().push(folder),
            None => findings.push(self::folder(parent, folder)),
        }
    }
    for (help, folders) in foreign {
        let message = match folders.as_slice() {
            [one] => format!("the folder `{}` holds a script for another tool", one.name),
            many => format!("{} folders hold scripts for another tool", many.len()),
        };
        let mut error = Diagnostic::error(Code::Stray, message)
            .note("a migration's folder holds `up.sql` and `down.sql`");
        for folder in folders.iter().take(SHOWN) {
            error = error.at(parent.file(&folder.name));
        }
        findings.push(error.help(help));
    }
    findings
}

/// Reports a folder without scripts.
fn folder(parent: &Folder, found: &Subfolder) -> Diagnostic {
    let name = &found.name;
    let error = |message| Diagnostic::error(Code::Stray, message).at(parent.file(name));
    if Reading::of_folder(name).digits.is_empty() {
        let error = error(format!("the folder `{name}` is not a migration")).note(WHY);
        let error = nested::holder(parent, found).into_iter().fold(error, Diagnostic::help);
        return error
            .help("move it to another place; sample rows for the rehearsal go in `rehearsal/`");
    }
    let error = error(format!("the folder `{name}` has no scripts"))
        .note("a migration's folder holds `up.sql` and `down.sql`");
    match nested::misnamed_script(found) {
        Some(help) => error.help(help),
        None => error.help(format!("write `{name}/up.sql` and `{name}/down.sql`, or delete it")),
    }
}

/// Reports that the folder itself is empty.
pub(super) fn nothing(folder: &str) -> Diagnostic {
    Diagnostic::error(Code::FolderEmpty, format!("the folder `{folder}` has no migrations"))
        .at(folder)
        .help(format!(
            "write the first one: `{folder}/000001_initial_schema.up.sql` and \
             `{folder}/000001_initial_schema.down.sql`"
        ))
}
