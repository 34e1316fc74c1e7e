//! For benchmarks: counts the instructions of a process.

use std::error::Error;
use std::process::Command;

/// Returns how many instructions callgrind counts in a process of this program with these arguments.
pub(crate) fn instructions(arguments: &[&str]) -> Result<u64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(arguments)
        .output()
        .map_err(|error| format!("valgrind can't be run, install it: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let count =
        told.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match count {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!("{} failed under valgrind: {told}", arguments.join(" ")).into()),
    }
}
