//! An editable copy of a peer's package and of its set.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::peer::Peer;
use crate::place::Place;
use crate::process::{self, Took};
use crate::program::cargo;
use crate::sets;

pub(crate) struct Copy {
    name: &'static str,
    package: PathBuf,
    target: PathBuf,
    features: String,
    /// The newest migration of the set.
    migration: PathBuf,
    edits: usize,
}

impl Copy {
    /// Copies the package and its set to a folder where they can be edited.
    pub(crate) fn new(
        place: &Place,
        peer: &'static Peer,
        folder: &Path,
        set: &str,
    ) -> Outcome<Self> {
        let package = folder.join(peer.name);
        copy_folder(&place.peers.join(peer.name), &package)?;
        let manifest = fs::read_to_string(package.join("Cargo.toml"))?;
        fs::write(package.join("Cargo.toml"), rooted(&manifest, &place.repository, &place.peers))?;
        let layout = peer.layout.folder();
        let files = folder.join("sets").join(layout).join(set);
        copy_folder(&place.sets.join(layout).join(set), &files)?;
        let newest = peer.layout.newest(&sets::named(set)).unwrap_or_default();
        Ok(Self {
            name: peer.name,
            package,
            target: place.work.join("check-target"),
            features: format!("set-{set}"),
            migration: files.join(newest),
            edits: 0,
        })
    }

    pub(crate) fn check(&self) -> Outcome<Took> {
        process::timed(&format!("checking {}", self.name), &mut self.command())
    }

    /// Checks the package, which has to fail with this text.
    pub(crate) fn check_broken(&self, text: &str) -> Outcome<Took> {
        process::refused(&format!("checking {}", self.name), &mut self.command(), text)
    }

    fn command(&self) -> std::process::Command {
        let mut command = cargo("check", &self.package, &self.target);
        command.args(["--features", &self.features]);
        command
    }

    /// Changes the comment at the end of the file with the macro.
    pub(crate) fn edit_code(&mut self) -> Outcome {
        self.edits += 1;
        let file = self.package.join("src/main.rs");
        let text = fs::read_to_string(&file)?;
        let kept = text.split("// Edited ").next().unwrap_or_default();
        Ok(fs::write(&file, format!("{kept}// Edited {} times.\n", self.edits))?)
    }

    /// Changes the default of the column that the newest migration adds.
    pub(crate) fn edit_migration(&mut self) -> Outcome {
        self.edits += 1;
        let text = fs::read_to_string(&self.migration)?;
        Ok(fs::write(&self.migration, with_default(&text, self.edits)?)?)
    }

    /// Replaces what follows the first two statements of the newest migration.
    pub(crate) fn append_to_migration(&self, statement: &str) -> Outcome {
        let text = fs::read_to_string(&self.migration)?;
        Ok(fs::write(&self.migration, with_third(&text, statement))?)
    }
}

fn with_default(text: &str, value: usize) -> Outcome<String> {
    let (before, rest) = text.split_once("DEFAULT '").ok_or("a migration without a default")?;
    let (_, after) = rest.split_once('\'').ok_or("a default without an end")?;
    Ok(format!("{before}DEFAULT '{value}'{after}"))
}

fn with_third(text: &str, statement: &str) -> String {
    let kept: String = text.split_inclusive(";\n").take(2).collect();
    format!("{kept}{statement}")
}

/// Returns the manifest with absolute paths.
fn rooted(manifest: &str, repository: &Path, peers: &Path) -> String {
    let path = |folder: &Path| format!("\"{}\"", folder.display());
    manifest
        .replace("\"../../..\"", &path(repository))
        .replace("\"../common\"", &path(&peers.join("common")))
}

/// Copies a folder, without cargo's output.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "target" {
                copy_folder(&entry.path(), &target)?;
            }
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_absolute() {
        let manifest = "a = { path = \"../../..\" }\nb = { path = \"../common\" }\n";
        let expected = "a = { path = \"/r\" }\nb = { path = \"/r/p/common\" }\n";
        assert_eq!(rooted(manifest, Path::new("/r"), Path::new("/r/p")), expected);
    }

    #[test]
    fn the_newest_migration_is_edited() {
        let newest = sets::named("10").pop().expect("a migration").up;
        let edited = with_default(&newest, 7).expect("a default");
        assert!(edited.contains("DEFAULT '7'") && edited.ends_with("(note);\n"), "{edited}");
        let broken = with_third(&with_third(&edited, "one;\n"), "other;\n");
        assert_eq!(broken, format!("{edited}other;\n"));
        assert_eq!(with_third(&broken, ""), edited);
    }
}
