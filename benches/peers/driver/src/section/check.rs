//! How long a developer waits for a check after an edit.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::process::{self, Took};
use crate::program::cargo;
use crate::rounds::{self, Contender, Reading};
use crate::section::{Column, compared, written};
use crate::sets;

const SETS: [(&str, &str); 2] = [("100", "100 migrations"), ("1000", "1,000 migrations")];
const ROUNDS: usize = 7;

/// An editable copy of a peer.
struct Copy {
    name: &'static str,
    package: PathBuf,
    target: PathBuf,
    features: String,
    /// The newest migration of the set.
    migration: PathBuf,
    edits: usize,
}

pub(crate) fn measure(place: &Place) -> Outcome<String> {
    let rounds = place.rounds(ROUNDS);
    let mut code = Vec::new();
    let mut migration = Vec::new();
    for (set, title) in SETS {
        let folder = place.empty(&format!("check-{set}"))?;
        let all: Vec<&Peer> = peer::ALL.iter().collect();
        code.extend(edited(place, &folder, set, title, &all, rounds, Copy::edit_code)?);
        // A program that reads no migration has nothing to check.
        let embedding: Vec<&Peer> = peer::ALL.iter().filter(|peer| peer.embeds()).collect();
        let change = Copy::edit_migration;
        migration.extend(edited(place, &folder, set, title, &embedding, rounds, change)?);
    }
    let label = |peer: &Peer| vec![peer.name.to_owned()];
    let all: Vec<_> = peer::ALL.iter().map(label).collect();
    let embedding: Vec<_> = peer::ALL.iter().filter(|peer| peer.embeds()).map(label).collect();
    let after_code = compared(&all, &["after an edit of the Rust file"], &code);
    let after_migration =
        compared(&embedding, &["after an edit of the newest migration"], &migration);
    written(
        "`cargo check` after an edit",
        "How long does a developer wait for `cargo check` (debug, incremental) after an edit of the file with the \
         library's macro, and after an edit of the newest migration?",
        &format!("{after_code}\n{after_migration}"),
        &format!(
            "{rounds} rounds; CPU is the user and system time of cargo and all compilers, in hundredths of a second. \
             migratory, diesel_migrations and sqlx have the build script that their documentation recommends. After \
             an edit of the newest migration, migratory runs all ups on SQLite and rehearses the edited one, since \
             the others passed before; the other libraries don't check the SQL."
        ),
    )
}

/// Checks each peer in turn after an edit. Returns a column of wall times and one of CPU times.
fn edited(
    place: &Place,
    folder: &Path,
    set: &str,
    title: &str,
    peers: &[&'static Peer],
    rounds: usize,
    edit: fn(&mut Copy) -> Outcome,
) -> Outcome<[Column; 2]> {
    let cpu: Vec<_> = peers.iter().map(|_| std::cell::RefCell::new(Vec::new())).collect();
    let mut contenders = Vec::new();
    for (peer, cpu) in peers.iter().zip(&cpu) {
        let mut copy = Copy::new(place, peer, folder, set)?;
        eprintln!("  checking {} with {set}", peer.name);
        copy.check()?;
        contenders.push(Contender::new(peer.name, move || {
            edit(&mut copy)?;
            let took = copy.check()?;
            cpu.borrow_mut().push(nanoseconds(took.cpu));
            Ok(Reading::Value(nanoseconds(took.wall)))
        }));
    }
    let values = rounds::run(&mut contenders, rounds)?;
    drop(contenders);
    let cpu = cpu.into_iter().map(|values| Ok(values.into_inner())).collect();
    Ok([
        Column { title: title.into(), values },
        Column { title: format!("{title}, CPU"), values: cpu },
    ])
}

impl Copy {
    /// Copies the package and its set to a folder where they can be edited.
    fn new(place: &Place, peer: &'static Peer, folder: &Path, set: &str) -> Outcome<Self> {
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

    fn check(&self) -> Outcome<Took> {
        let mut command = cargo("check", &self.package, &self.target);
        command.args(["--features", &self.features]);
        process::timed(&format!("checking {}", self.name), &mut command)
    }

    /// Changes the comment at the end of the file with the macro.
    fn edit_code(&mut self) -> Outcome {
        self.edits += 1;
        let file = self.package.join("src/main.rs");
        let text = fs::read_to_string(&file)?;
        let kept = text.split("// Edited ").next().unwrap_or_default();
        Ok(fs::write(&file, format!("{kept}// Edited {} times.\n", self.edits))?)
    }

    /// Changes the default of the column that the newest migration adds.
    fn edit_migration(&mut self) -> Outcome {
        self.edits += 1;
        let text = fs::read_to_string(&self.migration)?;
        let (before, rest) = text.split_once("DEFAULT '").ok_or("a migration without a default")?;
        let (_, after) = rest.split_once('\'').ok_or("a default without an end")?;
        Ok(fs::write(&self.migration, format!("{before}DEFAULT '{}'{after}", self.edits))?)
    }
}

/// Returns the manifest with absolute paths.
fn rooted(manifest: &str, repository: &Path, peers: &Path) -> String {
    let path = |folder: &Path| format!("\"{}\"", folder.display());
    manifest
        .replace("\"../../..\"", &path(repository))
        .replace("\"../common\"", &path(&peers.join("common")))
}

/// Copies files that are missing or different, without cargo's output.
fn copy_folder(from: &Path, to: &Path) -> Outcome {
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

#[allow(clippy::cast_precision_loss, reason = "durations are below 2^52 nanoseconds")]
fn nanoseconds(duration: std::time::Duration) -> f64 {
    duration.as_nanos() as f64
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
}
