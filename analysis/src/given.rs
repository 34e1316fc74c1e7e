//! Rows that a person gives the rehearsal: `rehearsal/<version>.sql` in the folder of the migrations.

use std::fs;
use std::path::{Path, PathBuf};

use migratory_runtime::Version;

use crate::checked::{Checked, CheckedScript};
use crate::directive::DirectiveKind;
use crate::name::Direction;
use crate::script::Script;
use crate::{Code, Diagnostic, Findings};

/// The name of the folder.
pub(crate) const FOLDER: &str = "rehearsal";

/// Reads the rows, and gives each script to the migration after which it is to run.
pub(crate) fn give(package: &Path, checked: &mut Checked, findings: &mut Findings) {
    let folder = format!("{}/{FOLDER}", checked.folder());
    for (name, path) in scripts(&package.join(&folder)) {
        let file = format!("{folder}/{name}");
        let version = name.strip_suffix(".sql").and_then(|digits| digits.parse().ok());
        let Some(version) = version.map(Version::new).filter(|it| checked.has(*it)) else {
            findings.push(stray(&file, &name));
            continue;
        };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let message = format!("`{file}` can't be read: {error}");
                findings.push(Diagnostic::error(Code::Unreadable, message).at(&file));
                continue;
            }
        };
        if let Some(script) = Script::parse(&file, &bytes, Direction::Up, true, findings) {
            findings.extend(of_migrations(&file, &script));
            findings.keep(&file, &script.sql);
            checked.give(version, CheckedScript::from_script(file, script));
        }
    }
}

/// The files of the folder in order, hidden ones and notes left out.
fn scripts(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut scripts: Vec<_> = entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(name, _)| !name.starts_with('.') && !name.to_lowercase().starts_with("readme"))
        .collect();
    scripts.sort();
    scripts
}

/// What a migration may say, and has no effect in rows.
fn of_migrations(file: &str, script: &Script) -> Option<Diagnostic> {
    let is_theirs = |kind| matches!(kind, DirectiveKind::CompatibleWith(_) | DirectiveKind::Code);
    let directive = script.header.directives.iter().find(|each| is_theirs(each.kind))?;
    let message = format!("`{}` stands in rows for the rehearsal", directive.kind.written());
    Some(
        Diagnostic::error(Code::DirectiveInWrongFile, message)
            .on(file, directive.range.clone(), "")
            .note("nothing of this file goes into the program: here it has no effect")
            .help("move it to the head of the migration that it speaks of"),
    )
}

fn stray(file: &str, name: &str) -> Diagnostic {
    let message = format!("`{name}` gives rows for no migration of the set");
    Diagnostic::error(Code::GivenRows, message)
        .at(file)
        .note("rows for the rehearsal are put in after the migration whose version the file is named after")
        .help("name it after a version of the set, as `12.sql`, or delete it")
}
