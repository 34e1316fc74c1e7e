//! The programs, each with one library and one set.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::peer::Peer;
use crate::place::Place;
use crate::process;
use crate::statistics::median;

/// A release profile that optimises across crates, for the smallest program.
const LTO: [&str; 4] =
    ["--config", "profile.release.lto=true", "--config", "profile.release.codegen-units=1"];

/// A built program.
#[derive(Clone)]
pub(crate) struct Program {
    name: String,
    pub(crate) path: PathBuf,
}

impl Program {
    /// Builds the program of a library and a set with cargo's default release profile.
    pub(crate) fn build(place: &Place, peer: &Peer, set: &str) -> Outcome<Self> {
        Self::with(place, peer, &format!("set-{set}"), &[])
    }

    /// Builds a program that counts allocations; its times are meaningless.
    pub(crate) fn counting(place: &Place, peer: &Peer, set: &str) -> Outcome<Self> {
        Self::with(place, peer, &format!("set-{set},count"), &[])
    }

    /// Builds the program of migratory that can verify a schema and adopt a database.
    pub(crate) fn with_calls(place: &Place, peer: &Peer, set: &str) -> Outcome<Self> {
        Self::with(place, peer, &format!("set-{set},calls"), &[])
    }

    /// Builds a program that is optimised across crates.
    pub(crate) fn with_lto(place: &Place, peer: &Peer, set: &str) -> Outcome<Self> {
        Self::with(place, peer, &format!("set-{set}"), &LTO)
    }

    fn with(place: &Place, peer: &Peer, features: &str, profile: &[&str]) -> Outcome<Self> {
        let suffix = if profile.is_empty() { "" } else { ", optimised across crates" };
        let name = format!("{} with {features}{suffix}", peer.name);
        let path = place.work.join(name.replace([',', ' '], "-"));
        if place.is_built(&path) {
            return Ok(Self { name, path });
        }
        eprintln!("  building {name}");
        let mut command = cargo("build", &place.peers.join(peer.name), &place.target);
        command.args(["--release", "--features", features]).args(profile);
        process::output(&format!("building {name}"), &mut command)?;
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

/// Creates a command for one of the repository's benches. It is not optimised, as a macro is not.
pub(crate) fn bench(place: &Place, name: &str) -> Command {
    let mut command = cargo("bench", &place.repository, &place.target.join("workspace"));
    command.args(["--profile", "dev", "--bench", name, "--"]);
    command
}

/// Creates a cargo command for a package.
pub(crate) fn cargo(verb: &str, package: &Path, target: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([verb, "--quiet", "--locked", "--manifest-path"]);
    command.arg(package.join("Cargo.toml"));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(changes_builds) {
            command.env_remove(name);
        }
    }
    command.env("CARGO_TARGET_DIR", target);
    command
}

/// Returns whether a variable would change how cargo builds, or is one that the driver itself has
/// from cargo.
fn changes_builds(name: &str) -> bool {
    let prefixes = ["CARGO_BUILD_", "CARGO_MANIFEST_", "CARGO_PROFILE_"];
    prefixes.iter().any(|prefix| name.starts_with(prefix))
        || ["CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL", "RUSTC_WRAPPER", "RUSTFLAGS"]
            .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_change_builds_are_known() {
        for name in ["CARGO_PROFILE_DEV_DEBUG", "CARGO_INCREMENTAL", "RUSTFLAGS"] {
            assert!(changes_builds(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO", "PATH", "RUSTUP_TOOLCHAIN"] {
            assert!(!changes_builds(name), "{name}");
        }
    }
}
