//! Sample rows for the rehearsal: `rehearsal/<version>.sql` in the folder of the migrations.

use crate::directive::DirectiveKind;
use crate::read::source::Subfolder;
use crate::set::checked::{Checked, CheckedScript};
use crate::text::script::Script;
use crate::{Code, Diagnostic, Findings};
use migratory_core::Direction;

/// Attaches each script of sample rows to the migration after which the rehearsal runs it.
pub(crate) fn attach(rows: &Subfolder, checked: &mut Checked, findings: &mut Findings) {
    let folder = format!("{}/{}", checked.folder(), rows.name);
    // In a set with errors, the migration may exist under another name.
    let is_whole = !findings.has_errors();
    for name in &rows.folders {
        findings.push(stray(&format!("{folder}/{name}"), name));
    }
    for source in &rows.files {
        let (name, file) = (&source.name, format!("{folder}/{}", source.name));
        let version = name.strip_suffix(".sql").and_then(|written| checked.named(written));
        let Some(version) = version else {
            findings.extend(is_whole.then(|| stray(&file, name)));
            continue;
        };
        // A file that could not be read is reported already.
        let Some(bytes) = &source.bytes else { continue };
        if let Some(script) = Script::parse(&file, bytes, Direction::Up, true, findings) {
            findings.extend(of_migrations(&file, &script));
            findings.keep(&file, &script.sql);
            checked.attach_rows(version, CheckedScript::from_script(file, script));
        }
    }
}

/// Reports a directive that has an effect only in a migration.
fn of_migrations(file: &str, script: &Script) -> Option<Diagnostic> {
    let is_theirs = |kind| matches!(kind, DirectiveKind::CompatibleWith(_) | DirectiveKind::Code);
    let directive = script.header.directives.iter().find(|each| is_theirs(each.kind))?;
    let message = format!("`{}` in sample rows", directive.kind.written());
    Some(
        Diagnostic::error(Code::DirectiveInWrongFile, message)
            .on(file, directive.range.clone(), "")
            .note("it has no effect here: sample rows are for the rehearsal, not for the program")
            .help("move it to the top of the migration that it is for"),
    )
}

fn stray(file: &str, name: &str) -> Diagnostic {
    let message = format!("the sample rows `{name}` belong to no migration of the set");
    Diagnostic::error(Code::GivenRows, message)
        .at(file)
        .note("the rehearsal runs `12.sql` after the migration with version 12")
        .help("name it after a version of the set, or delete it")
}
