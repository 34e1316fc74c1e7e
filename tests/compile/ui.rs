//! The macro in a crate: its output compiles without a warning, and its errors point at the call.

use std::fs;
use std::path::Path;

#[test]
fn ui() {
    copy_folders();
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}

/// trybuild compiles its cases in its own package, which is where the macro looks for folders.
fn copy_folders() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let package = target.join("tests/trybuild/migratory");
    for folder in ["migrations", "tests/fixtures"] {
        let copy = package.join(folder);
        let _ = fs::remove_dir_all(&copy);
        copy_folder(&root.join(folder), &copy);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &copy);
        } else {
            fs::copy(source, copy).expect("a file");
        }
    }
}
