//! A package in a temporary folder, and the binary run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub(crate) struct Package {
    folder: tempfile::TempDir,
}

impl Package {
    /// A package with a Cargo.toml and these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let package = Self { folder: tempfile::tempdir().expect("a folder") };
        package.write(
            "Cargo.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
        );
        for (path, text) in files {
            package.write(path, text);
        }
        package
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).expect(path)
    }

    /// All files, by their paths.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    found.insert(entry.path(), fs::read_to_string(entry.path()).expect("a text"));
                }
            }
        }
        found
    }

    /// Runs `cargo migratory` with the arguments, without a terminal.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_cargo-migratory"))
            .arg("migratory")
            .args(args)
            .current_dir(self.path())
            .stdin(Stdio::null())
            .output()
            .expect("the binary");
        Run(output)
    }
}

pub(crate) struct Run(Output);

impl Run {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().expect("a code")
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// The output of a successful run.
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code(), 0, "{}{}", self.out(), self.err());
        self.out()
    }

    /// The errors of a run that exits with this code.
    pub(crate) fn fails(self, code: i32) -> String {
        assert_eq!(self.code(), code, "{}{}", self.out(), self.err());
        self.err()
    }
}
