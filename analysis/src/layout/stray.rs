//! What lies in the folder and is no migration.

use super::nested;
use crate::folder::Folder;
use crate::name::Reading;
use crate::source::Subfolder;
use crate::{Code, Diagnostic};

const WHY: &str =
    "all that lies here has to be known, so that a misnamed migration is never passed over";

/// Whether a file is the source of a program, as `mod.rs` and `embed.go`. One that begins with a
/// version may be a migration that is no SQL.
pub(super) fn is_source(name: &str) -> bool {
    const ENDINGS: [&str; 9] = ["rs", "go", "py", "rb", "js", "ts", "mjs", "java", "kt"];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ENDINGS.contains(&ending) && Reading::of_file(name).digits.is_empty()
}

/// A file that is named like no script at all.
pub(super) fn file(folder: &Folder, name: &str) -> Diagnostic {
    Diagnostic::error(Code::Stray, format!("`{name}` is no migration"))
        .at(folder.file(name))
        .note(WHY)
        .help("move it to another folder; notes may stay, as `README.md`")
}

/// A folder that holds no script.
pub(super) fn folder(parent: &Folder, found: &Subfolder) -> Diagnostic {
    let name = &found.name;
    let error = |message| Diagnostic::error(Code::Stray, message).at(parent.file(name));
    if Reading::of_folder(name).digits.is_empty() {
        let error = error(format!("the folder `{name}` is no migration")).note(WHY);
        let error = nested::holder(parent, found).into_iter().fold(error, Diagnostic::help);
        return error
            .help("move it to another place; what the rehearsal needs goes into `rehearsal/`");
    }
    let error = error(format!("the folder `{name}` holds no script"))
        .note("a migration's folder holds `up.sql` and `down.sql`");
    match nested::misnamed_script(parent, found) {
        Some(help) => error.help(help),
        None => error.help(format!("write `{name}/up.sql` and `{name}/down.sql`, or delete it")),
    }
}

/// The folder itself, if there is nothing in it.
pub(super) fn nothing(folder: &str) -> Diagnostic {
    Diagnostic::error(Code::FolderEmpty, format!("the folder `{folder}` holds no migration"))
        .at(folder)
        .help(format!(
            "write a first one: `{folder}/000001_initial_schema.up.sql` and \
             `{folder}/000001_initial_schema.down.sql`"
        ))
}
