//! Rows that a person gives the rehearsal: `rehearsal/<version>.sql` in the folder of the migrations.

use crate::checked::{Checked, CheckedScript};
use crate::directive::DirectiveKind;
use crate::name::Direction;
use crate::script::Script;
use crate::source::Subfolder;
use crate::{Code, Diagnostic, Findings};

/// The name of the folder.
pub(crate) const FOLDER: &str = "rehearsal";

/// Gives each script of rows to the migration after which it is to run.
pub(crate) fn give(rows: &Subfolder, checked: &mut Checked, findings: &mut Findings) {
    let folder = format!("{}/{}", checked.folder(), rows.name);
    for name in &rows.folders {
        findings.push(stray(&format!("{folder}/{name}"), name));
    }
    for source in &rows.files {
        let (name, file) = (&source.name, format!("{folder}/{}", source.name));
        let version = name.strip_suffix(".sql").and_then(|written| checked.named(written));
        let Some(version) = version else {
            findings.push(stray(&file, name));
            continue;
        };
        // What could not be read was reported when it was tried.
        let Some(bytes) = &source.bytes else { continue };
        if let Some(script) = Script::parse(&file, bytes, Direction::Up, true, findings) {
            findings.extend(of_migrations(&file, &script));
            findings.keep(&file, &script.sql);
            checked.give(version, CheckedScript::from_script(file, script));
        }
    }
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
