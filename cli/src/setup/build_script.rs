//! The build script, which makes cargo notice new files.

use std::path::Path;

use super::{Setup, manifest, read};
use crate::failure::Result;

/// The change that a build script needs.
#[derive(Debug, PartialEq, Eq)]
enum Edit {
    /// None: it watches the folder.
    None,
    Text(String),
    /// The author has to add the line.
    ByHand,
}

pub(super) fn add(setup: &mut Setup, package: &Path, folder: &str) -> Result<()> {
    let line = format!("println!(\"cargo::rerun-if-changed={folder}\");");
    let Some(name) = manifest::build_script(package)? else {
        setup
            .by_hand
            .push(format!("Cargo.toml has `build = false`; add a build script with `{line}`"));
        return Ok(());
    };
    let path = package.join(&name);
    let Some(before) = read(&path)? else {
        setup.change(path, None, format!("fn main() {{\n    {line}\n}}\n"));
        return Ok(());
    };
    match edited(&before, folder, &line) {
        Edit::None => setup.kept.push(format!("`{name}`")),
        Edit::Text(after) => setup.change(path, Some(before), after),
        Edit::ByHand => setup.by_hand.push(format!(
            "add `{line}` to `main` in {name}, and a line like it for each other file that the script \
             reads: with one such line, cargo reruns the script for these files only"
        )),
    }
    Ok(())
}

/// Adds the line if that has no other effect.
///
/// Cargo reruns a script without `rerun-if-` lines when any file changes; this line would limit it
/// to the folder.
fn edited(text: &str, folder: &str, line: &str) -> Edit {
    let watches = |marker: &str| text.contains(&format!("{marker}rerun-if-changed={folder}\""));
    if watches("cargo::") || watches("cargo:") {
        return Edit::None;
    }
    let mut mains = text.match_indices("\nfn main() {\n").map(|(at, found)| at + found.len());
    let at =
        if text.starts_with("fn main() {\n") { Some("fn main() {\n".len()) } else { mains.next() };
    match at {
        Some(at) if text.contains("rerun-if-") && mains.next().is_none() => {
            Edit::Text(format!("{}    {line}\n{}", &text[..at], &text[at..]))
        }
        _ => Edit::ByHand,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_script_is_edited_only_if_that_is_safe() {
        let line = "println!(\"cargo::rerun-if-changed=migrations\");";
        let other = "println!(\"cargo:rerun-if-env-changed=X\");";
        let added = format!("use a;\n\nfn main() {{\n    {line}\n    {other}\n}}\n");
        for (text, expected) in [
            (format!("fn main() {{\n    {line}\n}}\n"), Edit::None),
            (line.replace("::", ":"), Edit::None),
            (format!("use a;\n\nfn main() {{\n    {other}\n}}\n"), Edit::Text(added)),
            ("fn main() {\n    tonic();\n}\n".to_owned(), Edit::ByHand),
            (format!("fn main() -> R {{\n    {other}\n}}\n"), Edit::ByHand),
            (format!("{}2\n", line.replace("migrations", "migrations/sub")), Edit::ByHand),
        ] {
            assert_eq!(edited(&text, "migrations", line), expected, "{text}");
        }
    }
}
