//! Runs other programs and measures their time.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{Fault, Outcome};

/// Linux reports the times of processes in hundredths of a second, whatever the kernel's clock.
const TICK: Duration = Duration::from_millis(10);

/// The time that a program took, including its child processes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Took {
    pub(crate) wall: Duration,
    /// In user and system mode, on all cores.
    pub(crate) cpu: Duration,
}

/// Runs a program, and returns its standard output.
///
/// An error names the program as `what`, and contains its output.
pub(crate) fn output(what: &str, command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|fault| format!("{what}: {fault}"))?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{what} failed ({}):\n{}", output.status, said.trim_end()).into())
}

/// Runs a program and returns how long it took.
pub(crate) fn timed(what: &str, command: &mut Command) -> Outcome<Took> {
    clocked(|| output(what, command)).map(|(took, _)| took)
}

/// Runs a program that has to fail with this text, and returns how long it took.
pub(crate) fn refused(what: &str, command: &mut Command, text: &str) -> Outcome<Took> {
    let (took, output) = clocked(|| Ok(command.output()?))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() || !said.contains(text) {
        let status = output.status;
        return Err(format!("{what} did not fail with `{text}` ({status}):\n{said}").into());
    }
    Ok(took)
}

fn clocked<T>(run: impl FnOnce() -> Outcome<T>) -> Outcome<(Took, T)> {
    let before = cpu_of_children()?;
    let started = Instant::now();
    let output = run()?;
    let wall = started.elapsed();
    Ok((Took { wall, cpu: cpu_of_children()?.saturating_sub(before) }, output))
}

/// Returns the first number of each line.
pub(crate) fn numbers(what: &str, output: &str) -> Outcome<Vec<f64>> {
    output
        .lines()
        .map(|line| line.trim().parse().map_err(|_| format!("{what}: no number: {line}").into()))
        .collect::<Result<_, Fault>>()
}

/// Returns the CPU time of all finished children and their descendants.
fn cpu_of_children() -> Outcome<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let ticks = ticks_of_children(&stat).ok_or("no times of children in /proc/self/stat")?;
    Ok(TICK * ticks)
}

/// Reads fields 16 and 17. Field 2 is a name in parentheses that may contain blanks.
fn ticks_of_children(stat: &str) -> Option<u32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(13);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_children_are_found() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194304 1 2 3 4 5 6 70 8 20 0 1 0 100 200";
        assert_eq!(ticks_of_children(stat), Some(78));
        assert_eq!(ticks_of_children("7 (a) S 1"), None);
    }

    #[test]
    fn a_failure_says_what_failed_and_why() {
        let fault = output("the shell", Command::new("sh").args(["-c", "echo no >&2; exit 3"]));
        let text = fault.map_err(|fault| fault.to_string());
        assert_eq!(text, Err("the shell failed (exit status: 3):\nno".into()));
    }

    #[test]
    fn a_program_that_has_to_fail_says_why() {
        let sh = |script| refused("the shell", Command::new("sh").args(["-c", script]), "M0101");
        assert!(sh("echo 'error[M0101]' >&2; exit 1").is_ok());
        for script in ["echo M0101 >&2", "exit 1"] {
            let text = sh(script).map_err(|fault| fault.to_string());
            assert!(text.is_err_and(|text| text.contains("did not fail with `M0101`")), "{script}");
        }
    }

    #[test]
    fn lines_are_numbers() {
        assert_eq!(numbers("x", "12\n7\n").ok(), Some(vec![12.0, 7.0]));
        assert!(
            numbers("x", "12\nseven\n").is_err_and(|fault| fault.to_string().contains("seven"))
        );
    }
}
