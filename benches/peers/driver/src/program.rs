//! The programs, each with one library and one set.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::peer::Peer;
use crate::place::Place;
use crate::process;
use crate::statistics::median;

/// A built program.
#[derive(Clone)]
pub(crate) struct Program {
    name: String,
    pub(crate) path: PathBuf,
}

impl Program {
    /// Builds the program of a library and a set with cargo's default release profile.
    pub(crate) fn build(place: &Place, peer: &Peer, set: &str) -> Outcome<Self> {
        Self::with_features(place, peer, &format!("set-{set}"))
    }

    /// Builds a program that counts allocations; its times are meaningless.
    pub(crate) fn counting(place: &Place, peer: &Peer, set: &str) -> Outcome<Self> {
        Self::with_features(place, peer, &format!("set-{set},count"))
    }

    fn with_features(place: &Place, peer: &Peer, features: &str) -> Outcome<Self> {
        let name = format!("{} with {features}", peer.name);
        eprintln!("  building {name}");
        let mut command = cargo("build", &place.peers.join(peer.name), &place.target);
        process::output(
            &format!("building {name}"),
            command.args(["--release", "--features", features]),
        )?;
        let path = place.work.join(format!("{}-{}", peer.name, features.replace(',', "-")));
        fs::copy(place.target.join("release").join(peer.package()), &path)?;
        Ok(Self { name, path })
    }

    /// Runs a scenario on a file, and returns the numbers that it prints.
    pub(crate) fn run(&self, scenario: &str, file: &Path, rest: &[&str]) -> Outcome<Vec<f64>> {
        process::numbers(&self.name, &self.text(scenario, file, rest)?)
    }

    /// Returns the median of a scenario's output.
    pub(crate) fn median(&self, scenario: &str, file: &Path, rest: &[&str]) -> Outcome<f64> {
        Ok(median(&self.run(scenario, file, rest)?))
    }

    /// Returns a scenario's output.
    pub(crate) fn text(&self, scenario: &str, file: &Path, rest: &[&str]) -> Outcome<String> {
        let what = format!("{scenario} of {}", self.name);
        process::output(&what, Command::new(&self.path).arg(scenario).arg(file).args(rest))
    }
}

/// Creates a cargo command for a package.
pub(crate) fn cargo(verb: &str, package: &Path, target: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([verb, "--quiet", "--locked", "--manifest-path"]);
    command.arg(package.join("Cargo.toml")).env("CARGO_TARGET_DIR", target);
    // Otherwise the package would see the driver's own.
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command
}
