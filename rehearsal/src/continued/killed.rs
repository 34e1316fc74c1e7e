//! Rehearses in processes of their own that share a file, and are killed at any time.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use migratory_analysis::Options;

use super::sets::SETS;
use super::{Package, SOUND, Scripts, found};

/// The variables that tell such a process what to rehearse.
const PACKAGE: &str = "MIGRATORY_TEST_PACKAGE";
const MEMO: &str = "MIGRATORY_TEST_MEMO";

const OTHERS: [Scripts; 2] = [
    ["CREATE TABLE one (x); SELECT nothing;", "DROP TABLE one;", ""],
    ["CREATE UNIQUE INDEX by_name ON t (name);", "DROP INDEX by_name;", ""],
];

/// Only a process of the test below does anything here.
#[test]
fn a_process_that_rehearses() {
    let (Some(package), Some(memo)) = (env::var_os(PACKAGE), env::var_os(MEMO)) else { return };
    let mut options = Options::default();
    options.memo = Some(PathBuf::from(memo));
    found(&PathBuf::from(package), &options);
}

#[test]
fn killed_builds_that_share_a_file_leave_it_right() {
    let mut packages = OTHERS.map(|last| Package::new(&SETS[0], &last));
    let memo = packages[0].options.memo.clone();
    packages[1].options.memo.clone_from(&memo);
    let whole = [0, 1].map(|at| packages[at].whole());
    let start = |package: &Package| {
        let mut command = Command::new(env::current_exe().expect("this test"));
        command.args(["--exact", "continued::killed::a_process_that_rehearses"]);
        command.env(PACKAGE, package.folder.path());
        command.env(MEMO, package.options.memo.as_ref().expect("a file"));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("a process")
    };
    for delay in [0, 10, 20, 40, 80, 160, 320] {
        let mut started = [0, 1, 0, 1].map(|at| start(&packages[at]));
        thread::sleep(Duration::from_millis(delay));
        for process in &mut started[..3] {
            let _ = process.kill();
        }
        let at = usize::from(delay % 40 == 0);
        assert_eq!(packages[at].rehearse().0, whole[at], "after {delay} ms");
        for mut process in started {
            process.wait().expect("it ends");
        }
    }
    for at in [0, 1] {
        assert_eq!(packages[at].rehearse().0, whole[at]);
    }
    packages[0].write(SETS[0].scripts.len() + 1, &SOUND);
    assert_eq!(packages[0].rehearse().0, packages[0].whole());
}
