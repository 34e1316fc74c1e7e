//! Describes the measured versions and the machine.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::peer::{self, Peer};
use crate::place::Place;
use crate::process::output;
use crate::program::Program;
use crate::table::Table;

const INTRODUCTION: &str = "\
# Side by side

What migratory costs, compared with its peers. `just bench` writes this file, in one go and from one commit;
[README.md](README.md) describes how it works, and how to add a library.

All libraries run the same SQL, in release builds with cargo's default profile, each with its own bundled SQLite. They
take turns in rounds, and each round starts with another library. In a round, a program's value is the median of its
samples. A table shows the median of the rounds and, in parentheses, their quartiles. A ratio is the median of the
ratios to the first row in the same round: 1.00 is as fast, 2.00 takes twice as long.

`bare` is rusqlite without a library. `include_dir` embeds the files, runs them in one transaction, and stores a number:
the least that a library could do.";

/// Returns the introduction of the results.
pub(crate) fn describe(place: &Place, commit: String, duration: String) -> Outcome<String> {
    let mut machine = Table::new(2, ["what", "which"]);
    let cores = std::thread::available_parallelism()?;
    let compiler = output("rustc", Command::new("rustc").arg("--version"))?;
    for (what, which) in [
        ("processor", format!("{}, {cores} cores", processor()?)),
        ("memory", format!("{} GiB", memory_gib()?)),
        ("system", format!("{}, Linux {}", system()?, kernel()?)),
        ("file system", file_system(&place.work)?),
        ("compiler", compiler.trim().to_owned()),
        ("commit", commit),
        ("date", today()?),
        ("duration of the measurement", duration),
    ] {
        machine.row([what.to_owned(), which]);
    }
    let mut libraries = Table::new(3, ["library", "versions", "SQLite"]);
    for peer in &peer::ALL {
        libraries.row([peer.name.to_owned(), versions(place, peer)?, sqlite(place, peer)?]);
    }
    Ok(format!("{INTRODUCTION}\n\n{}\n{}", machine.render(), libraries.render()))
}

/// Returns today's date in UTC.
fn today() -> Outcome<String> {
    Ok(output("date", Command::new("date").args(["-u", "+%Y-%m-%d"]))?.trim().into())
}

fn sqlite(place: &Place, peer: &Peer) -> Outcome<String> {
    let program = Program::build(place, peer, "10")?;
    Ok(program.text("version", &place.work.join("version.db"), &[])?.trim().into())
}

/// Returns the versions in the package's lock file.
fn versions(place: &Place, peer: &Peer) -> Outcome<String> {
    let lock = fs::read_to_string(place.peers.join(peer.name).join("Cargo.lock"))?;
    let named = |name: &&str| locked(&lock, name).map(|version| format!("{name} {version}"));
    Ok(peer.crates().iter().filter_map(named).collect::<Vec<_>>().join(", "))
}

fn locked<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    rest.split('"').next()
}

fn processor() -> Outcome<String> {
    let text = fs::read_to_string("/proc/cpuinfo")?;
    Ok(field(&text, "model name", ':').unwrap_or("unknown").into())
}

fn memory_gib() -> Outcome<u64> {
    let text = fs::read_to_string("/proc/meminfo")?;
    let kib = field(&text, "MemTotal", ':').and_then(|value| value.split_whitespace().next());
    Ok(kib.ok_or("no MemTotal in /proc/meminfo")?.parse::<u64>()?.div_ceil(1024 * 1024))
}

fn system() -> Outcome<String> {
    let text = fs::read_to_string("/etc/os-release")?;
    Ok(field(&text, "PRETTY_NAME", '=').unwrap_or("unknown").trim_matches('"').into())
}

/// Returns the kernel's version without its build suffix.
fn kernel() -> Outcome<String> {
    let text = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    Ok(text.trim().split('-').next().unwrap_or_default().into())
}

/// Returns the type of the file system that contains a folder.
fn file_system(folder: &Path) -> Outcome<String> {
    let mounts = fs::read_to_string("/proc/mounts")?;
    let folder = folder.canonicalize()?;
    Ok(mounted(&mounts, &folder).unwrap_or("unknown").into())
}

/// Returns the file system type of the nearest mount point in `/proc/mounts`.
fn mounted<'a>(mounts: &'a str, folder: &Path) -> Option<&'a str> {
    let lines = mounts.lines().filter_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        Some((words.next()?, words.next()?))
    });
    let above = lines.filter(|(at, _)| folder.starts_with(at));
    above.max_by_key(|(at, _)| at.len()).map(|(_, kind)| kind)
}

/// Returns the value of the first line `name<separator>value`.
fn field<'a>(text: &'a str, name: &str, separator: char) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let (key, value) = line.split_once(separator)?;
        (key.trim() == name).then_some(value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found() {
        let text = "processor\t: 0\nmodel name\t: A: B\n";
        assert_eq!(field(text, "model name", ':'), Some("A: B"));
        assert_eq!(field("A=1\nPRETTY_NAME=\"x\"\n", "PRETTY_NAME", '='), Some("\"x\""));
        assert_eq!(field(text, "none", ':'), None);
    }

    #[test]
    fn versions_are_read_from_a_lock_file() {
        let lock = "[[package]]\nname = \"sqlx\"\nversion = \"0.9.0\"\nsource = \"x\"\n";
        assert_eq!(locked(lock, "sqlx"), Some("0.9.0"));
        assert_eq!(locked(lock, "sql"), None);
    }

    #[test]
    fn the_nearest_mount_point_is_chosen() {
        let mounts = "/dev/a / ext4 rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n";
        for (folder, expected) in [("/home/x", "ext4"), ("/dev/shm/x", "tmpfs")] {
            assert_eq!(mounted(mounts, Path::new(folder)), Some(expected));
        }
    }
}
