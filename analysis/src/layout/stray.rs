//! Reports files and folders that are not migrations.

use super::nested;
use crate::folder::Folder;
use crate::name::Reading;
use crate::source::Subfolder;
use crate::{Code, Diagnostic};

const WHY: &str =
    "everything in this folder must be a migration, so that a misnamed one is never skipped";

/// Whether a file is source code, such as `mod.rs` or `embed.go`. One that starts with a version may be a migration
/// that is not SQL.
pub(super) fn is_source(name: &str) -> bool {
    const ENDINGS: [&str; 9] = ["rs", "go", "py", "rb", "js", "ts", "mjs", "java", "kt"];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending) && Reading::of_file(name).digits.is_empty()
}

/// Reports a file that is not named like a script at all.
pub(super) fn file(folder: &Folder, name: &str) -> Diagnostic {
    Diagnostic::error(Code::Stray, format!("`{name}` is not a migration"))
        .at(folder.file(name))
        .note(WHY)
        .help("move it to another folder; a `README.md` can stay")
}

/// Reports a folder without scripts.
pub(super) fn folder(parent: &Folder, found: &Subfolder) -> Diagnostic {
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
    match nested::misnamed_script(parent, found) {
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
