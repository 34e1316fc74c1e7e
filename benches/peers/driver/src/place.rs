//! The paths that the driver uses.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;

pub(crate) struct Place {
    /// The root of the repository.
    pub(crate) repository: PathBuf,
    /// `benches/peers/`.
    pub(crate) peers: PathBuf,
    pub(crate) sets: PathBuf,
    /// The target folder for the peers.
    pub(crate) target: PathBuf,
    /// The folder for programs, databases and copies.
    pub(crate) work: PathBuf,
    /// `benches/RESULTS.md`.
    pub(crate) results: PathBuf,
    /// The repository's `README.md`, which shows some of the results.
    pub(crate) readme: PathBuf,
    rounds: Option<usize>,
    /// The programs that are built.
    built: RefCell<BTreeSet<PathBuf>>,
}

impl Place {
    pub(crate) fn new(rounds: Option<usize>) -> Outcome<Self> {
        let driver = Path::new(env!("CARGO_MANIFEST_DIR"));
        let peers = driver.parent().ok_or("the driver has no folder above it")?.to_path_buf();
        let benches = peers.parent().ok_or("the peers have no folder above them")?;
        let repository = benches.parent().ok_or("the benches have no folder above them")?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder)?.join("peers"),
            None => peers.join("target"),
        };
        let work = target.join("work");
        fs::create_dir_all(&work)?;
        Ok(Self {
            repository: repository.to_path_buf(),
            readme: repository.join("README.md"),
            sets: peers.join("sets"),
            results: benches.join("RESULTS.md"),
            peers,
            target,
            work,
            rounds,
            built: RefCell::default(),
        })
    }

    /// Returns how many rounds to run if a section wants this many.
    pub(crate) fn rounds(&self, wanted: usize) -> usize {
        self.rounds.unwrap_or(wanted)
    }

    /// Returns whether this program was asked for already, so that it is built once for all sections.
    pub(crate) fn is_built(&self, program: &Path) -> bool {
        !self.built.borrow_mut().insert(program.to_path_buf())
    }

    /// Creates an empty folder to work in.
    pub(crate) fn empty(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.work.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}
