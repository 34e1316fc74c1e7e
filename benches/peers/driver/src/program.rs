//! The programs that hold a library and a set each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::peer::Peer;
use crate::place::Place;
use crate::process;
use crate::statistics::median;

/// A program that was built.
#[derive(Clone)]
pub(crate) struct Program {
    name: String,
    pub(crate) path: PathBuf,
}

impl Program {
    /// Builds the program of a library with this set, in release, as cargo does it when nothing is said.
    pub(crate) fn build(place: &Place, peer: &Peer, set: &str) -> Outcome<Self> {
        Self::with_features(place, peer, &format!("set-{set}"))
    }

    /// Builds one that counts allocations; its times mean nothing.
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

    /// The median of what a scenario prints.
    pub(crate) fn median(&self, scenario: &str, file: &Path, rest: &[&str]) -> Outcome<f64> {
        Ok(median(&self.run(scenario, file, rest)?))
    }

    /// What a scenario prints.
    pub(crate) fn text(&self, scenario: &str, file: &Path, rest: &[&str]) -> Outcome<String> {
        let what = format!("{scenario} of {}", self.name);
        process::output(&what, Command::new(&self.path).arg(scenario).arg(file).args(rest))
    }
}

/// A call of cargo on a package.
pub(crate) fn cargo(verb: &str, package: &Path, target: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([verb, "--quiet", "--locked", "--manifest-path"]);
    command.arg(package.join("Cargo.toml")).env("CARGO_TARGET_DIR", target);
    // The package would be told of the driver's own.
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
    command
}
